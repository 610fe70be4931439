"""What is wrong with a configuration? Every problem, each naming key, value and fix."""

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field


class StudyError(ValueError):
    """A configuration that describes no study: all its problems, one a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problems:
    """Checks values as they are read, collects what is wrong, and raises it all at once."""

    source: str
    found: list[str] = field(default_factory=list)

    def add(self, key: str, message: str) -> None:
        """Note that something is wrong at `key`."""
        self.found.append(
            f"{self.source}: {key}: {message}" if key else f"{self.source}: {message}"
        )

    def refuse(self) -> None:
        """Raise what was found, if anything."""
        if self.found:
            raise StudyError("\n".join(self.found))

    def section(
        self, key: str, value: object, required: Iterable[str], optional: Iterable[str] = ()
    ) -> dict:
        """A mapping with these keys; {} where it is none."""
        if not isinstance(value, Mapping):
            self.add(key, f"must be a mapping of keys to values; got {show(value)}")
            return {}
        required = tuple(required)
        known = (*required, *optional)
        for name in value:
            if name not in known:
                self.add(key, f"unknown key {show(name)}{hint(name, known)}")
        for name in required:
            if name not in value:
                self.add(key, f"missing key '{name}'")
        return {name: value[name] for name in known if name in value}

    def whole(self, key: str, value: object, low: int, meaning: str) -> int:
        """A whole number, `low` or more; `low` where it is none."""
        if type(value) is not int or value < low or value >= 2**53:
            self.add(key, f"{meaning} must be a whole number, {low} or more; got {show(value)}")
            return low
        return value

    def number(self, key: str, value: object, low: float, high: float, meaning: str) -> float:
        """A finite number between `low` and `high`, both included; `low` where it is none."""
        if type(value) not in (int, float) or not math.isfinite(value) or not low <= value <= high:
            limits = f"{low:g} or more" if math.isinf(high) else f"from {low:g} to {high:g}"
            self.add(key, f"{meaning} must be a number, {limits}; got {show(value)}")
            return low
        return float(value)

    def choice(self, key: str, value: object, known: Iterable[str], meaning: str) -> str:
        """One of the known names; the value itself, as text, where it is none."""
        known = tuple(known)
        if value not in known:
            accepted = "known: " + ", ".join(known)
            self.add(key, f"unknown {meaning} {show(value)}{hint(value, known)}; {accepted}")
        return str(value)

    def listing(self, key: str, value: object, read: Callable[[str, object], object]) -> tuple:
        """A list, not empty, without duplicates, of items that `read` accepts."""
        if not isinstance(value, list | tuple):
            self.add(key, f"must be a list; got {show(value)}")
            return ()
        if not value:
            self.add(key, "is empty; name at least one, or leave the whole key out where it may be")
        items = tuple(read(f"{key}[{position}]", item) for position, item in enumerate(value))
        for position, item in enumerate(items):
            if item in items[:position]:
                self.add(f"{key}[{position}]", f"{show(value[position])} is listed twice")
        return items


def hint(value: object, known: Iterable[str]) -> str:
    """The likely meaning of a misspelt name, as the rest of a sentence."""
    close = difflib.get_close_matches(str(value), list(known), n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""


def show(value: object) -> str:
    """A value as a reader can recognize it, on one short line."""
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."

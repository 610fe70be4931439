"""Where in a configuration does a value stand, and is it what is accepted there?

A `Place` is read with the methods of the kind that it should hold. What is wrong is added to the
list that all places of a configuration share, and None is returned, so that reading goes on and
all problems are reported at once.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from initatlas.quantities import Quantity, plain
from initatlas.study.problems import closest, hint, show

Read = TypeVar("Read")
MOST_ITEMS = 1000  # of a list: each may be looked at for some milliseconds
ABSENT = object()  # the value of a key that is missing, which is reported when it is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A value, the key that it stands under, and the problems found so far."""

    value: object
    key: str = ""
    problems: list[str] = field(default_factory=list)

    def problem(self, message: str) -> None:
        """Note what is wrong here, unless the value is missing altogether: that is noted."""
        if self.value is not ABSENT:
            self.problems.append(f"{self.key}: {message}" if self.key else message)

    def at(self, key: str, value: object) -> "Place":
        """A place inside this one."""
        if not key.startswith("["):
            key = f".{key if key.isidentifier() else show(key)}"
        return Place(value=value, key=f"{self.key}{key}".lstrip("."), problems=self.problems)

    def section(
        self, required: Mapping[str, str], optional: Mapping[str, str] | None = None
    ) -> dict[str, "Place"]:
        """The places under the keys of a mapping; the values say what belongs there.

        Every required key has a place, optional ones where they are given. A misspelt key is
        reported and then read as what it was likely meant to be.
        """
        known = {**required, **(optional or {})}
        given = self._spelled(known) if self._is_mapping() else {}
        for key, meaning in required.items():
            if key not in given:
                if isinstance(self.value, Mapping):
                    self.problem(f"missing key '{key}': {meaning}")
                given[key] = self.at(key, ABSENT)
        return given

    def quantity(self, quantity: Quantity) -> int | float | None:
        """A number within its limits."""
        if quantity.accepts(self.value):
            return quantity.canonical(self.value)
        self.problem(
            f"{quantity.meaning} must be {quantity.accepted()}; got {show(self.value)}"
            f"{_number_hint(self.value, quantity)}"
        )
        return None

    def choice(self, known: Iterable[str], what: str, *, also: str = "") -> str | None:
        """One of the known names; `also` says what else the caller would have accepted."""
        known = list(known)
        if isinstance(self.value, str) and self.value in known:
            return self.value
        self.problem(f"unknown {what} {show(self.value)}{hint(self.value, known)}{also}")
        return None

    def listing(
        self, read: Callable[["Place"], Read | None], identity: Callable[[Read], Hashable]
    ) -> tuple[Read, ...]:
        """What `read` makes of each item of a list that is not empty; no identity twice."""
        if not isinstance(self.value, list | tuple):
            single = isinstance(self.value, str | int | float)
            fix = f"; write [{show(self.value)}]" if single else ""
            self.problem(f"must be a list; got {show(self.value)}{fix}")
            return ()
        if not self.value:
            self.problem("is an empty list; name at least one item")
        if len(self.value) > MOST_ITEMS:
            self.problem(f"has {len(self.value):,} items; give at most {MOST_ITEMS:,}")
            return ()
        first: dict[Hashable, str] = {}
        found = []
        for position, value in enumerate(self.value):
            place = self.at(f"[{position}]", value)
            item = read(place)
            if item is None:
                continue
            earlier = first.setdefault(identity(item), place.key)
            if earlier != place.key:
                place.problem(f"{show(value)} repeats {earlier}; remove one of the two")
            found.append(item)
        return tuple(found)

    def named(self, what: str) -> tuple[str | None, "Place | None"]:
        """`name` or `name: {settings}`: the name, and the place of its settings if it has any."""
        if isinstance(self.value, str):
            return self.value, None
        if isinstance(self.value, Mapping) and len(self.value) == 1:
            ((name, settings),) = self.value.items()
            if isinstance(name, str):
                return name, self.at(name, settings)
        fix = ""
        if isinstance(self.value, Mapping) and None in self.value.values():
            fix = "; indent the settings below the name"
        self.problem(
            f"{what} is a name, or one name with its settings as in 'name: {{…}}'; "
            f"got {show(self.value)}{fix}"
        )
        return None, None

    def _is_mapping(self) -> bool:
        if not isinstance(self.value, Mapping):
            self.problem(f"must be a mapping of keys to values; got {show(self.value)}")
        return isinstance(self.value, Mapping)

    def _spelled(self, known: Mapping[str, str]) -> dict[str, "Place"]:
        given = {key: self.at(key, self.value[key]) for key in known if key in self.value}
        for key, value in self.value.items():
            if isinstance(key, str) and key in known:
                continue
            likely = closest(key, known)
            accepted = f"did you mean '{likely}'?" if likely else f"known: {', '.join(known)}"
            self.problem(f"unknown key {show(key)}; {accepted}")
            if likely and likely not in given:
                given[likely] = self.at(key, value)
        return given


def _number_hint(value: object, quantity: Quantity) -> str:
    """What to write instead of something that is nearly a number."""
    if isinstance(value, bool):
        return "; yes, no, on, off, true and false are no numbers"
    if isinstance(value, list | tuple):
        return "; give one number, not a list"
    if quantity.whole and isinstance(value, float) and value.is_integer():
        return f"; write {plain(value)}"
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return ""
        number = int(number) if quantity.whole and number.is_integer() else number
        return f"; write {plain(number)}" if quantity.accepts(number) else ""
    return ""

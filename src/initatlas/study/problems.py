"""How is a problem told? In a sentence with key, value, what is accepted and the likely fix."""

import difflib
import reprlib
from collections.abc import Iterable, Sequence

LONGEST_NAME = 64  # characters: longer texts are no misspelt name, and slow to compare
MOST_LISTED = 40  # names of a list: who has more has written it himself
MOST_TOLD = 50  # problems: who has more has one that repeats itself


class StudyError(ValueError):
    """A configuration that describes no study: all its problems, one a line."""

    @classmethod
    def of(cls, source: object, problems: Sequence[str]) -> "StudyError":
        """The problems of a file; of very many the first ones, and how many more there are."""
        lines = list(problems[:MOST_TOLD])
        if len(problems) > MOST_TOLD:
            lines.append(f"… and {len(problems) - MOST_TOLD:,} more problems")
        return cls("\n".join(f"{source}: {line}" for line in lines))


class _Short(reprlib.Repr):
    """A value in one short line, whatever it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxdict, self.maxlist, self.maxtuple = 3, 4, 8, 8
        self.maxstring = self.maxother = self.maxlong = 60

    def repr_int(self, value: int, level: int) -> str:
        """Python refuses to write out whole numbers of more than 4300 digits."""
        if value.bit_length() > 4000:
            return f"a whole number of {value.bit_length()} bits"
        return super().repr_int(value, level)


def show(value: object) -> str:
    """The value as a reader will recognize it, on one short line."""
    return _Short().repr(value)


def closest(name: object, known: Iterable[str]) -> str | None:
    """The known name that a misspelt one was likely meant to be."""
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        return None
    by_lower = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[found[0]] if found else None


def hint(name: object, known: Iterable[str]) -> str:
    """`; did you mean …? Known: …`: how a sentence about an unknown name ends."""
    known = list(known)
    likely = closest(name, known)
    more = f", … ({len(known):,} in all)" if len(known) > MOST_LISTED else ""
    listed = ", ".join(known[:MOST_LISTED]) + more
    return f"; did you mean '{likely}'? Known: {listed}" if likely else f"; known: {listed}"

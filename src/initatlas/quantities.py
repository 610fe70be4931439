"""Which numbers may a setting take? Its meaning, its kind and its limits, in one record."""

import math
import sys
from dataclasses import dataclass

LARGEST_WHOLE = 2**53  # above it, readers that keep numbers in float64 round


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number that a study sets.

    `low` and `high` are the last values that are accepted, `above` and `below` the first that
    are not. `default` is None where the study has to say it; `example` is shown where it did not.
    """

    meaning: str
    whole: bool = False
    low: int | float = -math.inf
    above: int | float = -math.inf
    high: int | float = math.inf
    below: int | float = math.inf
    default: int | float | None = None
    example: int | float | None = None

    def accepts(self, value: object) -> bool:
        """Whether `value` is a finite number within the limits; True and False are no numbers."""
        if type(value) is not int and (self.whole or type(value) is not float):
            return False
        largest = LARGEST_WHOLE if self.whole else sys.float_info.max
        within = self.low <= value <= self.high and self.above < value < self.below
        return within and abs(value) <= largest

    def accepted(self) -> str:
        """What is accepted, in words: `a finite number, more than 0 and less than 1`."""
        words = {"at least": self.low, "more than": self.above}
        words |= {"at most": self.high, "less than": self.below}
        limits = [f"{word} {plain(v)}" for word, v in words.items() if math.isfinite(v)]
        kind = "a whole number" if self.whole else "a finite number"
        return f"{kind}, {' and '.join(limits)}" if limits else kind

    def canonical(self, value: int | float) -> int | float:
        """The one Python object that stands for an accepted value: 2 and 2.0 are one σ_w²."""
        return value if self.whole else float(value) + 0.0  # the sum of −0.0 and 0.0 is 0.0


def plain(value: int | float) -> str:
    """A number as YAML reads it back: 1.0e-05, where Python would write 1e-05."""
    if float(value).is_integer() and abs(value) < LARGEST_WHOLE:
        return f"{int(value):d}"
    text = repr(float(value))
    mantissa, exponential, exponent = text.partition("e")
    return text if "." in mantissa or not exponential else f"{mantissa}.0e{exponent}"

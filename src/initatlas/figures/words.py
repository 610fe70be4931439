"""How are numbers and lists said? The same way in every caption, finding and tooltip."""

import math
from collections.abc import Iterable, Sequence

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
PLAIN = (1e-3, 1e5)  # sizes that are said without a power of ten


def power(exponent: int) -> str:
    """10 to a whole power: 10⁻⁶."""
    return "1" if exponent == 0 else f"10{str(exponent).translate(SUPERSCRIPT)}"


def number(value: float, digits: int = 2) -> str:
    """A number with so many significant digits; very large and small ones as powers of ten."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinity" if value > 0 else "minus infinity"
    if value == 0:
        return "0"
    if PLAIN[0] <= abs(value) < PLAIN[1]:
        places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        return f"{value:.{places}f}".replace("-", "−")
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return f"{mantissa} × {power(int(exponent))}".replace("-", "−")


def decades(log10: float) -> str:
    """A number that is known by its decimal logarithm, and may be beyond floating point.

    To one digit: a power alone may be off by a factor of 3, which is more than most intervals are.
    """
    if abs(log10) < 4:
        return number(float(f"{10**log10:.2g}"))
    exponent = math.floor(log10)
    digit = round(10 ** (log10 - exponent))
    if digit == 10:
        digit, exponent = 1, exponent + 1
    return f"about {power(exponent)}" if digit == 1 else f"about {digit} × {power(exponent)}"


def percent(share: float) -> str:
    """A share as whole percent; what is not quite none or all is not called so."""
    if 0 < share < 0.005:
        return "less than 1 %"
    if 0.995 <= share < 1:
        return "more than 99 %"
    return f"{100 * share:.0f} %"


def tick(value: float) -> str:
    """A number at an axis, as short as can be."""
    return f"{value:g}".replace("-", "−")


def interval(low: float, high: float, digits: int = 3) -> str:
    """An interval: from … to …."""
    return f"{number(low, digits)} to {number(high, digits)}"


def listed(names: Sequence[str], limit: int = 6) -> str:
    """Names in a sentence: a, b and c; past the limit, how many more there are."""
    names = list(names)
    if len(names) > limit:
        names = [*names[: limit - 1], f"{len(names) - limit + 1} more"]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def counted(n: int, noun: str) -> str:
    """A number of things: 1 network, 2 networks."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def spanned(values: Iterable[int]) -> str:
    """The range of whole numbers, or the one that they all are: 4 to 8."""
    low, high = min(values), max(values)
    return f"{low}" if low == high else f"{low} to {high}"


def unseen(outside: float, not_finite: int) -> str:
    """What of a distribution a chart's frame does not hold, if it is anything."""
    share = f" At most {percent(outside)} of the values lie outside the frame."
    numbers = f" {not_finite} values were not finite."
    return (share if outside >= 0.005 else "") + (numbers if not_finite else "")


def one_of(values: Iterable[int]) -> str:
    """The number that they all are, or the range of those of which a reader sees one at a time."""
    said = spanned(values)
    return f"{said} (one at a time)" if " to " in said else said

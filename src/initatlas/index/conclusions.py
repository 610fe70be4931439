"""Which conclusions moved from one study to another, and which are the same within scatter?

Findings are matched by their kind, and their numbers by name. A finding has moved where an
interval of one study lies apart from that of the other.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from initatlas.figures.words import interval, listed, number

NAMED = 4  # numbers that one study alone has which are named


class Verdict(Enum):
    """What became of a finding: in words, in the order in which a reader wants them."""

    MOVED = "moved"
    LEFT = "only in {left}"
    RIGHT = "only in {right}"
    UNJUDGED = "different without intervals to judge by"
    PARTLY = "the same within scatter where both say it"
    SAME = "the same within scatter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something on both sides, in words."""

    name: str
    left: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """A finding of two studies, None where one has it not, and what became of it."""

    left: Mapping | None
    right: Mapping | None
    verdict: Verdict
    changes: Sequence[Change] = ()
    alone: str = ""  # numbers that one of both has


def conclusions(left: Sequence[Mapping], right: Sequence[Mapping]) -> list[Conclusion]:
    """The findings of both, those that moved first, else in the order of the left."""
    ours, theirs = ({found["kind"]: found for found in side} for side in (left, right))
    found = [_judged(ours.get(kind), theirs.get(kind)) for kind in dict.fromkeys([*ours, *theirs])]
    order = list(Verdict)
    return sorted(found, key=lambda each: order.index(each.verdict))


def _judged(left: Mapping | None, right: Mapping | None) -> Conclusion:
    if left is None or right is None:
        verdict = Verdict.LEFT if right is None else Verdict.RIGHT
        return Conclusion(left=left, right=right, verdict=verdict)
    ours, theirs = ({each["name"]: each for each in side["numbers"]} for side in (left, right))
    both = [(ours[name], theirs[name]) for name in ours if name in theirs]
    alone = [name for name in [*ours, *theirs] if not (name in ours and name in theirs)]
    bounded = [pair for pair in both if all(map(_is_bounded, pair))]
    apart = [pair for pair in bounded if _apart(*pair)]
    equal = bool(both) and all(one == other for one, other in both)
    if apart:
        verdict = Verdict.MOVED
    elif bounded or equal:
        verdict = Verdict.PARTLY if alone else Verdict.SAME
    else:
        verdict = Verdict.SAME if left["text"] == right["text"] else Verdict.UNJUDGED
    return Conclusion(
        left=left,
        right=right,
        verdict=verdict,
        changes=[_change(*pair) for pair in apart],
        alone=listed(alone, NAMED) if verdict is Verdict.PARTLY else "",
    )


def _is_bounded(found: Mapping) -> bool:
    return found["low"] is not None or found["high"] is not None


def _ends(found: Mapping) -> tuple[float, float]:
    """An end that is not known is open."""
    low, high = found["low"], found["high"]
    return -math.inf if low is None else low, math.inf if high is None else high


def _apart(one: Mapping, other: Mapping) -> bool:
    (low, high), (other_low, other_high) = _ends(one), _ends(other)
    return low > other_high or other_low > high


def _change(one: Mapping, other: Mapping) -> Change:
    return Change(name=one["name"], left=said(one), right=said(other))


def said(found: Mapping) -> str:
    """A number with its interval, as far as they are known."""
    low, high = _ends(found)
    if not _is_bounded(found):
        ends = ""
    elif math.isinf(low):
        ends = f"at most {number(high, 3)}"
    elif math.isinf(high):
        ends = f"at least {number(low, 3)}"
    else:
        ends = interval(low, high)
    if found["value"] is None:
        return ends
    value = number(found["value"], 3)
    return f"{value} ({ends})" if ends else value

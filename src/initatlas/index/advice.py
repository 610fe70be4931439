"""Where do two studies recommend another initializer?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from initatlas.index.conclusions import said

CASE = ("activation", "depth", "architecture", "width")
APART, WITHIN = "yes", "no: as good in one of both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """A case, in words, with both winners, and whether they differ beyond the scatter."""

    name: str
    left: str
    right: str
    beyond: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """How many cases both studies have, and those whose winner differs."""

    shared: int
    changed: Sequence[Winner]


def compared(left: Iterable[Mapping], right: Iterable[Mapping]) -> Advice:
    """The recommendations of both, matched by activation, depth, architecture and width."""
    ours, theirs = ({_case(row): row for row in side} for side in (left, right))
    shared = [case for case in ours if case in theirs]
    return Advice(
        shared=len(shared),
        changed=[
            _winner(ours[case], theirs[case])
            for case in shared
            if ours[case]["initializer"] != theirs[case]["initializer"]
        ],
    )


def _case(row: Mapping) -> tuple:
    return tuple(row[name] for name in CASE)


def _winner(left: Mapping, right: Mapping) -> Winner:
    tied = _is_as_good(left["initializer"], right) or _is_as_good(right["initializer"], left)
    return Winner(
        name=f"{left['activation']}, depth {left['depth']}, {left['architecture']}, "
        f"width {left['width']}",
        left=_advised(left),
        right=_advised(right),
        beyond=WITHIN if tied else APART,
    )


def _is_as_good(initializer: str, row: Mapping) -> bool:
    """Names may hold commas themselves: those of sweeps with biases do."""
    return f", {initializer}, " in f", {row['as_good']}, "


def _advised(row: Mapping) -> str:
    score = {"value": row["score"], "low": row["score_low"], "high": row["score_high"]}
    return f"{row['initializer']}, {said(score)}"

"""In which settings do two configurations differ?"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

UNSET = "not set"
LONGEST = 240  # characters of a setting that are shown; reports hold all of it
MISSING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A setting, its keys joined by dots, and what either side says of it."""

    setting: str
    left: str
    right: str


def differences(left: object, right: object, setting: str = "") -> Iterator[Difference]:
    """Every setting that differs, in the order of the left; of lists the entries that differ."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        for key in dict.fromkeys([*left, *right]):
            inner = f"{setting}.{key}" if setting else str(key)
            yield from differences(left.get(key, MISSING), right.get(key, MISSING), inner)
        return
    if isinstance(left, list) or isinstance(right, list):
        # A section may have one grid, or a list of several.
        left, right = ([side] if isinstance(side, Mapping) else side for side in (left, right))
    if isinstance(left, list) and isinstance(right, list):
        yield from _of_lists(left, right, setting)
    elif left != right or isinstance(left, bool) != isinstance(right, bool):
        yield Difference(setting=setting, left=_cut(_flow(left)), right=_cut(_flow(right)))


def _of_lists(left: Sequence, right: Sequence, setting: str) -> Iterator[Difference]:
    """By name where each entry has one, else by place."""
    ours, theirs = _named(left), _named(right)
    if ours is None or theirs is None:
        for place in range(max(len(left), len(right))):
            pair = [side[place] if place < len(side) else MISSING for side in (left, right)]
            yield from differences(*pair, f"{setting}[{place + 1}]")
        return
    only = [[name for name in one if name not in other] for one, other in _both(ours, theirs)]
    if any(only):
        yield Difference(setting=setting, left=_entries(only[0]), right=_entries(only[1]))
    common = [[name for name in one if name in other] for one, other in _both(ours, theirs)]
    if common[0] != common[1]:
        order = [", ".join(names) for names in common]
        yield Difference(setting=f"{setting}, in order", left=_cut(order[0]), right=_cut(order[1]))
    for name in common[0]:
        yield from differences(ours[name], theirs[name], f"{setting}.{name}")


def _both(one: Mapping, other: Mapping) -> tuple[tuple[Mapping, Mapping], ...]:
    return (one, other), (other, one)


def _named(entries: Sequence) -> dict[str, object] | None:
    """Options of entries by name, those of one name numbered; None where an entry has none."""
    found: dict[str, object] = {}
    seen: Counter[str] = Counter()
    for entry in entries:
        if isinstance(entry, Mapping) and len(entry) == 1:
            ((name, options),) = entry.items()
        elif isinstance(entry, Mapping | list):
            return None
        else:
            name, options = entry if isinstance(entry, str) else _flow(entry), {}
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} #{seen[name]}"] = options
    return found


def _entries(names: Sequence[str]) -> str:
    return _cut(f"only here: {', '.join(names)}") if names else ""


def _flow(value: object) -> str:
    """A setting as one would write it, on one line; whole numbers without a fraction."""
    if value is MISSING:
        return UNSET
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | list | Mapping):
        return json.dumps(value)
    flow = yaml.safe_dump(
        [value], default_flow_style=True, width=math.inf, allow_unicode=True, sort_keys=False
    )
    return flow.strip()[1:-1]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

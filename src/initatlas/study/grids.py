"""Of all of a study's networks, which does a stage compute? Its grids, narrower or its own."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TypeVar

from initatlas.study.axes import MEANINGS, READERS, Axes, folded, seed_blocks
from initatlas.study.entries import Entry
from initatlas.study.place import Place
from initatlas.study.problems import hint, show

SWEPT = ("sigma_w2", "sigma_b2")
MOST_GRIDS = 100  # of a stage: each is compared with every other
Item = TypeVar("Item")


def narrow_all(axes: Axes, place: Place, faulty: Collection[str]) -> tuple[Axes, ...]:
    """One grid or a list of several, each narrower than the study's; none has a network twice."""
    return _each(place, lambda each: narrow(axes, each, faulty))


def renew_all(axes: Axes, place: Place) -> tuple[Axes, ...]:
    """One grid or a list of several, each with axes of its own; none has a network twice."""
    return _each(place, lambda each: renew(axes, each))


def _each(place: Place, read: Callable[[Place], Axes]) -> tuple[Axes, ...]:
    if not isinstance(place.value, list | tuple):
        return (read(place),)
    if not place.value:
        place.problem("is an empty list; name at least one grid, or leave it out")
    if len(place.value) > MOST_GRIDS:
        place.problem(f"has {len(place.value):,} grids; give at most {MOST_GRIDS}")
        return ()
    places = [place.at(f"[{i}]", value) for i, value in enumerate(place.value)]
    parts = tuple(read(each) for each in places)
    for second, (part, each) in enumerate(zip(parts, places, strict=True)):
        for first in range(second):
            if parts[first].overlaps(part):
                each.problem(f"has networks that {places[first].key} has, too; give each once")
    return parts


def narrow(axes: Axes, place: Place, faulty: Collection[str]) -> Axes:
    """The study's axes, narrowed to those items that the place names.

    What is chosen from a faulty axis is not judged.
    """
    given = place.section({}, MEANINGS)
    narrowed = {
        axis: _fewer_seeds(axes, chosen)
        if axis == "seeds"
        else _selected(getattr(axes, axis), chosen, axis, SELECTORS.get(axis, _value))
        for axis, chosen in given.items()
        if axis not in faulty
    }
    return replace(axes, **narrowed)


def renew(axes: Axes, place: Place) -> Axes:
    """A grid of its own: axes that it names need not be among the study's; others are the study's.

    Sweeps and seeds of such a grid are new networks, be they named like others.
    """
    given = place.section({}, MEANINGS)
    return replace(axes, **{axis: READERS[axis](chosen) for axis, chosen in given.items()})


def _fewer_seeds(axes: Axes, place: Place) -> tuple[tuple[int, int], ...]:
    seeds = seed_blocks(place)
    if seeds and seeds[-1][1] > axes.seeds[-1][1]:
        place.problem(
            f"count must be at most {axes.seeds[-1][1] + 1}, the study's; got {seeds[-1][1] + 1}"
        )
    return seeds


def _selected(
    whole: tuple[Item, ...],
    place: Place,
    axis: str,
    select: Callable[[tuple[Item, ...], Place, str], Item | None],
) -> tuple[Item, ...]:
    """The items that are named, in the study's order."""
    chosen = place.listing(lambda item: select(whole, item, axis), identity=folded)
    order = [folded(item) for item in whole]
    return tuple(sorted(chosen, key=lambda item: order.index(folded(item))))


def _value(whole: tuple[Item, ...], place: Place, axis: str) -> Item | None:
    """A name or number that the study has as well; True is not 1 here."""
    for item in whole:
        if type(place.value) is type(item) and place.value == item:
            return item
    _not_among(place, place.value, axis, [str(item) for item in whole])
    return None


def _entry(whole: tuple[Entry, ...], place: Place, axis: str) -> Entry | None:
    """An entry of the study's by its name, or, of a user's own, by its reference."""
    name, settings = place.named(f"an item of {axis}")
    if name is None:
        return None
    for entry in whole:
        if name in (entry["name"], entry.get("object")):
            return _fewer_variances(entry, settings) if settings else entry
    _not_among(place, name, axis, [entry["name"] for entry in whole])
    return None


def _fewer_variances(entry: Entry, place: Place) -> Entry | None:
    swept = [axis for axis in SWEPT if axis in entry]
    if not swept:
        place.problem(f"has no variances to choose from; write '{entry['name']}' alone")
        return None
    given = place.section({}, dict.fromkeys(swept, "some of the study's"))
    narrowed = {
        axis: list(_selected(tuple(entry[axis]), _as_floats(given[axis]), axis, _value))
        for axis in given
    }
    return entry | narrowed


def _as_floats(place: Place) -> Place:
    """The same list with its whole numbers as the floats that a sweep holds."""
    if not isinstance(place.value, list | tuple):
        return place
    values = [float(v) if type(v) is int and abs(v) < 2**53 else v for v in place.value]
    return replace(place, value=values)


def _not_among(place: Place, name: object, axis: str, accepted: list[str]) -> None:
    place.problem(f"{show(name)} is not among the study's {axis}{hint(name, accepted)}")


SELECTORS = dict.fromkeys(("architectures", "initializers", "activations"), _entry)

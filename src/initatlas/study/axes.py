"""What does a stage compute? The axes of its grid; training may narrow those of the study."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from initatlas.grid import Grid
from initatlas.quantities import Quantity
from initatlas.study import entries, numbers
from initatlas.study.entries import Entry
from initatlas.study.place import ABSENT, Place
from initatlas.study.problems import hint, show

DEPTH = Quantity(meaning="depth, a number of hidden layers,", whole=True, low=1, high=100_000)
WIDTH = Quantity(meaning="width, the units of a hidden layer,", whole=True, low=1, high=1_000_000)
SEEDS = {
    "count": Quantity(meaning="the number of seeds", whole=True, low=1, high=1_000_000, example=8),
    "per_block": Quantity(
        meaning="the number of seeds that one job computes", whole=True, low=1, example=4
    ),
}
MOST_BLOCKS = 1_000_000  # planning takes 2 ms and 15 kB a job
MEANINGS = {
    "architectures": "list of architectures, such as [mlp]",
    "activations": "list of activations, such as [relu, tanh]",
    "initializers": "list of initializers, such as [he_normal, orthogonal]",
    "depths": "list of numbers of hidden layers, such as [4, 16]",
    "widths": "list of units per hidden layer, such as [128]",
    "seeds": "seeds and how many of them a job computes, such as {count: 8, per_block: 4}",
}
SWEPT = ("sigma_w2", "sigma_b2")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """Names and numbers; of initializers and activations all that a job must know.

    `seeds` are the first and the last seed of each block.
    """

    architectures: tuple[str, ...] = ()
    initializers: tuple[Entry, ...] = ()
    activations: tuple[Entry, ...] = ()
    depths: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()
    seeds: tuple[tuple[int, int], ...] = ()

    def grid(self, study: str) -> Grid:
        """The axes as blocks see them."""
        return Grid(
            study=study,
            architectures=self.architectures,
            initializers=tuple(entry["name"] for entry in self.initializers),
            activations=tuple(entry["name"] for entry in self.activations),
            depths=self.depths,
            seeds=self.seeds,
        )


def read_axes(given: Mapping[str, Place]) -> tuple[Axes, frozenset[str]]:
    """The study's axes, and the names of those that something is wrong with."""
    found, faulty = {}, set()
    for axis, read in READERS.items():
        place = given[axis]
        before = len(place.problems)
        found[axis] = read(place)
        if place.value is ABSENT or len(place.problems) > before:
            faulty.add(axis)
    return Axes(**found), frozenset(faulty)


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


def count_blocks(axes: Axes) -> int:
    """How many jobs the axes make."""
    count = len(axes.architectures) * len(axes.initializers) * len(axes.activations)
    return count * len(axes.depths) * len(axes.seeds)


def _seeds(place: Place) -> tuple[tuple[int, int], ...]:
    given = numbers.read_all(place, SEEDS)
    count, size = given["count"], given["per_block"]
    if count is None or size is None:
        return ()
    if count % size:
        lower, upper = count - count % size, count - count % size + size
        fitting = max(n for n in range(1, min(size, count) + 1) if count % n == 0)
        counts = f"{lower} or {upper}" if lower else f"{upper}"
        place.problem(
            f"count {count} does not fill blocks of {size} (per_block); take count {counts}, "
            f"or per_block {fitting}"
        )
    return tuple((first, first + size - 1) for first in range(0, count, size))


def _fewer_seeds(axes: Axes, place: Place) -> tuple[tuple[int, int], ...]:
    seeds = _seeds(place)
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
    chosen = place.listing(lambda item: select(whole, item, axis), identity=_folded)
    order = [_folded(item) for item in whole]
    return tuple(sorted(chosen, key=lambda item: order.index(_folded(item))))


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


def _folded(item: object) -> object:
    """What must differ between items: to some disks, names that differ in case are one."""
    name = item["name"] if isinstance(item, Mapping) else item
    return name.lower() if isinstance(name, str) else name


READERS: dict[str, Callable[[Place], tuple]] = {
    "architectures": lambda place: place.listing(entries.architecture, identity=str),
    "initializers": lambda place: place.listing(entries.initializer, identity=_folded),
    "activations": lambda place: place.listing(entries.activation, identity=_folded),
    "depths": lambda place: place.listing(lambda item: item.quantity(DEPTH), identity=int),
    "widths": lambda place: place.listing(lambda item: item.quantity(WIDTH), identity=int),
    "seeds": _seeds,
}
SELECTORS = {"initializers": _entry, "activations": _entry}  # the others: _value

"""What does a stage compute? The axes of its grids, which may be narrower than the study's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from initatlas.grid import Block, Grid, Product
from initatlas.quantities import Quantity
from initatlas.study import entries, numbers
from initatlas.study.entries import Entry
from initatlas.study.place import ABSENT, Place

DEPTH = Quantity(meaning="depth, a number of hidden layers,", whole=True, low=1, high=100_000)
WIDTH = Quantity(meaning="width, the units of a hidden layer,", whole=True, low=1, high=100_000)
SEEDS = {
    "count": Quantity(meaning="the number of seeds", whole=True, low=1, high=1_000_000, example=8),
    "per_block": Quantity(
        meaning="the number of seeds that one job computes",
        whole=True,
        low=1,
        high=10_000,
        example=4,
    ),
}
OWN = ("trainability_map", "phase_plane")  # stages whose grids need not be among the study's
MOST_BLOCKS = 200_000  # of a stage: planning takes 2 ms and 15 kB a job
MEANINGS = {
    "architectures": "list of architectures, such as [mlp]",
    "activations": "list of activations, such as [relu, tanh]",
    "initializers": "list of initializers, such as [he_normal, orthogonal]",
    "depths": "list of numbers of hidden layers, such as [4, 16]",
    "widths": "list of units per hidden layer, such as [128]",
    "seeds": "seeds and how many of them a job computes, such as {count: 8, per_block: 4}",
}
PREDICTED = ("architectures", "initializers", "depths", "widths")  # what theory must know of a grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """Names and numbers; of initializers and activations all that a job must know.

    `seeds` are the first and the last seed of each block.
    """

    architectures: tuple[Entry, ...] = ()
    initializers: tuple[Entry, ...] = ()
    activations: tuple[Entry, ...] = ()
    depths: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()
    seeds: tuple[tuple[int, int], ...] = ()

    def product(self) -> Product:
        """The axes as blocks see them."""
        return Product(
            architectures=_names(self.architectures),
            initializers=_names(self.initializers),
            activations=_names(self.activations),
            depths=self.depths,
            seeds=self.seeds,
            impossible=tuple(
                (initializer["name"], architecture["name"])
                for initializer in self.initializers
                for architecture in self.architectures
                if not suits(initializer, architecture)
            ),
        )

    def overlaps(self, other: "Axes") -> bool:
        """Whether a network is in both."""
        pairs = zip(self._sets(), other._sets(), strict=True)
        return self._shares_seeds(other) and all(mine & theirs for mine, theirs in pairs)

    def _sets(self) -> tuple[set, ...]:
        named = (self.architectures, self.initializers, self.activations)
        return (*(set(_names(entries)) for entries in named), set(self.depths))

    def _shares_seeds(self, other: "Axes") -> bool:
        """Blocks of seeds leave no gap: their ends tell."""
        if not self.seeds or not other.seeds:
            return False
        (first, _), (_, last) = self.seeds[0], self.seeds[-1]
        return first <= other.seeds[-1][1] and other.seeds[0][0] <= last


def suits(initializer: Entry, architecture: Entry) -> bool:
    """Whether the initializer is for this architecture: most are for all."""
    wanted = initializer.get("architectures")
    return not wanted or architecture.get("base", architecture["name"]) in wanted


def grid(parts: Sequence[Axes]) -> Grid:
    """The blocks of all parts."""
    return Grid(products=tuple(part.product() for part in parts))


def holding(parts: Sequence[Axes], block: Block) -> Axes:
    """The part that a block is of."""
    return parts[0] if len(parts) == 1 else next(p for p in parts if p.product().holds(block))


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


def count_blocks(parts: Sequence[Axes]) -> int:
    """How many jobs the axes make, impossible ones among them."""
    return sum(
        len(part.architectures)
        * len(part.initializers)
        * len(part.activations)
        * len(part.depths)
        * len(part.seeds)
        for part in parts
    )


def _names(entries: Sequence[Entry]) -> tuple[str, ...]:
    return tuple(entry["name"] for entry in entries)


def seed_blocks(place: Place) -> tuple[tuple[int, int], ...]:
    """The first and the last seed of each block."""
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


def folded(item: object) -> object:
    """What must differ between items: to some disks, names that differ in case are one."""
    name = item["name"] if isinstance(item, Mapping) else item
    return name.lower() if isinstance(name, str) else name


READERS: dict[str, Callable[[Place], tuple]] = {
    "architectures": lambda place: place.listing(entries.architecture, identity=folded),
    "initializers": lambda place: place.listing(entries.initializer, identity=folded),
    "activations": lambda place: place.listing(entries.activation, identity=folded),
    "depths": lambda place: place.listing(lambda item: item.quantity(DEPTH), identity=int),
    "widths": lambda place: place.listing(lambda item: item.quantity(WIDTH), identity=int),
    "seeds": seed_blocks,
}

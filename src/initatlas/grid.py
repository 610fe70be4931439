"""Which blocks does a stage consist of? Products of axes, side by side; a path for each block."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The networks that one job computes: its seeds (both ends included), and all else alike."""

    architecture: str
    initializer: str
    activation: str
    depth: int
    first_seed: int
    last_seed: int

    def path(self, stage: str) -> str:
        """Path of the block's table within the study's results."""
        return (
            f"{stage}/architecture={self.architecture}/initializer={self.initializer}"
            f"/activation={self.activation}/depth={self.depth}"
            f"/seeds={self.first_seed}-{self.last_seed}.arrow"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Axes by name, in the order of the configuration: every combination is a block.

    `impossible` are pairs of an initializer and an architecture that it is not for.
    """

    architectures: tuple[str, ...]
    initializers: tuple[str, ...]
    activations: tuple[str, ...]
    depths: tuple[int, ...]
    seeds: tuple[tuple[int, int], ...]
    impossible: tuple[tuple[str, str], ...] = ()

    def blocks(self) -> Iterator[Block]:
        """Every block, the seeds varying fastest."""
        axes = (self.architectures, self.initializers, self.activations, self.depths, self.seeds)
        for architecture, initializer, activation, depth, (first, last) in product(*axes):
            if (initializer, architecture) not in self.impossible:
                yield Block(
                    architecture=architecture,
                    initializer=initializer,
                    activation=activation,
                    depth=depth,
                    first_seed=first,
                    last_seed=last,
                )

    def holds(self, block: Block) -> bool:
        """Whether the block is one of these."""
        return (
            block.architecture in self.architectures
            and block.initializer in self.initializers
            and block.activation in self.activations
            and block.depth in self.depths
            and (block.first_seed, block.last_seed) in self.seeds
            and (block.initializer, block.architecture) not in self.impossible
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The blocks of a stage: products that have no block in common."""

    products: tuple[Product, ...]

    def blocks(self) -> tuple[Block, ...]:
        """Every block, product by product."""
        return tuple(block for part in self.products for block in part.blocks())

    def samples(self) -> tuple[Block, ...]:
        """The first block of each kind of network: to know what the others' jobs take is enough."""
        axes = ("activations", "depths", "seeds")
        first = [replace(p, **{axis: getattr(p, axis)[:1] for axis in axes}) for p in self.products]
        return Grid(products=tuple(first)).blocks()

    @property
    def activations(self) -> tuple[str, ...]:
        """Every activation of any block."""
        return tuple(dict.fromkeys(name for part in self.products for name in part.activations))

    def for_theory(self) -> "Grid":
        """Its activations without a block: all that a table of theory alone depends on."""
        nothing = dict.fromkeys(("architectures", "initializers", "depths", "seeds"), ())
        return Grid(products=(Product(activations=self.activations, **nothing),))

    def predicted(self, prediction: str) -> tuple[str, ...]:
        """Paths of a prediction's tables within the study's results: one an activation."""
        return tuple(f"theory/{prediction}-{activation}.arrow" for activation in self.activations)

    def to_json(self) -> list[dict]:
        """Plain values, from which `from_json` makes the same grid; few, however many the seeds."""
        plain = [asdict(part) | {"seeds": _runs(part.seeds)} for part in self.products]
        return json.loads(json.dumps(plain))

    @classmethod
    def from_json(cls, plain: Sequence[Mapping]) -> "Grid":
        """The grid that `to_json` wrote down."""
        parts = [part | {"seeds": _seeds(part["seeds"])} for part in plain]
        return cls(products=tuple(Product(**{n: _frozen(v) for n, v in p.items()}) for p in parts))


def _runs(seeds: Sequence[tuple[int, int]]) -> list[list[int]]:
    """First seed, size and number of blocks that have one size and follow one another."""
    runs: list[list[int]] = []
    for first, last in seeds:
        size = last - first + 1
        if runs and runs[-1][1] == size and runs[-1][0] + size * runs[-1][2] == first:
            runs[-1][2] += 1
        else:
            runs.append([first, size, 1])
    return runs


def _seeds(runs: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    """The blocks that `_runs` wrote down."""
    return tuple(
        (start, start + size - 1)
        for first, size, number in runs
        for start in range(first, first + size * number, size)
    )


def _frozen(value: object) -> object:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value

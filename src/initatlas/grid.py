"""Which blocks does a study consist of? The product of its axes, and a path for each block."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
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
class Grid:
    """The axes of a stage, by name, in the order of the configuration."""

    study: str
    architectures: tuple[str, ...]
    initializers: tuple[str, ...]
    activations: tuple[str, ...]
    depths: tuple[int, ...]
    seeds: tuple[tuple[int, int], ...]

    def blocks(self) -> tuple[Block, ...]:
        """Every block, the seeds varying fastest."""
        axes = (self.architectures, self.initializers, self.activations, self.depths, self.seeds)
        return tuple(
            Block(
                architecture=architecture,
                initializer=initializer,
                activation=activation,
                depth=depth,
                first_seed=first,
                last_seed=last,
            )
            for architecture, initializer, activation, depth, (first, last) in product(*axes)
        )

    def predicted(self, prediction: str) -> tuple[str, ...]:
        """Paths of a prediction's tables within the study's results: one an activation."""
        return tuple(f"theory/{prediction}-{activation}.arrow" for activation in self.activations)

    def to_json(self) -> dict:
        """Plain values, from which `from_json` makes the same grid."""
        plain = asdict(self)
        return {name: list(v) if isinstance(v, tuple) else v for name, v in plain.items()} | {
            "seeds": [list(ends) for ends in self.seeds]
        }

    @classmethod
    def from_json(cls, plain: Mapping) -> "Grid":
        """The grid that `to_json` wrote down."""
        axes = {name: tuple(v) if isinstance(v, list) else v for name, v in plain.items()}
        return cls(**axes | {"seeds": tuple((first, last) for first, last in plain["seeds"])})

"""How far have networks come? Losses and accuracies of three sets of points, at a few steps.

For many short runs whose end matters more than their way: nothing is kept of the layers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from initatlas.training.loop import Run, evaluate, step


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Some points of a data set."""

    inputs: Float[Tensor, "point unit"]
    labels: Int[Tensor, " point"]

    def first(self, count: int | None) -> "Points":
        """The first of them; None: all."""
        return Points(inputs=self.inputs[:count], labels=self.labels[:count])


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What is trained on, what chooses between runs, and what neither has ever seen."""

    train: Points
    validation: Points
    test: Points

    def sets(self) -> Mapping[str, Points]:
        """The three by name."""
        return {"train": self.train, "validation": self.validation, "test": self.test}


def advance(
    run: Run, points: Points, order: Iterator[Tensor], checkpoints: tuple[int, ...]
) -> Iterator[int]:
    """Train; yields the number of steps done at each checkpoint.

    A network that diverges leaves the run; when none is left, the checkpoints are still yielded.
    """
    done = 0
    for checkpoint in checkpoints:
        for positions in _next(order, run, checkpoint - done):
            step(run, points.inputs[positions], points.labels[positions])
        done = checkpoint
        yield checkpoint


def _next(order: Iterator[Tensor], run: Run, count: int) -> Iterator[Tensor]:
    """Up to `count` mini-batches: none when no network is left."""
    for _ in range(count):
        if len(run.alive):
            yield next(order)


def scores(
    run: Run, split: Split, networks: int, limit: int | None
) -> dict[str, Float[Tensor, " net"]]:
    """Loss and accuracy of each set by name, `train_loss` …; NaN for networks that have diverged.

    On the first `limit` points of each set.
    """
    found = {}
    for name, points in split.sets().items():
        seen = points.first(limit)
        values = evaluate(run, seen.inputs, seen.labels)
        for kind, value in zip(("loss", "accuracy"), values, strict=True):
            everywhere = torch.full((networks,), torch.nan, dtype=torch.float64)
            everywhere[run.alive] = value
            found[f"{name}_{kind}"] = everywhere
    return found


def mini_batches(run: Run, networks: int) -> dict[str, list[Float[Tensor, " step"]]]:
    """Loss and accuracy of every mini-batch that each network saw, the diverging one included."""
    steps = len(run.history)
    ran = torch.zeros(networks, dtype=torch.long)
    table = {name: torch.full((networks, steps), torch.nan) for name in ("loss", "accuracy")}
    for number, seen in enumerate(run.history):
        ran[seen.alive] += 1
        for name, values in table.items():
            values[seen.alive, number] = getattr(seen, name).float()
    return {
        f"batch_{name}": [row[:count] for row, count in zip(values, ran, strict=True)]
        for name, values in table.items()
    }

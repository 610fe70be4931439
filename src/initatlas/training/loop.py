"""How do networks learn? All networks of an ensemble at once, on the same mini-batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from initatlas.activations import Activation
from initatlas.networks import Architecture, Ensemble, Workspace
from initatlas.training.losses import accuracy, cross_entropy, cross_entropy_gradient
from initatlas.training.optimizers import Updater


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """Inputs and labels, of the training and of the test set."""

    train_inputs: Float[Tensor, "train_point unit"]
    train_labels: Int[Tensor, " train_point"]
    test_inputs: Float[Tensor, "test_point unit"]
    test_labels: Int[Tensor, " test_point"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MiniBatch:
    """What one step saw before its update: which networks ran, their losses and accuracies."""

    alive: Int[Tensor, " net"]
    loss: Float[Tensor, " net"]
    accuracy: Float[Tensor, " net"]


@dataclass(slots=True, kw_only=True)
class Run:
    """The networks of an ensemble that have not diverged, and what trains them."""

    architecture: Architecture
    activation: Activation
    ensemble: Ensemble
    updater: Updater
    space: Workspace
    alive: Int[Tensor, " net"]
    history: list[MiniBatch] = field(default_factory=list)

    @classmethod
    def start(
        cls,
        architecture: Architecture,
        activation: Activation,
        ensemble: Ensemble,
        updater: Updater,
        batch_size: int,
    ) -> "Run":
        """A run of which no step is done."""
        return cls(
            architecture=architecture,
            activation=activation,
            ensemble=ensemble,
            updater=updater,
            space=architecture.workspace(ensemble, batch_size),
            alive=torch.arange(len(ensemble)),
        )


def batches(rng: np.random.Generator, points: int, batch_size: int) -> Iterator[Tensor]:
    """Positions of the points of one mini-batch after the other, reshuffled every epoch."""
    while True:
        order = torch.as_tensor(rng.permutation(points))
        yield from order[: points - points % batch_size].split(batch_size)


def step(run: Run, inputs: Float[Tensor, "point unit"], labels: Int[Tensor, " point"]) -> None:
    """One update of every network; then those whose loss was not finite are frozen."""
    run.architecture.forward(run.ensemble, run.activation, inputs, run.space)
    logits = run.space.preactivations[-1]
    loss = cross_entropy(logits, labels).mean(dim=1)
    seen = MiniBatch(alive=run.alive, loss=loss, accuracy=accuracy(logits, labels))
    run.history.append(seen)
    delta = cross_entropy_gradient(logits, labels).div_(len(labels))
    run.updater.start_step()
    layers = run.architecture.backward(run.ensemble, run.activation, run.space, delta, _untouched)
    for layer, delta_of_layer, incoming in layers:
        run.updater.update(layer, delta_of_layer, incoming)
    if not (finite := loss.isfinite()).all():
        _freeze(run, finite)


def evaluate(
    run: Run, inputs: Float[Tensor, "point unit"], labels: Int[Tensor, " point"]
) -> tuple[Float[Tensor, " net"], Float[Tensor, " net"]]:
    """Mean loss and accuracy over these points, as many at a time as a mini-batch holds.

    None depends on the others: moments are the reference points'.
    """
    given = run.architecture.for_evaluation(run.ensemble, run.activation)
    size = run.space.preactivations[0].shape[1]
    loss = torch.zeros(len(run.ensemble), dtype=torch.float64)
    correct = torch.zeros(len(run.ensemble), dtype=torch.float64)
    for points, truth in zip(inputs.split(size), labels.split(size), strict=True):
        whole = len(points) == size
        space = run.space if whole else run.architecture.workspace(run.ensemble, len(points))
        space = replace(space, given=given)
        run.architecture.forward(run.ensemble, run.activation, points, space)
        logits = space.preactivations[-1]
        loss += cross_entropy(logits, truth).sum(dim=1, dtype=torch.float64)
        correct += accuracy(logits, truth).double() * len(points)
    return loss / len(labels), correct / len(labels)


def train(
    run: Run,
    data: Data,
    order: Iterator[Tensor],
    recorded_steps: tuple[int, ...],
    record: Callable[[Run, int, tuple[Tensor, ...]], object],
) -> None:
    """Train until the last recorded step; `record(run, step, weights before it)` at each.

    A network that diverges leaves the run after the step that showed it; the others do not
    notice. When none is left, the remaining records are still made.
    """
    record(run, 0, ())
    wanted = frozenset(recorded_steps)
    for number in range(1, recorded_steps[-1] + 1):
        recorded = number in wanted
        before = tuple(w.clone() for w in run.ensemble.weights) if recorded else ()
        alive = run.alive
        if len(alive):
            positions = next(order)
            step(run, data.train_inputs[positions], data.train_labels[positions])
        if recorded:
            if len(run.alive) < len(alive):
                kept = torch.isin(alive, run.alive)
                before = tuple(weight[kept] for weight in before)
            record(run, number, before)


def recorded_steps(steps: int, records: int) -> tuple[int, ...]:
    """At most `records` steps from 0 to `steps`, evenly spaced in ln(1 + step)."""
    spaced = np.expm1(np.linspace(0, np.log1p(steps), records)).round().astype(int)
    return tuple(dict.fromkeys(spaced.tolist()))


def _freeze(run: Run, finite: Tensor) -> None:
    survivors = finite.nonzero()[:, 0]
    batch_size = run.space.preactivations[0].shape[1]
    run.ensemble = run.ensemble.select(survivors)
    run.updater = run.updater.select(run.ensemble, survivors)
    run.space = run.architecture.workspace(run.ensemble, batch_size)
    run.alive = run.alive[survivors]


def _untouched(delta: Tensor) -> None:
    """Training uses gradients as they are."""

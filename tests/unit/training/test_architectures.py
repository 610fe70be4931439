"""Training is plain torch training for every architecture, normalized or not."""

import itertools
from dataclasses import replace

import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.rng import generator
from initatlas.training.loop import Run, batches, evaluate, step
from initatlas.training.optimizers import OPTIMIZERS
from tests.unit.networks.plain import (
    DEPTH,
    NORMALIZED,
    WIDTH,
    Plain,
    architecture_of,
    data,
    ensemble_of,
)

PHI = ACTIVATIONS["tanh"]
BATCH, STEPS, POINTS = 8, 6, 40
SETTINGS = [
    ("sgd", {"momentum": 0.0}, torch.optim.SGD, {}),
    ("sgd", {"momentum": 0.9}, torch.optim.SGD, {"momentum": 0.9}),
    ("adam", {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}, torch.optim.Adam, {}),
]
KINDS = [("mlp", name) for name in NORMALIZED if name] + [("resmlp", name) for name in NORMALIZED]


class OneAfterTheOther(torch.nn.Module):
    """Batch norms with statistics of their own, used in turns."""

    def __init__(self, count):
        super().__init__()
        options = {"affine": False, "momentum": None, "dtype": torch.float64}
        self.norms = torch.nn.ModuleList(
            torch.nn.BatchNorm1d(WIDTH, **options) for _ in range(count)
        )
        self.turns = itertools.cycle(self.norms)

    def forward(self, z):
        return next(self.turns)(z)


def start(kind, name, options, rates, *, initializer="torch_default", dtype=torch.float64):
    ensemble = ensemble_of(kind[0], PHI, initializer=initializer, count=len(rates), dtype=dtype)
    ensemble = replace(ensemble, reference=data(POINTS, dtype)[0][:16])
    updater = OPTIMIZERS[name].start(ensemble, torch.tensor(rates, dtype=dtype), **options)
    return Run.start(architecture_of(*kind), PHI, ensemble, updater, BATCH)


def order():
    return itertools.islice(batches(generator(0, "batches"), POINTS, BATCH), STEPS)


@pytest.mark.parametrize(("name", "options", "optimizer", "theirs"), SETTINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_training_equals_a_plain_module_on_the_same_weights_and_batches(
    kind, name, options, optimizer, theirs
):
    rates, (inputs, labels) = [0.05, 0.01, 0.1], data(POINTS)
    run = start(kind, name, options, rates)
    modules = [Plain(kind[0], run.ensemble, k, PHI, kind[1]) for k in range(len(rates))]
    for positions in order():
        step(run, inputs[positions], labels[positions])
    for k, (module, rate) in enumerate(zip(modules, rates, strict=True)):
        # Before batch norm a bias has no effect, so its gradient is rounding error; Adam makes
        # steps of full size out of that, which move no output.
        bare = [m.bias for m in module.layers] if kind[1] == "batch_norm" and name == "adam" else []
        rule = optimizer(module.parameters(), lr=rate, **theirs)
        for positions in order():
            rule.zero_grad()
            output = module(inputs[positions])
            torch.nn.functional.cross_entropy(output, labels[positions]).backward()
            rule.step()
        for layer, plain in enumerate(module.layers):
            # float64 rounding, amplified over 6 steps of a smooth map.
            pairs = [(run.ensemble.weights[layer][k], plain.weight)]
            if not bare:
                pairs.append((run.ensemble.biases[layer][k], plain.bias))
            for ours, other in pairs:
                torch.testing.assert_close(ours, other.detach(), rtol=1e-7, atol=1e-9)
    if kind[0] == "resmlp":
        moved = [k for k, layer in enumerate(run.ensemble.shapes) if layer.multiplier]
        assert all((run.ensemble.weights[k] != 1).all() for k in moved)


@pytest.mark.parametrize("name", ["sgd", "adam"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_diverging_network_is_frozen_and_the_others_do_not_notice(kind, name):
    options = dict(next(s[1] for s in SETTINGS if s[0] == name))
    inputs, labels = data(POINTS, torch.float32)
    wild = start(kind, name, options, [0.05, 0.1, 0.01], dtype=torch.float32)
    calm = start(kind, name, options, [0.05, 0.1, 0.01], dtype=torch.float32)
    calm.ensemble = calm.ensemble.select(torch.tensor([0, 2]))
    calm.updater = OPTIMIZERS[name].start(calm.ensemble, torch.tensor([0.05, 0.01]), **options)
    calm = Run.start(calm.architecture, PHI, calm.ensemble, calm.updater, BATCH)
    for run in (wild, calm):
        for number, positions in enumerate(order()):
            if run is wild and number == 2:
                run.ensemble.weights[0][1] = torch.inf
            step(run, inputs[positions], labels[positions])
    assert wild.alive.tolist() == [0, 2]
    for ours, theirs in zip(wild.ensemble.weights, calm.ensemble.weights, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-7)
    for ours, theirs in zip(
        evaluate(wild, inputs, labels), evaluate(calm, inputs, labels), strict=True
    ):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("base", ["mlp", "resmlp"])
def test_batch_norm_evaluates_each_point_with_the_moments_of_the_reference(base):
    """As torch does with running statistics that are exactly those of the reference points."""
    run = start((base, "batch_norm"), "sgd", {"momentum": 0.0}, [0.1, 0.1])
    inputs, labels = data(21, seed=2)
    loss, share = evaluate(run, inputs, labels)
    module = Plain(base, run.ensemble, 1, PHI)
    module.norm = OneAfterTheOther(DEPTH if base == "mlp" else DEPTH - 1)
    module(run.ensemble.reference)
    count = len(run.ensemble.reference)
    for norm in module.norm.norms:
        norm.running_var.mul_((count - 1) / count)  # torch keeps the unbiased variance
    module.eval()
    output = module(inputs)
    theirs = torch.nn.functional.cross_entropy(output, labels)
    assert loss[1].item() == pytest.approx(theirs.item(), rel=1e-10)
    right = (output.argmax(dim=1) == labels).double().mean()
    assert share[1].item() == pytest.approx(right.item(), rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_evaluation_does_not_depend_on_how_points_are_split(kind):
    run = start(kind, "sgd", {"momentum": 0.0}, [0.1, 0.1])
    inputs, labels = data(21, seed=2)
    whole, _ = evaluate(run, inputs, labels)
    parts = [evaluate(run, inputs[k : k + 1], labels[k : k + 1])[0] for k in range(21)]
    torch.testing.assert_close(torch.stack(parts).mean(dim=0), whole, rtol=1e-12, atol=0)

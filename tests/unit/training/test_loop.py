"""Batched training is plain torch training, network by network; divergence harms nobody else."""

import itertools

import numpy as np
import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.initializers import INITIALIZERS
from initatlas.networks import MLP, Network, sample
from initatlas.rng import generator
from initatlas.training.loop import Data, Run, batches, evaluate, recorded_steps, step, train
from initatlas.training.losses import cross_entropy_gradient
from initatlas.training.optimizers import OPTIMIZERS
from tests.unit.networks.test_mlp import module_of

SHAPES = MLP.shapes((6,), 10, 2, 3)
BATCH = 8
STEPS = 25
SETTINGS = [
    ("sgd", {"momentum": 0.0}, torch.optim.SGD, {}),
    ("sgd", {"momentum": 0.9}, torch.optim.SGD, {"momentum": 0.9}),
    ("adam", {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}, torch.optim.Adam, {}),
]


def problem(dtype=torch.float64):
    rng = np.random.default_rng(3)
    inputs = torch.from_numpy(rng.standard_normal((50, 6))).to(dtype)
    labels = torch.from_numpy(rng.integers(0, 3, 50))
    return Data(
        train_inputs=inputs[:40],
        train_labels=labels[:40],
        test_inputs=inputs[40:],
        test_labels=labels[40:],
    )


def ensemble_for(rates, sigma_w2=1.5, dtype=torch.float64):
    networks = [
        Network(
            architecture="mlp",
            initializer="gaussian",
            activation="tanh",
            depth=2,
            width=10,
            seed=seed,
            sigma_w2=sigma_w2,
            sigma_b2=0.1,
        )
        for seed in range(len(rates))
    ]
    return sample(2, networks, INITIALIZERS["gaussian"], SHAPES, dtype)


def start(name, options, rates, dtype=torch.float64, activation="tanh", sigma_w2=1.5):
    ensemble = ensemble_for(rates, sigma_w2, dtype)
    updater = OPTIMIZERS[name].start(ensemble, torch.tensor(rates, dtype=dtype), **options)
    return Run.start(MLP, ACTIVATIONS[activation], ensemble, updater, BATCH)


def order():
    return batches(generator(0, "batches"), 40, BATCH)


@pytest.mark.parametrize(("name", "options", "optimizer", "theirs"), SETTINGS)
def test_training_equals_a_plain_sequential_on_the_same_weights_and_batches(
    name, options, optimizer, theirs
):
    rates, data = [0.05, 0.01, 0.2], problem()
    run = start(name, options, rates)
    modules = [module_of(run.ensemble, k, ACTIVATIONS["tanh"]) for k in range(len(rates))]
    for positions in itertools.islice(order(), STEPS):
        step(run, data.train_inputs[positions], data.train_labels[positions])
    for k, (module, rate) in enumerate(zip(modules, rates, strict=True)):
        rule = optimizer(module.parameters(), lr=rate, **theirs)
        for positions in itertools.islice(order(), STEPS):
            rule.zero_grad()
            output = module(data.train_inputs[positions])
            torch.nn.functional.cross_entropy(output, data.train_labels[positions]).backward()
            rule.step()
        linears = [m for m in module if isinstance(m, torch.nn.Linear)]
        for layer, linear in enumerate(linears):
            # float64 rounding, amplified over 25 steps of a smooth map: far below 1e-9.
            for ours, plain in (
                (run.ensemble.weights[layer][k], linear.weight),
                (run.ensemble.biases[layer][k], linear.bias),
            ):
                torch.testing.assert_close(ours, plain.detach(), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize(("name", "options"), [s[:2] for s in SETTINGS])
def test_a_diverging_network_is_frozen_and_the_others_do_not_notice(name, options):
    data = problem(torch.float32)
    wild = [0.05, 1e30, 0.01]  # the second leaves float32 within a few steps
    run = start(name, options, wild, torch.float32, activation="relu")
    calm = start(name, options, wild, torch.float32, activation="relu")
    calm.ensemble = calm.ensemble.select(torch.tensor([0, 2]))
    calm.updater = OPTIMIZERS[name].start(calm.ensemble, torch.tensor([0.05, 0.01]), **options)
    calm = Run.start(MLP, ACTIVATIONS["relu"], calm.ensemble, calm.updater, BATCH)
    for trained in (run, calm):
        for positions in itertools.islice(order(), STEPS):
            step(trained, data.train_inputs[positions], data.train_labels[positions])
    assert run.alive.tolist() == [0, 2]
    last_with_all = [seen for seen in run.history if len(seen.alive) == 3][-1]
    assert not last_with_all.loss[1].isfinite()
    assert all(seen.loss.isfinite().all() for seen in run.history[:-1] if len(seen.alive) == 2)
    for ours, theirs in zip(run.ensemble.weights, calm.ensemble.weights, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-7)


def test_records_go_on_when_every_network_has_diverged():
    data, seen = problem(torch.float32), []
    run = start("sgd", {"momentum": 0.0}, [1e30, 1e30], torch.float32, activation="relu")
    train(
        run,
        data,
        order(),
        (0, 5, 20),
        lambda r, number, before: seen.append((number, len(r.alive), len(before))),
    )
    assert [number for number, _, _ in seen] == [0, 5, 20]
    assert seen[0][1] == 2
    assert seen[-1][1] == 0


def test_the_weights_before_a_recorded_step_are_those_of_the_networks_left():
    data = problem(torch.float32)
    run = start("sgd", {"momentum": 0.0}, [0.1, 1e30], torch.float32, activation="relu")
    moves = []

    def record(run, number, before):
        if before:
            assert len(before[0]) == len(run.alive)
            moves.append((run.ensemble.weights[0] - before[0]).abs().amax().item())

    train(run, data, order(), tuple(range(8)), record)
    assert run.alive.tolist() == [0]
    assert all(0 < move < 1 for move in moves[-2:])


def test_evaluation_does_not_depend_on_how_points_are_split():
    data = problem()
    run = start("sgd", {"momentum": 0.0}, [0.1, 0.1])
    loss, share = evaluate(run, data.train_inputs[:21], data.train_labels[:21])
    module = module_of(run.ensemble, 1, ACTIVATIONS["tanh"])
    output = module(data.train_inputs[:21])
    theirs = torch.nn.functional.cross_entropy(output, data.train_labels[:21])
    assert loss[1].item() == pytest.approx(theirs.item(), rel=1e-12)
    right = (output.argmax(dim=1) == data.train_labels[:21]).double().mean()
    assert share[1].item() == pytest.approx(right.item(), rel=1e-12)


def test_every_point_is_seen_once_an_epoch():
    points = [p for batch in itertools.islice(order(), 10) for p in batch.tolist()]
    assert sorted(points[:40]) == sorted(points[40:]) == list(range(40))
    assert points[:40] != points[40:]


@pytest.mark.parametrize(("steps", "records"), [(500, 12), (1, 2), (7, 30), (10**5, 20)])
def test_recorded_steps_are_spaced_evenly_in_the_logarithm_and_hold_both_ends(steps, records):
    found = recorded_steps(steps, records)
    assert found[0] == 0
    assert found[-1] == steps
    assert list(found) == sorted(set(found))
    assert len(found) <= records


def test_the_gradient_of_the_cost_is_autograds():
    logits = torch.randn(2, 5, 3, dtype=torch.float64, requires_grad=True)
    labels = torch.tensor([0, 1, 2, 1, 0])
    cost = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), labels.repeat(2), reduction="sum"
    )
    cost.backward()
    torch.testing.assert_close(cross_entropy_gradient(logits.detach(), labels), logits.grad)

"""Every stacked network is the plain torch module with the same weights, normalized or not."""

from dataclasses import replace

import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.networks.base import table_rows
from initatlas.networks.propagate import Batch, signals
from initatlas.training.losses import cross_entropy_gradient
from tests.unit.networks.plain import (
    NORMALIZED,
    POINTS,
    Plain,
    architecture_of,
    data,
    ensemble_of,
)

PHI = ("tanh", "relu", "gelu")
KINDS = [(base, name) for base in ("mlp", "resmlp") for name in NORMALIZED]
NOTHING = torch.empty(0, 2, dtype=torch.long)


@pytest.mark.parametrize("phi", PHI)
@pytest.mark.parametrize(("base", "normalization"), KINDS)
def test_forward_and_all_gradients_are_autograds(base, normalization, phi):
    activation, architecture = ACTIVATIONS[phi], architecture_of(base, normalization)
    ensemble, (inputs, labels) = ensemble_of(base, activation), data()
    space = architecture.workspace(ensemble, POINTS)
    architecture.forward(ensemble, activation, inputs, space)
    logits = space.preactivations[-1].clone()
    delta = cross_entropy_gradient(logits, labels) / POINTS
    gradients = {}
    for k, sent, incoming in architecture.backward(
        ensemble, activation, space, delta, lambda _: None
    ):
        gradients[k] = (sent.mT @ incoming, sent.sum(dim=1))
        sent.fill_(torch.nan)  # an optimizer may overwrite it
    assert sorted(gradients) == list(range(len(ensemble.weights)))
    for position in range(len(ensemble)):
        module = Plain(base, ensemble, position, activation, normalization)
        output = module(inputs)
        torch.testing.assert_close(output, logits[position], rtol=1e-11, atol=1e-12)
        torch.nn.functional.cross_entropy(output, labels).backward()
        for k, layer in enumerate(module.layers):
            weight, bias = gradients[k]
            torch.testing.assert_close(weight[position], layer.weight.grad, rtol=1e-8, atol=1e-13)
            torch.testing.assert_close(bias[position], layer.bias.grad, rtol=1e-8, atol=1e-13)


@pytest.mark.parametrize(("base", "normalization"), KINDS)
def test_signals_show_each_rows_own_gradient_and_that_of_its_weights(base, normalization):
    activation, architecture = ACTIVATIONS["tanh"], architecture_of(base, normalization)
    ensemble, (inputs, labels) = ensemble_of(base, activation), data()
    batch = Batch(
        inputs=inputs,
        labels=labels,
        prescribed=3 * inputs[:4] + 1,  # must not count among the points of a batch
        same_class=NOTHING,
        different_class=NOTHING,
    )
    module = Plain(base, ensemble, 1, activation, normalization)
    rows = module.rows(inputs)
    for z in rows:
        z.retain_grad()
    torch.nn.functional.cross_entropy(rows[-1], labels, reduction="sum").backward()
    seen = []
    for signal in signals(architecture, ensemble, activation, batch, cross_entropy_gradient):
        seen.append(signal.layer)
        if signal.layer == 0:
            continue
        theirs, scale = rows[signal.layer - 1], signal.log_delta_scale[1].exp()
        torch.testing.assert_close(signal.preactivations[1], theirs, rtol=1e-11, atol=1e-12)
        torch.testing.assert_close(signal.delta[1] * scale, theirs.grad, rtol=1e-8, atol=1e-13)
        sent = signal.delta if signal.weight_delta is None else signal.weight_delta
        weight = module.layers[signal.position].weight
        gradient = (sent.mT @ signal.incoming)[1] * scale
        torch.testing.assert_close(gradient, weight.grad, rtol=1e-8, atol=1e-13)
        assert signal.weight[1].equal(weight)
        if signal.activations is not None:
            at = signal.preactivations if signal.arguments is None else signal.arguments
            torch.testing.assert_close(signal.activations, activation.phi(at))
    assert seen == list(range(len(rows), -1, -1))


def test_a_residual_row_shows_phi_where_the_branch_applies_it():
    activation, (inputs, labels) = ACTIVATIONS["tanh"], data()
    architecture = architecture_of("resmlp")
    ensemble = ensemble_of("resmlp", activation)
    batch = Batch(
        inputs=inputs,
        labels=labels,
        prescribed=inputs[:2],
        same_class=NOTHING,
        different_class=NOTHING,
    )
    by_layer = {
        s.layer: s
        for s in signals(architecture, ensemble, activation, batch, cross_entropy_gradient)
    }
    last = max(by_layer)
    assert [k for k, s in by_layer.items() if s.activations is None] == [last, 1, 0]
    module = Plain("resmlp", ensemble, 0, activation)
    h = module.layers[4](module.rows(inputs)[1])  # W of the second block reads the row before it
    torch.testing.assert_close(by_layer[3].arguments[0], h.detach())
    torch.testing.assert_close(by_layer[3].slopes[0], activation.slope(h.detach()))


@pytest.mark.parametrize("base", ["mlp", "resmlp"])
def test_points_outside_of_the_batch_feel_its_moments_and_do_not_move_them(base):
    activation, (inputs, labels) = ACTIVATIONS["tanh"], data(points=14)
    architecture = architecture_of(base, "batch_norm")
    ensemble = ensemble_of(base, activation, count=2)
    space = replace(architecture.workspace(ensemble, 14), batch=POINTS)
    architecture.forward(ensemble, activation, inputs, space)
    alone = architecture.workspace(ensemble, POINTS)
    architecture.forward(ensemble, activation, inputs[:POINTS], alone)
    torch.testing.assert_close(space.preactivations[-1][:, :POINTS], alone.preactivations[-1])
    given = replace(architecture.workspace(ensemble, 5), given=alone.moments)
    architecture.forward(ensemble, activation, inputs[POINTS:], given)
    torch.testing.assert_close(space.preactivations[-1][:, POINTS:], given.preactivations[-1])
    # All costs count: finite differences of their sum in a bias of the first layer.
    delta = cross_entropy_gradient(space.preactivations[-1], labels)
    layers = architecture.backward(ensemble, activation, space, delta, lambda _: None)
    found = {k: sent.mT @ incoming for k, sent, incoming in layers}[0]
    step, costs = 1e-6, []
    for sign in (1, -1):
        ensemble.weights[0][:, 2, 3] += sign * step
        architecture.forward(ensemble, activation, inputs, space)
        logits = space.preactivations[-1].flatten(0, 1)
        cost = torch.nn.functional.cross_entropy(logits, labels.repeat(2), reduction="none")
        costs.append(cost.view(2, -1).sum(dim=1))
        ensemble.weights[0][:, 2, 3] -= sign * step
    slope = (costs[0] - costs[1]) / (2 * step)
    # Central differences: an error of step² = 1e-12 times a third derivative, and ε/step = 2e-10.
    torch.testing.assert_close(found[:, 2, 3], slope, rtol=1e-6, atol=1e-7)


def test_memory_counts_every_buffer_of_a_pass_once():
    activation = ACTIVATIONS["tanh"]
    for base, normalization in KINDS:
        architecture = architecture_of(base, normalization)
        ensemble = ensemble_of(base, activation, count=1)
        space = architecture.workspace(ensemble, POINTS)
        lists = (space.preactivations, space.arguments, space.activations, space.incoming)
        buffers = [b for each in (*lists, space.outgoing) for b in each if b is not None]
        buffers += [b for pair in space.deltas.values() for b in pair] + [*space.scratch.values()]
        storages = {b.untyped_storage().data_ptr(): b.untyped_storage().nbytes() for b in buffers}
        parameters = sum(w.numel() for w in (*ensemble.weights, *ensemble.biases))
        expected = sum(storages.values()) + 8 * 2 * parameters
        assert architecture.bytes_per_network(ensemble.shapes, POINTS, 2, 8) == expected


@pytest.mark.parametrize("base", ["mlp", "resmlp"])
def test_every_row_of_the_tables_has_its_weights(base):
    for depth in (1, 2, 6):
        shapes = ensemble_of(base, ACTIVATIONS["relu"], depth=depth, count=1).shapes
        assert [layer.layer for layer in table_rows(shapes)] == list(range(1, depth + 2))
        assert [layer.first for layer in shapes] == [True, *[False] * (len(shapes) - 1)]
        assert [layer.last for layer in shapes] == [*[False] * (len(shapes) - 1), True]

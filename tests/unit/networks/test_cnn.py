"""A stacked CNN is, network by network, the plain torch module with the same weights."""

import itertools
from dataclasses import replace

import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.initializers import INITIALIZERS
from initatlas.networks import Network, sample
from initatlas.networks.circular import by_position
from initatlas.networks.cnn import CNN
from initatlas.networks.propagate import Batch, signals
from initatlas.normalizations import NORMALIZATIONS
from initatlas.training.loop import Run, evaluate, step
from initatlas.training.losses import cross_entropy_gradient
from initatlas.training.optimizers import OPTIMIZERS
from tests.unit.networks.test_circular import as_kernel
from tests.unit.networks.test_mlp import Phi

IMAGE = (2, 5, 4)
FEATURES = 40
SHAPES = CNN.shapes(IMAGE, 6, 3, 4)
POINTS = 9


class ByPosition(torch.nn.Module):
    """Flattens (point, channel, height, width) to units ordered by position, then channel."""

    def forward(self, images):
        return images.flatten(2).mT.flatten(1)


def ensemble_of(activation, count=3, dtype=torch.float64, shapes=SHAPES):
    networks = [
        Network(
            architecture="cnn",
            initializer="torch_default",
            activation=activation.name,
            depth=len(shapes) - 1,
            width=shapes[0].fan_out,
            seed=seed,
            sigma_w2=2.0,
            sigma_b2=1 / 3,
        )
        for seed in range(count)
    ]
    return sample(5, networks, INITIALIZERS["torch_default"], shapes, dtype)


NORMALIZED = {
    "": lambda channels: torch.nn.Identity(),
    "layer_norm": lambda channels: torch.nn.LayerNorm(
        [channels, *IMAGE[1:]], elementwise_affine=False
    ),
    "batch_norm": lambda channels: torch.nn.BatchNorm2d(
        channels, affine=False, track_running_stats=False
    ),
}


def architecture_of(normalization):
    return replace(CNN, normalization=NORMALIZATIONS[normalization]) if normalization else CNN


def module_of(ensemble, position, activation, normalization=""):
    *convolutions, readout = zip(ensemble.weights, ensemble.biases, strict=True)
    layers = [torch.nn.Unflatten(1, IMAGE)]
    for weight, bias in convolutions:
        kernel = as_kernel(weight[position])
        plain = torch.nn.Conv2d(
            *kernel.shape[1::-1], 3, padding=1, padding_mode="circular", dtype=weight.dtype
        )
        plain.weight.data.copy_(kernel)
        plain.bias.data.copy_(bias[position])
        layers += [plain, NORMALIZED[normalization](len(kernel)), Phi(activation)]
    linear = torch.nn.Linear(*readout[0].shape[:0:-1], dtype=readout[0].dtype)
    linear.weight.data.copy_(readout[0][position])
    linear.bias.data.copy_(readout[1][position])
    return torch.nn.Sequential(*layers, ByPosition(), linear)


def with_weights(module):
    return [m for m in module if isinstance(m, torch.nn.Conv2d | torch.nn.Linear)]


def as_ours(values):
    """A kernel, or its gradient, as (fan_out, tap · channel)."""
    return values.permute(0, 2, 3, 1).flatten(1) if values.dim() == 4 else values


def data(points=POINTS, dtype=torch.float64):
    torch.manual_seed(1)
    return torch.randn(points, FEATURES, dtype=dtype), torch.arange(points) % 4


CASES = [(activation, "") for activation in ACTIVATIONS]
CASES += [(activation, name) for activation in ("tanh", "relu") for name in NORMALIZATIONS]


@pytest.mark.parametrize(("phi", "normalization"), CASES)
def test_forward_and_backward_equal_the_plain_module(phi, normalization):
    activation, architecture = ACTIVATIONS[phi], architecture_of(normalization)
    ensemble, (inputs, labels) = ensemble_of(activation), data()
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
    for position in range(len(ensemble)):
        module = module_of(ensemble, position, activation, normalization)
        output = module(inputs)
        torch.testing.assert_close(output, logits[position], rtol=1e-11, atol=1e-12)
        torch.nn.functional.cross_entropy(output, labels).backward()
        for k, layer in enumerate(with_weights(module)):
            weight, bias = gradients[k]
            theirs = as_ours(layer.weight.grad)
            torch.testing.assert_close(weight[position], theirs, rtol=1e-8, atol=1e-13)
            torch.testing.assert_close(bias[position], layer.bias.grad, rtol=1e-8, atol=1e-13)


def test_signals_show_the_gradients_that_autograd_finds_whatever_they_are_scaled_by():
    activation = ACTIVATIONS["tanh"]
    ensemble, (inputs, labels) = ensemble_of(activation), data()
    batch = Batch(
        inputs=inputs,
        labels=labels,
        prescribed=inputs[:2],
        same_class=torch.tensor([[0, 4]]),
        different_class=torch.tensor([[0, 1]]),
    )
    module = module_of(ensemble, 1, activation)
    z, seen = inputs, []
    for layer in module:
        z = layer(z)
        if layer in with_weights(module):
            z.retain_grad()
            seen.append(z)
    torch.nn.functional.cross_entropy(z, labels, reduction="sum").backward()
    for signal in signals(CNN, ensemble, activation, batch, cross_entropy_gradient):
        if signal.layer == 0:
            torch.testing.assert_close(signal.preactivations[1], by_position(inputs, (5, 4)))
            continue
        theirs = seen[signal.layer - 1]
        gradient = theirs.grad
        if theirs.dim() == 4:
            theirs, gradient = ByPosition()(theirs), ByPosition()(gradient)
        torch.testing.assert_close(signal.preactivations[1], theirs, rtol=1e-12, atol=1e-12)
        ours = signal.delta[1] * signal.log_delta_scale[1].exp()
        torch.testing.assert_close(ours, gradient, rtol=1e-10, atol=1e-14)
        rows = signal.delta if signal.weight_delta is None else signal.weight_delta
        product = (rows.mT @ signal.incoming)[1] * signal.log_delta_scale[1].exp()
        plain = as_ours(with_weights(module)[signal.layer - 1].weight.grad)
        torch.testing.assert_close(product, plain, rtol=1e-9, atol=1e-13)


SETTINGS = [
    ("sgd", {"momentum": 0.0}, torch.optim.SGD, {}),
    ("sgd", {"momentum": 0.9}, torch.optim.SGD, {"momentum": 0.9}),
    ("adam", {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}, torch.optim.Adam, {}),
]


@pytest.mark.parametrize(("name", "options", "optimizer", "theirs"), SETTINGS)
def test_training_equals_the_plain_module_on_the_same_batches(name, options, optimizer, theirs):
    activation, rates = ACTIVATIONS["tanh"], [0.05, 0.01, 0.1]
    inputs, labels = data(40)
    batches = [torch.arange(start, start + 8) for start in range(0, 40, 8)] * 2
    ensemble = ensemble_of(activation)
    updater = OPTIMIZERS[name].start(ensemble, torch.tensor(rates, dtype=torch.float64), **options)
    modules = [module_of(ensemble, k, activation) for k in range(3)]
    run = Run.start(CNN, activation, ensemble, updater, 8)
    for positions in batches:
        step(run, inputs[positions], labels[positions])
    for k, (module, rate) in enumerate(zip(modules, rates, strict=True)):
        rule = optimizer(module.parameters(), lr=rate, **theirs)
        for positions in batches:
            rule.zero_grad()
            output = module(inputs[positions])
            torch.nn.functional.cross_entropy(output, labels[positions]).backward()
            rule.step()
        for layer, plain in enumerate(with_weights(module)):
            # float64 rounding, amplified over 10 steps of a smooth map.
            weight, bias = run.ensemble.weights[layer][k], run.ensemble.biases[layer][k]
            torch.testing.assert_close(weight, as_ours(plain.weight.data), rtol=1e-9, atol=1e-11)
            torch.testing.assert_close(bias, plain.bias.data, rtol=1e-9, atol=1e-11)
        loss, _ = evaluate(run, inputs[:21], labels[:21])
        output = module(inputs[:21])
        plain_loss = torch.nn.functional.cross_entropy(output, labels[:21]).item()
        assert loss[k].item() == pytest.approx(plain_loss, rel=1e-9)


def test_a_network_is_the_same_in_any_ensemble_and_with_any_points():
    activation = ACTIVATIONS["relu"]
    inputs, _ = data()
    alone, among = (ensemble_of(activation, count=count) for count in (1, 3))
    found = []
    for ensemble, points in itertools.product((alone, among), (POINTS, 4)):
        space = CNN.workspace(ensemble, points)
        CNN.forward(ensemble, activation, inputs[:points], space)
        found.append(space.preactivations[-1][0, :4])
    for other in found[1:]:
        torch.testing.assert_close(other, found[0], rtol=1e-13, atol=1e-14)


def test_memory_counts_every_buffer_and_the_gathered_ones_once():
    rows, units = POINTS * 20, 20 * 6
    buffers = 3 * POINTS * units * 2 + rows * (9 * 6 + 9 * 2) + POINTS * 4 + 2 * POINTS * units
    parameters = 6 * 18 + 6 + 2 * (6 * 54 + 6) + 4 * 120 + 4
    expected = 8 * (2 * parameters + buffers + 54 * 6)
    assert CNN.bytes_per_network(SHAPES, POINTS, 2, 8) == expected


def test_points_that_are_no_images_are_refused():
    with pytest.raises(ValueError, match="needs images"):
        CNN.shapes((40,), 6, 3, 4)

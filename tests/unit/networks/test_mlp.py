"""A stacked MLP is, network by network, the plain torch module with the same weights."""

import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.initializers import INITIALIZERS
from initatlas.networks import MLP, Network, sample
from initatlas.networks.propagate import Batch, signals
from initatlas.training.losses import cross_entropy_gradient

SHAPES = MLP.shapes((7,), 12, 3, 4)
POINTS = 9


class Phi(torch.nn.Module):
    """An activation as a torch module."""

    def __init__(self, activation):
        super().__init__()
        self.phi = activation.phi

    def forward(self, z):
        return self.phi(z)


def ensemble_of(activation, count=3, dtype=torch.float64):
    networks = [
        Network(
            architecture="mlp",
            initializer="torch_default",
            activation=activation.name,
            depth=3,
            width=12,
            seed=seed,
            sigma_w2=1 / 3,
            sigma_b2=1 / 3,
        )
        for seed in range(count)
    ]
    return sample(5, networks, INITIALIZERS["torch_default"], SHAPES, dtype)


def module_of(ensemble, position, activation):
    layers = []
    for weight, bias in zip(ensemble.weights, ensemble.biases, strict=True):
        linear = torch.nn.Linear(weight.shape[2], weight.shape[1], dtype=weight.dtype)
        linear.weight.data.copy_(weight[position])
        linear.bias.data.copy_(bias[position])
        layers += [linear, Phi(activation)]
    return torch.nn.Sequential(*layers[:-1])


def data(dtype=torch.float64):
    torch.manual_seed(1)
    return torch.randn(POINTS, 7, dtype=dtype), torch.arange(POINTS) % 4


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
def test_forward_and_backward_equal_the_plain_module(activation):
    ensemble, (inputs, labels) = ensemble_of(activation), data()
    space = MLP.workspace(ensemble, POINTS)
    MLP.forward(ensemble, activation, inputs, space)
    logits = space.preactivations[-1].clone()
    delta = cross_entropy_gradient(logits, labels) / POINTS
    layers = MLP.backward(ensemble, activation, space, delta, lambda d: None)
    gradients = {k: (d.mT @ h, d.sum(dim=1)) for k, d, h in layers}
    for position in range(len(ensemble)):
        module = module_of(ensemble, position, activation)
        output = module(inputs)
        torch.testing.assert_close(output, logits[position], rtol=1e-12, atol=1e-12)
        torch.nn.functional.cross_entropy(output, labels).backward()
        for k, linear in enumerate(m for m in module if isinstance(m, torch.nn.Linear)):
            weight, bias = gradients[k]
            torch.testing.assert_close(weight[position], linear.weight.grad, rtol=1e-9, atol=1e-14)
            torch.testing.assert_close(bias[position], linear.bias.grad, rtol=1e-9, atol=1e-14)


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
    z, seen = inputs, {}
    for number, layer in enumerate(module):
        z = layer(z)
        if isinstance(layer, torch.nn.Linear):
            z.retain_grad()
            seen[number // 2 + 1] = z
    torch.nn.functional.cross_entropy(z, labels, reduction="sum").backward()
    for signal in signals(MLP, ensemble, activation, batch, cross_entropy_gradient):
        if signal.layer == 0:
            torch.testing.assert_close(signal.preactivations[1], inputs)
            assert signal.delta is None
            continue
        theirs = seen[signal.layer]
        torch.testing.assert_close(signal.preactivations[1], theirs, rtol=1e-12, atol=1e-12)
        ours = signal.delta[1] * signal.log_delta_scale[1].exp()
        torch.testing.assert_close(ours, theirs.grad, rtol=1e-10, atol=1e-14)


def test_a_network_is_the_same_in_any_ensemble():
    activation = ACTIVATIONS["relu"]
    alone = ensemble_of(activation, count=1)
    among = ensemble_of(activation, count=3)
    for ours, theirs in zip(alone.weights, among.weights, strict=True):
        assert torch.equal(ours[0], theirs[0])
        assert not torch.equal(theirs[0], theirs[1])

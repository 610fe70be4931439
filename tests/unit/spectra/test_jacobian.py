"""The Jacobian's singular values, against autograd's Jacobian of the plain network."""

import math
from dataclasses import replace

import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.networks import MLP
from initatlas.spectra.jacobian import jacobian_spectra
from tests.unit.spectra.networks import ensemble_of, inputs_of

POINTS = 3


def explicit(ensemble, net, activation, point):
    """∂z^L/∂z^1 by autograd, through the hidden layers alone."""
    weights = [w[net] for w in ensemble.weights]
    biases = [b[net] for b in ensemble.biases]

    def above(z):
        for weight, bias in zip(weights[1:-1], biases[1:-1], strict=True):
            z = weight @ activation.phi(z) + bias
        return z

    return torch.autograd.functional.jacobian(above, weights[0] @ point + biases[0])


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=lambda a: a.name)
def test_spectra_are_those_of_the_jacobian_that_autograd_finds(activation):
    ensemble = ensemble_of(activation, depth=4)
    inputs = inputs_of(POINTS)
    found = jacobian_spectra(MLP, ensemble, activation, inputs)
    assert found.shape == (len(ensemble), POINTS, 12)
    for net in range(len(ensemble)):
        for place, point in enumerate(inputs):
            values = torch.linalg.svdvals(explicit(ensemble, net, activation, point))
            ours = found[net, place].exp()
            # LAPACK's error is ε times the largest; ours is relative. 1e-12: cond of 3 factors.
            torch.testing.assert_close(ours, values, rtol=1e-10, atol=1e-12 * float(values[0]))


def test_what_relu_switches_off_is_exactly_zero():
    activation = ACTIVATIONS["relu"]
    ensemble = ensemble_of(activation, depth=6)
    inputs = inputs_of(POINTS)
    found = jacobian_spectra(MLP, ensemble, activation, inputs)
    for net in range(len(ensemble)):
        for place, point in enumerate(inputs):
            h, fewest = point, 12
            weights, biases = ensemble.weights[:-2], ensemble.biases[:-2]
            for weight, bias in zip(weights, biases, strict=True):
                h = (weight[net] @ h + bias[net]).clamp_min(0)
                fewest = min(fewest, int((h > 0).sum()))
            assert int(found[net, place].isfinite().sum()) == fewest


def test_one_hidden_layer_has_the_identity():
    activation = ACTIVATIONS["tanh"]
    found = jacobian_spectra(MLP, ensemble_of(activation, depth=1), activation, inputs_of(POINTS))
    assert (found == 0).all()


@pytest.mark.parametrize("sigma_w2", [0.25, 1.0, 4.0])
def test_orthogonal_linear_networks_stretch_all_directions_alike(sigma_w2):
    activation, depth = ACTIVATIONS["linear"], 100
    ensemble = ensemble_of(
        activation, depth=depth, initializer="critical_orthogonal", sigma_w2=sigma_w2
    )
    found = jacobian_spectra(MLP, ensemble, activation, inputs_of(POINTS))
    expected = (depth - 1) * math.log(sigma_w2) / 2
    # 99 factors, each wrong by a few ε.
    assert (found - expected).abs().max() < 1e-12


def test_other_architectures_are_refused_by_name():
    other = replace(MLP, name="other")
    activation = ACTIVATIONS["tanh"]
    with pytest.raises(ValueError, match=r"other: .*mlp"):
        jacobian_spectra(other, ensemble_of(activation, depth=2), activation, inputs_of(1))

"""Kernels from Gram matrices are those of explicit gradients of every parameter."""

import math

import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.networks import MLP
from initatlas.spectra.tangent_kernel import Kernel, LayerGram, Multipliers, layer_grams
from initatlas.spectra.tangent_kernel import tangent_kernel as kernel_of
from tests.unit.spectra.networks import CLASSES, DIMENSION, WIDTH, ensemble_of, inputs_of

POINTS, DEPTH = 6, 3
SIGMA_W2, SIGMA_B2 = 1.5, 0.1
FAN_IN = [DIMENSION, WIDTH, WIDTH, WIDTH]


def ones(count):
    return torch.ones(count, dtype=torch.float64)


def explicit(parameters, activation, inputs, gains, bias_gain):
    """Θ from each point's gradients of W/gain and b/bias_gain, in reverse mode: mean over outputs.

    With all gains 1 these are the parameters themselves; else W = gain · ω and b = bias_gain · β.
    """

    def network(parameters, point):
        h = point
        for layer, (omega, beta, gain) in enumerate(zip(*parameters, gains, strict=True)):
            z = gain * omega @ h + bias_gain * beta
            h = activation.phi(z) if layer < DEPTH else z
        return h

    weights, biases = parameters
    scaled = (
        tuple(w / gain for w, gain in zip(weights, gains, strict=True)),
        tuple(b / bias_gain for b in biases),
    )
    jacobian = torch.func.vmap(torch.func.jacrev(network), in_dims=(None, 0))
    groups = jacobian(scaled, inputs)
    rows = torch.cat([g.flatten(2) for group in groups for g in group], dim=2)
    return torch.einsum("akp,bkp->ab", rows, rows) / CLASSES


def assert_explicit(activation, multipliers, gains, bias_gain):
    ensemble, inputs = ensemble_of(activation, depth=DEPTH), inputs_of(POINTS)
    grams = layer_grams(MLP, ensemble, activation, inputs)
    found = kernel_of(grams, multipliers)
    for net in range(len(ensemble)):
        parameters = [[p[net] for p in group] for group in (ensemble.weights, ensemble.biases)]
        expected = explicit(parameters, activation, inputs, gains, bias_gain)
        ours = found.log_scale[net].exp() * found.matrix[net]
        torch.testing.assert_close(ours, expected, rtol=1e-11, atol=1e-12)


SOME = [ACTIVATIONS[name] for name in ("tanh", "relu", "gelu", "sin", "hard_tanh")]


@pytest.mark.parametrize("activation", SOME, ids=lambda a: a.name)
def test_the_standard_kernel_is_that_of_each_points_gradients(activation):
    unit = Multipliers(weight=ones(2), bias=ones(2))
    assert_explicit(activation, [unit] * len(FAN_IN), [1.0] * len(FAN_IN), 1.0)


@pytest.mark.parametrize("activation", SOME, ids=lambda a: a.name)
def test_the_ntk_is_that_of_gradients_of_parameters_of_unit_variance(activation):
    multipliers = [
        Multipliers(weight=SIGMA_W2 / fan_in * ones(2), bias=SIGMA_B2 * ones(2))
        for fan_in in reversed(FAN_IN)
    ]
    gains = [math.sqrt(SIGMA_W2 / fan_in) for fan_in in FAN_IN]
    assert_explicit(activation, multipliers, gains, math.sqrt(SIGMA_B2))


def test_gradients_beyond_float64_leave_the_kernel_exact():
    """Two layers whose parts differ by e^2000: the larger one is the kernel, at its own scale."""
    gram = torch.tensor([[[2.0, 1.0], [1.0, 3.0]]], dtype=torch.float64)
    small = LayerGram(gram * gram, gram, torch.tensor([-1000.0], dtype=torch.float64))
    large = LayerGram(gram * gram, gram, torch.tensor([1000.0], dtype=torch.float64))
    unit = Multipliers(weight=ones(1), bias=0 * ones(1))
    kernel = kernel_of([small, large], [unit, unit])
    expected = torch.linalg.eigvalsh(gram * gram)
    assert kernel.log_largest_eigenvalue.item() == pytest.approx(1000 + math.log(expected[0, 1]))
    assert kernel.log_condition_number.item() == pytest.approx(
        math.log(expected[0, 1] / expected[0, 0])
    )


@pytest.mark.parametrize("name", ["relu", "sigmoid"])
def test_deep_networks_have_kernels_that_a_plain_sum_would_lose(name):
    """σ_w² = 10⁻⁶ over 60 layers: δ shrinks by 10³ or more a layer, to 10⁻¹⁸⁰ and δ² to nothing."""
    activation = ACTIVATIONS[name]
    ensemble = ensemble_of(activation, depth=60, sigma_w2=1e-6, sigma_b2=0.1)
    *_, first = layer_grams(MLP, ensemble, activation, inputs_of(POINTS))
    assert (first.log_scale < -800).all()
    assert first.bias.isfinite().all()
    assert (first.bias.diagonal(dim1=1, dim2=2).sum(dim=1) > 0).all()


def kernel(values):
    """A kernel of given eigenvalues in a random basis."""
    values = torch.tensor(values, dtype=torch.float64)
    generator = torch.Generator().manual_seed(0)
    matrix = torch.randn(len(values), len(values), dtype=torch.float64, generator=generator)
    basis = torch.linalg.qr(matrix).Q
    return Kernel(matrix=(basis * values @ basis.mT)[None], log_scale=0 * ones(1))


def test_the_condition_number_is_the_ratio_of_the_outermost_eigenvalues():
    found = kernel([1e-3, 0.5, 4.0])
    assert found.log_condition_number.item() == pytest.approx(math.log(4000), rel=1e-10)
    assert found.log_largest_eigenvalue.item() == pytest.approx(math.log(4))
    assert found.unresolved_eigenvalues.item() == 0


@pytest.mark.parametrize("lost", [0.0, -1e-15, 1e-16])
def test_an_eigenvalue_of_rounding_size_is_counted_and_makes_the_condition_number_infinite(lost):
    found = kernel([lost, 0.5, 8.0])
    assert found.log_condition_number.item() == math.inf
    assert found.unresolved_eigenvalues.item() == 1


def test_a_kernel_that_is_no_number_says_so_and_leaves_the_others_alone():
    good, bad = kernel([1.0, 2.0]).matrix, torch.full((1, 2, 2), torch.nan, dtype=torch.float64)
    found = Kernel(matrix=torch.cat([bad, good]), log_scale=0 * ones(2))
    for values in (
        found.log_condition_number,
        found.log_largest_eigenvalue,
        found.unresolved_eigenvalues,
        found.alignment(torch.tensor([0, 1])),
    ):
        assert values[0].isnan()
        assert values[1].isfinite()


def test_alignment_is_1_for_the_labels_own_kernel_and_a_cosine_otherwise():
    labels = torch.tensor([0, 0, 1, 2])
    own = (labels[:, None] == labels).double()
    found = Kernel(matrix=torch.stack([own, ones(16).reshape(4, 4)]), log_scale=ones(2))
    first, second = found.alignment(labels).tolist()
    assert first == pytest.approx(1)
    assert second == pytest.approx(6 / (4 * math.sqrt(6)))  # all ones against 6 ones of 16

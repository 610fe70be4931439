"""Every initializer: the variance that its rule says, in every mode, the same on every draw."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from initatlas import theory
from initatlas.activations import ACTIVATIONS
from initatlas.distributions import WeightLayer
from initatlas.distributions.normal import NORMAL
from initatlas.initializers import INITIALIZERS, Initializer
from initatlas.rng import generator

SHAPES = [(784, 300), (300, 300), (300, 10), (100, 784)]


def drawn(initializer, fan_in, fan_out, sigma_w2=None, sigma_b2=None, count=1):
    sigma_w2 = initializer.sigma_w2 or sigma_w2 or 1.7
    sigma_b2 = initializer.sigma_b2 if sigma_b2 is None else sigma_b2
    rng = generator(0, "test", initializer.name, fan_in, fan_out)
    layer = WeightLayer(fan_in=fan_in, fan_out=fan_out)
    pairs = [initializer.draw(rng, layer, sigma_w2, sigma_b2) for _ in range(count)]
    return np.stack([w for w, _ in pairs]), np.stack([b for _, b in pairs])


@pytest.mark.parametrize(("fan_in", "fan_out"), SHAPES)
@pytest.mark.parametrize("initializer", INITIALIZERS.values(), ids=lambda i: i.name)
def test_weights_have_the_mean_square_of_their_rule(initializer, fan_in, fan_out):
    weights, _ = drawn(initializer, fan_in, fan_out, count=3)
    fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    expected = (initializer.sigma_w2 or 1.7) / fans[initializer.mode]
    # Var of a mean of squares is (E W⁴ − 1)/n: at most 3 · 784/15 for sparse rows; 5 standard
    # errors. Student's t has no fourth moment: its mean square scatters as n^(−1/3).
    fourth = 3 * fan_in / 15 if initializer.name == "sparse" else 3
    wide = 0.5 if initializer.name == "student_t" else 5 * math.sqrt(fourth / weights.size)
    assert (weights**2).mean() == pytest.approx(expected, rel=wide)


@pytest.mark.parametrize("initializer", INITIALIZERS.values(), ids=lambda i: i.name)
def test_the_same_stream_gives_the_same_bits(initializer):
    first, second = (drawn(initializer, 30, 20, sigma_b2=0.1) for _ in range(2))
    assert first[0].tobytes() == second[0].tobytes()
    assert first[1].tobytes() == second[1].tobytes()


@pytest.mark.parametrize("initializer", INITIALIZERS.values(), ids=lambda i: i.name)
def test_biases_have_the_variance_asked_for(initializer):
    _, biases = drawn(initializer, 50, 4000, sigma_b2=0.3)
    expected = 0.3 / 50 if initializer.bias_per_fan else 0.3
    assert biases.var() == pytest.approx(expected, rel=5 * math.sqrt(2 / biases.size))


def test_torch_default_is_what_torch_nn_linear_does():
    """Two-sample Kolmogorov–Smirnov at 0.1 %, for weights and for biases, and the same bounds."""
    torch.manual_seed(0)
    theirs = torch.nn.Linear(100, 2000)
    weights, biases = drawn(INITIALIZERS["torch_default"], 100, 2000)
    for ours, other in ((weights, theirs.weight), (biases, theirs.bias)):
        other = other.detach().numpy().ravel()
        assert stats.ks_2samp(ours.ravel(), other).pvalue > 1e-3
        assert np.abs(ours).max() <= 1 / math.sqrt(100)
        assert np.abs(other).max() <= 1 / math.sqrt(100) * (1 + 1e-6)
    assert weights.var() * 100 == pytest.approx(1 / 3, rel=5 * math.sqrt(0.8 / weights.size))


@pytest.mark.parametrize(
    ("name", "bound"),
    [
        ("he_uniform", lambda i, o: math.sqrt(6 / i)),
        ("glorot_uniform", lambda i, o: math.sqrt(6 / (i + o))),
    ],
)
def test_uniform_bounds_are_the_papers(name, bound):
    weights, _ = drawn(INITIALIZERS[name], 200, 300)
    assert np.abs(weights).max() <= bound(200, 300)
    assert np.abs(weights).max() > 0.999 * bound(200, 300)


@pytest.mark.parametrize(("fan_in", "fan_out"), [(784, 300), (300, 784)])
def test_an_orthogonal_layer_keeps_its_effective_variance_when_it_is_not_square(fan_in, fan_out):
    """Orthonormal rows or columns times g have Var = g²/max(fan): the factor is put right."""
    weights, _ = drawn(INITIALIZERS["orthogonal"], fan_in, fan_out)
    assert (weights**2).mean() * fan_in == pytest.approx(2.0, rel=1e-12)
    singular = np.linalg.svd(weights[0], compute_uv=False)
    gain = math.sqrt(2.0) * max(1.0, math.sqrt(fan_out / fan_in))
    np.testing.assert_allclose(singular, gain, rtol=1e-12)


def test_an_unknown_mode_or_a_negative_variance_is_refused():
    with pytest.raises(ValueError, match="mode must be one of"):
        Initializer(name="x", distribution=NORMAL, sigma_w2=1.0, mode="fan_it", source="")
    with pytest.raises(ValueError, match="sigma_w2 is a variance"):
        Initializer(name="x", distribution=NORMAL, sigma_w2=-1.0, source="")


def test_gains_make_their_own_moment_1_at_q_1_and_critical_makes_chi_1():
    for activation in ACTIVATIONS.values():
        second, _ = INITIALIZERS["second_moment_gain"].variances(activation)
        assert theory.length_map(activation, 1.0, second, 0.0) == pytest.approx(1, rel=1e-9)
        slope, _ = INITIALIZERS["gradient_gain"].variances(activation)
        assert theory.chi_1(activation, 1.0, slope) == pytest.approx(1, rel=1e-9)
        sigma_w2, sigma_b2 = INITIALIZERS["critical"].variances(activation)
        assert INITIALIZERS["critical_orthogonal"].variances(activation) == (sigma_w2, sigma_b2)
        if activation.name == "softplus":
            assert (sigma_w2, sigma_b2) == (2.0, 0.0)
            continue
        point = theory.critical_point(activation, sigma_b2)
        assert point.stable
        assert theory.chi_1(activation, point.q_star, sigma_w2) == pytest.approx(1, rel=1e-8)

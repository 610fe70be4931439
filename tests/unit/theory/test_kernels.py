"""NNGP and NTK: closed recursions written out, limits of every phase, training sets."""

import math

import numpy as np
import pytest

from initatlas import theory
from initatlas.activations import ACTIVATIONS, Activation
from initatlas.theory import Entries, kernels


def erf_by_hand(sigma_w2, sigma_b2, depth, q_a, q_b, q_ab):
    """Both kernels of erf from Williams' formulas, scalar by scalar."""
    aa, bb, ab = (sigma_w2 * q + sigma_b2 for q in (q_a, q_b, q_ab))
    ntk = [aa, ab, bb]
    for _ in range(depth):
        pairs = [(aa, aa, aa), (aa, bb, ab), (bb, bb, bb)]
        dots = [4 / math.pi / math.sqrt((1 + 2 * x) * (1 + 2 * y) - 4 * k * k) for x, y, k in pairs]
        aa, ab, bb = (
            sigma_w2 * 2 / math.pi * math.asin(2 * k / math.sqrt((1 + 2 * x) * (1 + 2 * y)))
            + sigma_b2
            for x, y, k in pairs
        )
        ntk = [k + sigma_w2 * d * t for k, d, t in zip((aa, ab, bb), dots, ntk, strict=True)]
    return (aa, ab, bb), tuple(ntk)


@pytest.mark.parametrize("depth", [0, 1, 7])
def test_erf_kernels_are_those_of_williams_formulas(depth):
    nngp, ntk = erf_by_hand(1.5, 0.05, depth, 1.2, 0.4, -0.3)
    found = kernels("erf", 1.5, 0.05, depth, 1.2, 0.4, -0.3)
    assert tuple(map(float, found.nngp)) == pytest.approx(nngp, rel=1e-13)
    assert tuple(map(float, found.ntk)) == pytest.approx(ntk, rel=1e-13)


@pytest.mark.parametrize("name", ["erf", "gelu", "relu", "hard_tanh", "sin"])
def test_kernels_without_the_closed_form_are_the_same(name):
    """A user's activation, given by φ alone, gets the kernels of the built-in one."""
    known = ACTIVATIONS[name]
    mine = Activation(name="mine", phi=known.phi, kinks=known.kinks)
    q_a, q_b, c = np.array([1.0, 0.2]), np.array([0.5, 0.2]), np.array([-0.4, 0.999])
    q_ab = c * np.sqrt(q_a * q_b)
    found, expected = (kernels(a, 1.8, 0.1, 5, q_a, q_b, q_ab) for a in (mine, known))
    for one, other in zip((*found.nngp, *found.ntk), (*expected.nngp, *expected.ntk), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_relus_ntk_of_equal_inputs_counts_layers():
    """At σ_w² = 2, σ_b² = 0 every layer adds K: Θ = (depth + 1) K."""
    found = kernels("relu", 2.0, 0.0, 9, 0.5, 0.5, 0.5)
    assert found.nngp.aa == pytest.approx(1, rel=1e-13)
    assert found.ntk.aa == found.ntk.ab == pytest.approx(10, rel=1e-13)


def test_the_last_of_the_layers_is_the_kernel_and_the_first_is_linear():
    arguments = ("tanh", 1.6, 0.1, 4, 1.0, 2.0, 0.3)
    layers = list(theory.kernel_layers(*arguments))
    assert len(layers) == 5
    assert layers[0].nngp == Entries(1.6 + 0.1, 1.6 * 0.3 + 0.1, 1.6 * 2 + 0.1)
    assert layers[0].ntk == layers[0].nngp
    assert layers[-1] == kernels(*arguments)


def test_a_thousand_pairs_give_the_values_of_each_alone():
    q0, c0 = np.linspace(0.3, 2, 1000), np.linspace(-0.9, 0.999, 1000)
    together = kernels("tanh", 1.76, 0.05, 6, q0, q0, c0 * q0)
    for i in (0, 499, 999):
        alone = kernels("tanh", 1.76, 0.05, 6, q0[i], q0[i], c0[i] * q0[i])
        assert together.ntk.ab[i] == pytest.approx(float(alone.ntk.ab), rel=1e-10)


def test_impossible_inner_products_and_depths_are_refused():
    with pytest.raises(ValueError, match=r"q0_ab = 1\.5"):
        kernels("relu", 2.0, 0.0, 1, 1.0, 1.0, 1.5)
    with pytest.raises(ValueError, match="depth counts hidden layers"):
        kernels("relu", 2.0, 0.0, -1, 1.0, 1.0, 0.5)


def gram(points, correlation):
    return np.full((points, points), correlation) + (1 - correlation) * np.eye(points)


def kappa(name, sigma_w2, sigma_b2, depth, points=16):
    """Of points that all have correlation ¼: eigenvalues Θ_aa + (m − 1) Θ_ab and Θ_aa − Θ_ab."""
    ntk = kernels(name, sigma_w2, sigma_b2, depth, 1.0, 1.0, 0.25).ntk
    return float((ntk.aa + (points - 1) * ntk.ab) / (ntk.aa - ntk.ab))


def test_the_condition_number_of_a_set_is_that_of_its_two_eigenvalues():
    matrices = theory.kernel_matrices("erf", 1.4, 0.05, 20, gram(16, 0.25))
    found = theory.condition_number(matrices.ntk)
    assert found == pytest.approx(kappa("erf", 1.4, 0.05, 20), rel=1e-10)
    values = kernels("erf", 1.4, 0.05, 20, 1.0, 1.0, 0.25)
    assert matrices.nngp[2, 2] == values.nngp.aa
    assert matrices.nngp[2, 5] == matrices.nngp[5, 2] == values.nngp.ab


def test_kernels_by_depth_are_those_of_each_depth_alone():
    layers = theory.uniform_layers(1.7, 0.05, depth=6, width=10)
    inputs = gram(5, 0.25) * np.linspace(0.5, 1.5, 5)[:, None] ** 0.5
    inputs = np.minimum(inputs, inputs.T)
    found = dict(theory.kernel_matrices_by_depth("tanh", layers, [6, 1, 3], inputs))
    assert list(found) == [1, 3, 6]
    for depth, matrices in found.items():
        alone = theory.kernel_matrices("tanh", 1.7, 0.05, depth, inputs)
        np.testing.assert_allclose(matrices.ntk, alone.ntk, rtol=1e-13)
        np.testing.assert_allclose(matrices.nngp, alone.nngp, rtol=1e-13)


def test_every_layer_may_have_variances_of_its_own():
    """Linear: K′ = w K + b and Θ′ = K′ + w Θ; the readout is the last of the layers."""
    w, b = np.array([0.5, 2.0, 3.0, 7.0]), np.array([0.1, 0.2, 0.3, 0.4])
    layers = theory.Layers(sigma_w2=w, sigma_b2=b, fan_in=np.array([4, 9, 9, 9]))
    inputs = np.array([[1.0, 0.4], [0.4, 2.0]])
    kernel = w[0] * inputs + b[0]
    second = w[1] * kernel + b[1]
    tangent = second + w[1] * kernel
    expected = {
        1: w[3] * kernel + b[3] + w[3] * kernel,
        2: w[3] * second + b[3] + w[3] * tangent,
    }
    for depth, found in theory.kernel_matrices_by_depth("linear", layers, [1, 2], inputs):
        np.testing.assert_allclose(found.ntk, expected[depth], rtol=1e-13)


@pytest.mark.parametrize("depths", [[0], [2, 7]])
def test_depths_beyond_the_layers_are_refused(depths):
    layers = theory.uniform_layers(1.7, 0.05, depth=6, width=10)
    with pytest.raises(ValueError, match="depths must be 1 to 6"):
        list(theory.kernel_matrices_by_depth("tanh", layers, depths, gram(2, 0.5)))


def test_the_condition_number_of_a_critical_network_approaches_its_limit():
    """(m + 2)/2 for smooth φ and (m + 3)/3 for ReLU (Xiao et al. 2020): 9 and 19/3 at m = 16."""
    erf, relu = theory.critical_point("erf", 0.05), theory.critical_point("relu", 0.0)
    for point, name, limit in ((erf, "erf", 9.0), (relu, "relu", 19 / 3)):
        found = theory.kernel_limit(name, point.sigma_w2, point.sigma_b2)
        assert theory.condition_number_limit(found, 16) == pytest.approx(limit)
        distances = [
            abs(kappa(name, point.sigma_w2, point.sigma_b2, depth) - limit)
            for depth in (100, 300, 900)
        ]
        # The approach is as (ln l)/l: three times the depth leaves at most half the distance.
        assert distances[1] < 0.6 * distances[0]
        assert distances[2] < 0.6 * distances[1]
        assert distances[2] < 0.02 * limit


def test_the_condition_number_of_a_chaotic_network_goes_to_1_and_of_an_ordered_one_explodes():
    assert kappa("erf", 1.5, 0.05, 300) == pytest.approx(1, abs=1e-3)
    assert theory.condition_number_limit(theory.kernel_limit("erf", 1.5, 0.05), 16) == 1
    # p* m χ₁⁻ˡ/l, up to a constant: 40 layers more multiply it by 1/χ₁⁴⁰ · l/(l + 40).
    chi_1 = float(theory.depth_scales("erf", 1.25, 0.05).chi_1)
    ratio = kappa("erf", 1.25, 0.05, 340) / kappa("erf", 1.25, 0.05, 300)
    assert ratio == pytest.approx(chi_1**-40 * 300 / 340, rel=0.05)
    assert theory.condition_number_limit(theory.kernel_limit("erf", 1.25, 0.05), 16) == math.inf


def test_kernel_limits_are_what_deep_kernels_approach():
    ordered = theory.kernel_limit("erf", 1.25, 0.05)
    assert ordered.ntk_aa == pytest.approx(11.2661, abs=6e-5)  # p* = q*/(1 − χ₁)
    deep = kernels("erf", 1.25, 0.05, 600, 1.0, 1.0, 0.3)
    assert float(deep.ntk.ab) == pytest.approx(ordered.ntk_ab, rel=1e-5)
    chaotic = theory.kernel_limit("erf", 1.5, 0.05)
    deep = kernels("erf", 1.5, 0.05, 700, 1.0, 1.0, 0.3)
    assert float(deep.ntk.ab) == pytest.approx(chaotic.ntk_ab, rel=1e-5)
    assert float(deep.nngp.ab) == pytest.approx(chaotic.nngp_ab, rel=1e-5)
    critical = theory.kernel_limit("relu", 2.0, 0.0)
    deep = kernels("relu", 2.0, 0.0, 3000, 0.5, 0.5, 0.1)
    assert float(deep.ntk.ab / deep.ntk.aa) == pytest.approx(critical.ratio, abs=2e-3)


def test_kernels_that_vanish_or_diverge_have_no_limit():
    for sigma_w2 in (0.5, 4.0):
        with pytest.raises(ValueError, match=r"relu at .*no finite, non-zero limit"):
            theory.kernel_limit("relu", sigma_w2, 0.0)


def test_the_mean_predictor_interpolates_the_training_set():
    matrices = theory.kernel_matrices("tanh", 2.0, 0.1, 3, gram(6, 0.4))
    labels = np.arange(4.0)[:, None]
    twice = np.arange(4).tolist() * 2
    kernel = matrices.ntk[np.ix_(twice, twice)]  # the "test" inputs are the training inputs
    np.testing.assert_allclose(theory.mean_predictor(kernel, 4, labels), labels, atol=1e-10)


def test_an_ordered_predictor_forgets_its_inputs_with_depth():
    """All pairs of distinct inputs become alike, so the predictor becomes the labels' mean."""
    labels = np.array([[1.0], [-1.0], [3.0]])
    distances = []
    for depth in (60, 120):
        matrices = theory.kernel_matrices("erf", 1.0, 0.05, depth, gram(4, 0.3))
        distances.append(abs(theory.mean_predictor(matrices.ntk, 3, labels)[0, 0] - 1.0))
    # Θ_ab/Θ_aa → 1 as l χ₁ˡ, and the distance with it.
    chi_1 = float(theory.depth_scales("erf", 1.0, 0.05).chi_1)
    assert distances[1] / distances[0] == pytest.approx(chi_1**60 * 2, rel=0.05)


def test_a_kernel_of_rounding_errors_has_an_infinite_condition_number():
    assert theory.condition_number(np.ones((3, 3))) == math.inf


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_very_many_pairs_have_the_kernels_that_a_few_have(name):
    """Tables and interpolated lengths for 1,000 points; series and integrals for 8 of them."""
    rng = np.random.default_rng(3)
    q, c = rng.uniform(0.2, 3, 1000), rng.uniform(-1, 1, 1000)
    some = slice(0, 1000, 125)
    many = kernels(name, 1.5, 0.05, 12, q, q, q * c)
    few = kernels(name, 1.5, 0.05, 12, q[some], q[some], (q * c)[some])
    for one, other in zip(many, few, strict=True):
        for part, expected in zip(one, other, strict=True):
            np.testing.assert_allclose(part[some], expected, rtol=1e-10)

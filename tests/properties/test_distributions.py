"""Every distribution: centred, of unit variance, of the kurtosis it claims; orthogonal is Haar."""

import math

import numpy as np
import pytest
from scipy import stats

from initatlas.distributions import DISTRIBUTIONS, WeightLayer
from initatlas.distributions.identity import IDENTITY
from initatlas.distributions.looks_linear import LOOKS_LINEAR
from initatlas.distributions.orthogonal import ORTHOGONAL
from initatlas.distributions.sparse import CONNECTIONS, SPARSE
from initatlas.distributions.student_t import DEGREES, STUDENT_T
from initatlas.distributions.truncated_normal import CUT, TRUNCATED_NORMAL, VARIANCE
from initatlas.rng import generator

SHAPES = [(64, 64), (96, 32), (32, 96)]
# Fourth moments of independent entries of variance 1; a normal cut at ±2 by its integrals.
FOURTH_MOMENTS = {"normal": 3.0, "uniform": 9 / 5, "truncated_normal": 2.3655367}


def draws(distribution, shape, count):
    rng = generator(0, "test", distribution.name, *shape)
    fan_out, fan_in = shape
    layer = WeightLayer(fan_in=fan_in, fan_out=fan_out)
    return np.stack([distribution.draw(rng, layer) for _ in range(count)])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("name", "fourth"), FOURTH_MOMENTS.items())
def test_entries_have_mean_0_variance_1_and_their_fourth_moment(name, fourth, shape):
    w = draws(DISTRIBUTIONS[name], shape, 40)
    # Standard errors of mean, second and fourth moment of independent entries; 4 wide.
    n = w.size
    assert abs(w.mean()) < 4 / math.sqrt(n)
    assert abs((w**2).mean() - 1) < 4 * math.sqrt((fourth - 1) / n)
    # Var z⁴ of a Gaussian is 96, the largest of these distributions.
    assert abs((w**4).mean() - fourth) < 4 * math.sqrt(96 / n)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("distribution", DISTRIBUTIONS.values(), ids=lambda d: d.name)
def test_every_entry_is_centred_not_only_their_mean(distribution, shape):
    if distribution is IDENTITY:
        assert np.array_equal(*draws(distribution, shape, 2))  # nothing about it is random
        return
    w = draws(distribution, shape, 400)
    if distribution is STUDENT_T:
        w = np.sign(w)  # its mean converges too slowly for a normal limit; its signs do not
    z = w.mean(axis=0) * math.sqrt(len(w))  # each entry has variance 1
    # The largest of 64 · 64 standard normals is below 5 with probability 0.998.
    assert np.abs(z).max() < 5
    diagonal = np.diagonal(w, axis1=1, axis2=2)
    assert abs(diagonal.mean()) * math.sqrt(diagonal.size) < 4


@pytest.mark.parametrize("shape", SHAPES)
def test_orthogonal_has_equal_singular_values_and_unit_mean_square_entries(shape):
    w = draws(ORTHOGONAL, shape, 1)[0]
    singular = np.linalg.svd(w, compute_uv=False)
    np.testing.assert_allclose(singular, math.sqrt(max(shape)), rtol=1e-12)
    np.testing.assert_allclose((w**2).mean(), 1, rtol=1e-12)


def test_orthogonal_is_haar_its_trace_has_variance_1():
    """Under Haar measure tr Q has mean 0 and variance 1 (Diaconis & Shahshahani 1994)."""
    size, count = 24, 3000
    traces = np.trace(draws(ORTHOGONAL, (size, size), count), axis1=1, axis2=2) / math.sqrt(size)
    assert abs(traces.mean()) < 4 / math.sqrt(count)
    assert abs(traces.var() - 1) < 4 * math.sqrt(2 / count)


def test_truncated_normal_is_cut_and_its_lost_variance_restored():
    w = draws(TRUNCATED_NORMAL, (200, 200), 4)
    assert np.abs(w).max() <= CUT / math.sqrt(VARIANCE)
    assert np.abs(w).max() > 0.999 * CUT / math.sqrt(VARIANCE)
    # The value that Keras and Flax divide by, to the digits they print.
    assert math.sqrt(VARIANCE) == pytest.approx(0.87962566103423978, abs=1e-15)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("distribution", DISTRIBUTIONS.values(), ids=lambda d: d.name)
def test_entries_have_mean_square_1_in_every_shape(distribution, shape):
    w = draws(distribution, shape, 60)
    # Independent finite fourth moments are at most 6.4 here (sparse: 3 · 96/15 = 19); student_t
    # has none, and its mean square scatters as n^(−1/3): 0.06 at 10⁵ entries.
    wide = 0.3 if distribution is STUDENT_T else 5 * math.sqrt(19 / w.size)
    assert (w**2).mean() == pytest.approx(1, abs=wide)


def test_student_t_is_what_scipy_says():
    w = draws(STUDENT_T, (64, 64), 5).ravel() * math.sqrt(DEGREES / (DEGREES - 2))
    assert stats.kstest(w, stats.t(DEGREES).cdf).pvalue > 1e-3


def test_sparse_units_have_exactly_their_number_of_connections():
    w = draws(SPARSE, (40, 64), 3)
    assert (np.count_nonzero(w, axis=2) == CONNECTIONS).all()
    few = SPARSE.draw(np.random.default_rng(0), WeightLayer(fan_in=4, fan_out=5))
    assert (np.count_nonzero(few, axis=1) == 4).all()


def test_a_looks_linear_relu_network_is_a_linear_isometry():
    """With σ_w² = 2: relu(a) − relu(−a) = a undoes every layer's kink."""
    rng, width, depth = np.random.default_rng(0), 16, 30
    x = rng.standard_normal((8, 5))

    def layer(fan_in, fan_out, **ends):
        shape = WeightLayer(fan_in=fan_in, fan_out=fan_out, **ends)
        return LOOKS_LINEAR.draw(rng, shape) * math.sqrt(2 / fan_in)

    z = layer(8, width, first=True) @ x
    start = z[::2]
    for _ in range(depth):
        z = layer(width, width) @ np.maximum(z, 0)
    np.testing.assert_allclose(z[::2], -z[1::2], rtol=1e-12)
    gram = z[::2].T @ z[::2]
    np.testing.assert_allclose(gram, start.T @ start, rtol=1e-10)
    with pytest.raises(ValueError, match="widths must be even; got 15"):
        layer(8, 15)

"""Singular values of long products, against products in 400 digits."""

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
import torch

from initatlas.rng import generator
from initatlas.spectra.products import log_singular_values

N = 8
EPSILON = np.finfo(float).eps


def gaussian(rng, *shape):
    return torch.from_numpy(rng.standard_normal(shape)) / math.sqrt(shape[-1])


def orthogonal(rng, n=N):
    return torch.linalg.qr(gaussian(rng, n, n)).Q


def diagonal(*values):
    return torch.diag(torch.tensor(values, dtype=torch.float64))


def gaussian_layers(rng):
    return [gaussian(rng, N, N) for _ in range(60)]


def isometric(rng):
    return [orthogonal(rng) for _ in range(60)]


def nearly_isometric(rng):
    shrink = 1 - 1e-3 * torch.from_numpy(rng.random((60, N)))
    return [orthogonal(rng) * slopes for slopes in shrink]


def saturated(rng):
    slopes = 10 ** (-6 * torch.from_numpy(rng.random((60, N))))
    return [gaussian(rng, N, N) * scale for scale in slopes]


def two_clusters(rng):
    middle = diagonal(*[1.0] * 4, *[1e-3] * 4)
    return [orthogonal(rng), *[middle] * 40, orthogonal(rng)]


def rectangular(rng):
    sizes = [6, 8, 5, 7, 3, 9]
    return [gaussian(rng, above, below) for below, above in pairwise(sizes)]


def badly_ordered(rng):
    """Directions that shrink first, last, or only after others have been mixed in."""
    first, last = diagonal(1e-8, 1, 1e-4, 1), diagonal(1, 1e-9, 1e-3, 1)
    mixed = [gaussian(rng, 4, 4) for _ in range(4)]
    return [*[first] * 30, *mixed[:3], *[last] * 30, mixed[3]]


def exploding(rng):
    return [1e30 * gaussian(rng, N, N) for _ in range(40)]


FAMILIES = [
    gaussian_layers,
    isometric,
    nearly_isometric,
    saturated,
    two_clusters,
    rectangular,
    badly_ordered,
    exploding,
]


def exact(factors):
    """Ln s of the product, in 2,400 digits: the product spans up to 10^±1200."""
    with mpmath.workdps(2400):
        product = mpmath.matrix(factors[0].tolist())
        for factor in factors[1:]:
            product = mpmath.matrix(factor.tolist()) * product
        # s from the eigenvalues of the smaller Gram matrix: as precise as the digits allow.
        gram = product.T * product if product.cols <= product.rows else product * product.T
        rank = min(size for factor in factors for size in factor.shape)
        values = sorted(mpmath.eigsy(gram, eigvals_only=True), reverse=True)[:rank]
        return np.array([float(mpmath.log(value) / 2) for value in values])


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.__name__)
def test_logarithms_of_all_singular_values_are_those_of_the_product_in_2400_digits(family):
    factors = family(generator(0, "products", family.__name__))
    expected = exact(factors)
    found = log_singular_values([factors], N)[0].numpy()
    assert (found[len(expected) :] == -math.inf).all()
    found = found[: len(expected)]
    # Rounding a factor moves ln s by up to ε times its condition number, times the angles between
    # the directions that factors before and after it stretch: 10 allows for these.
    tolerance = 10 * EPSILON * sum(float(torch.linalg.cond(factor)) for factor in factors)
    np.testing.assert_allclose(found, expected, rtol=4 * EPSILON, atol=tolerance)
    assert tolerance < 1e-4  # so that the comparison says something


def test_the_explicit_product_would_be_wrong_where_this_is_right():
    factors = gaussian_layers(generator(0, "products", "gaussian_layers"))
    expected = exact(factors)
    product = torch.linalg.multi_dot(list(reversed(factors)))
    naive = torch.linalg.svdvals(product).log().numpy()
    found = log_singular_values([factors], N)[0].numpy()
    assert abs(naive - expected).max() > 1
    assert abs(found - expected).max() < 1e-11


@pytest.mark.parametrize("gain", [0.5, 1.0, 3.0])
def test_orthogonal_products_have_ln_s_equal_to_depth_times_ln_of_the_gain(gain):
    rng = generator(0, "products", "gain")
    depth = 500
    factors = [gain * orthogonal(rng, 32) for _ in range(depth)]
    found = log_singular_values([factors], 32)[0]
    # A factor's QR errs by a few ε; errors of 500 add up as a random walk at best, linearly at
    # worst. 50 ε each is 5e-12.
    assert (found - depth * math.log(gain)).abs().max() < 50 * depth * EPSILON


def test_the_sum_of_all_is_the_sum_of_the_factors_log_determinants():
    rng = generator(0, "products", "determinant")
    factors = [gaussian(rng, 40, 40) for _ in range(100)]
    found = log_singular_values([factors], 40)[0].sum().item()
    expected = sum(torch.linalg.slogdet(factor).logabsdet.item() for factor in factors)
    # Each ln s may be off by ε Σ cond (about 1e-10 here); the sum of 40 by no more than that.
    conditions = sum(float(torch.linalg.cond(factor)) for factor in factors)
    assert found == pytest.approx(expected, abs=10 * EPSILON * conditions)


def test_products_of_lost_rank_have_as_many_zeros_as_they_lose():
    rng = generator(0, "products", "rank")
    basis = orthogonal(rng)
    projection = basis[:, :5] @ basis[:, :5].mT  # numerically singular: no row or column is 0
    factors = [gaussian(rng, N, N), projection, gaussian(rng, N, N)]
    found = log_singular_values([factors], N)[0]
    expected = torch.linalg.svdvals(factors[2] @ factors[1] @ factors[0]).log()
    torch.testing.assert_close(found[:5], expected[:5], atol=1e-12, rtol=1e-12)
    assert (found[5:] == -torch.inf).all()


@pytest.mark.parametrize("width", [0, 3])
def test_a_product_through_no_direction_at_all_is_zero(width):
    nothing = torch.zeros(width, N, dtype=torch.float64)
    factors = [nothing, torch.ones(N, width, dtype=torch.float64)]
    assert (log_singular_values([factors], N) == -torch.inf).all()


def test_products_of_what_is_no_number_have_no_singular_values():
    sound = torch.eye(3, dtype=torch.float64)
    broken = sound.clone()
    broken[1, 1] = torch.inf
    found = log_singular_values([[sound, broken], [sound, sound]], 3)
    assert found[0].isnan().all()
    assert (found[1] == 0).all()


def test_one_column_and_one_row_are_their_lengths():
    vector = torch.tensor([[3.0], [4.0]], dtype=torch.float64)
    assert log_singular_values([[vector]], 1).item() == pytest.approx(math.log(5))
    assert log_singular_values([[vector, vector.mT]], 1).item() == pytest.approx(math.log(25))

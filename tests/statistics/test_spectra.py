"""Measured spectra against theory: seeded, with tolerances in standard errors and in 1/width."""

import math

import numpy as np
import pytest
import torch

from initatlas import theory
from initatlas.activations import ACTIVATIONS
from initatlas.networks import MLP, Ensemble
from initatlas.rng import generator
from initatlas.spectra.jacobian import jacobian_spectra
from initatlas.spectra.products import log_singular_values
from initatlas.spectra.tangent_kernel import Multipliers, layer_grams, tangent_kernel
from initatlas.stages.predictions.jacobian_density import JACOBIAN_DENSITY
from initatlas.stages.predictions.kernel_condition import KERNEL_CONDITION
from initatlas.stages.spectra import spectra
from tests.unit.stages.small import block, dataset, gridded


def weights(rng, nets, above, below, sigma_w2, ensemble="gaussian"):
    matrix = rng.standard_normal((nets, above, below))
    if ensemble == "gaussian" or above != below:
        return matrix * math.sqrt(sigma_w2 / below)
    basis, triangle = np.linalg.qr(matrix)
    return basis * np.sign(np.diagonal(triangle, axis1=1, axis2=2))[:, None] * math.sqrt(sigma_w2)


def networks(rng, point, *, nets, n, depth, outputs=1, ensemble="gaussian"):
    """Networks of n inputs drawn here in numpy, independently of the package's own."""
    sigma_w2, sigma_b2 = point
    shapes = MLP.shapes((n,), n, depth, outputs)
    pairs = [(layer.fan_out, layer.fan_in) for layer in shapes]
    return Ensemble(
        shapes=shapes,
        weights=tuple(
            torch.from_numpy(weights(rng, nets, *pair, sigma_w2, ensemble)) for pair in pairs
        ),
        biases=tuple(
            torch.from_numpy(math.sqrt(sigma_b2) * rng.standard_normal((nets, above)))
            for above, _ in pairs
        ),
    )


def test_gaussian_products_grow_at_the_exact_lyapunov_exponents():
    n, depth, nets, sigma_w2 = 6, 400, 40, 1.3
    rng = generator(0, "spectra", "lyapunov")
    products = [
        list(torch.from_numpy(weights(rng, depth, n, n, sigma_w2)).unbind()) for _ in range(nets)
    ]
    found = log_singular_values(products, n).numpy() / depth
    exact = theory.lyapunov_exponents(n, sigma_w2)
    error = found.std(axis=0, ddof=1) / math.sqrt(nets)
    # Σ ln s is Σ ln |det W|, whose mean has no bias at any depth.
    total = found.sum(axis=1)
    assert abs(total.mean() - exact.sum()) < 4 * total.std(ddof=1) / math.sqrt(nets)
    # Each ln s differs from its part of the triangular factor by angles of O(1) between the
    # first and the last directions: ln n = 1.8 is a generous bound; 1/depth of that a layer.
    assert np.all(np.abs(found.mean(axis=0) - exact) < 4 * error + math.log(n) / depth)
    gaps = -np.diff(exact)
    assert np.all(4 * error[1:] + math.log(n) / depth < gaps)  # tells neighbours apart


SPECTRA = [
    ("linear", 1.0, 0.0, "gaussian"),
    ("relu", 2.0, 0.0, "gaussian"),
    ("relu", 2.0, 0.0, "orthogonal"),
    ("tanh", None, 0.05, "gaussian"),
    ("tanh", None, 0.05, "orthogonal"),
    ("hard_tanh", None, 0.05, "orthogonal"),
]


@pytest.mark.parametrize(("name", "sigma_w2", "sigma_b2", "ensemble"), SPECTRA)
def test_squared_singular_values_have_the_mean_and_variance_of_free_probability(
    name, sigma_w2, sigma_b2, ensemble
):
    layers, n, nets, points = 6, 128, 6, 2
    rng = generator(0, "spectra", name, ensemble)
    q_star = 1.0
    if sigma_w2 is None:
        critical = theory.critical_point(name, sigma_b2)
        sigma_w2, q_star = float(critical.sigma_w2), float(critical.q_star)
    # Inputs whose first pre-activations have variance q*, so that it is stationary.
    inputs = rng.standard_normal((points, n))
    inputs *= math.sqrt(n * (q_star - sigma_b2) / sigma_w2) / np.linalg.norm(
        inputs, axis=1, keepdims=True
    )
    sampled = networks(
        rng, (sigma_w2, sigma_b2), nets=nets, n=n, depth=layers + 1, ensemble=ensemble
    )
    logs = jacobian_spectra(MLP, sampled, ACTIVATIONS[name], torch.from_numpy(inputs)).numpy()
    squares = np.exp(2 * logs)
    means = squares.mean(axis=2)
    variances = (squares.var(axis=2) / means**2).mean(axis=1)
    moments = theory.jacobian_moments(name, q_star, sigma_w2, layers, ensemble=ensemble)
    # Width adds about L/n of the variance (5 %), and as much to the mean, whose logarithm also
    # scatters as lengths do. Points of one network are not independent: nets standard errors.
    bias = 2 * layers / n
    error = means.mean(axis=1).std(ddof=1) / math.sqrt(nets)
    assert abs(means.mean() - float(moments.mean)) < 4 * error + bias
    expected = float(moments.relative_variance)
    error = variances.std(ddof=1) / math.sqrt(nets)
    assert abs(variances.mean() - expected) < 4 * error + bias * expected
    assert error < 0.1 * expected  # so that the comparison says something


def test_the_median_of_measured_spectra_is_that_of_the_predicted_density():
    """Gaussian linear networks, all singular values: the whole distribution at three quantiles."""
    layers, n, nets = 4, 200, 4
    rng = generator(0, "spectra", "density")
    sampled = networks(rng, (1.0, 0.0), nets=nets, n=n, depth=layers + 1)
    inputs = torch.from_numpy(rng.standard_normal((1, n)))
    logs = 2 * jacobian_spectra(MLP, sampled, ACTIVATIONS["linear"], inputs).numpy().ravel()
    density = theory.jacobian_density("linear", 1.0, 1.0, layers, points=4000)
    steps = np.diff(density.log_squared) * (density.density[1:] + density.density[:-1]) / 2
    below = 1 - np.cumsum(steps[::-1])[::-1] + steps  # counted from the top, where nothing is cut
    for share in (0.25, 0.5, 0.75):
        predicted = np.interp(share, below, density.log_squared[1:])
        # Eigenvalues repel: a share of them fluctuates by O(1/n), not by 1/√n. 4/n for each.
        assert np.mean(logs < predicted) == pytest.approx(share, abs=4 / n)


@pytest.mark.parametrize(
    ("name", "sigma_w2", "sigma_b2"), [("tanh", 1.5, 0.05), ("relu", 2.0, 0.1), ("gelu", 2.0, 0.1)]
)
def test_tangent_kernels_of_wide_networks_are_the_ntk(name, sigma_w2, sigma_b2):
    depth, n, nets, outputs = 3, 300, 24, 3
    rng = generator(0, "spectra", "ntk", name)
    sampled = networks(rng, (sigma_w2, sigma_b2), nets=nets, n=n, depth=depth, outputs=outputs)
    inputs = rng.standard_normal((5, n)) * np.array([[0.6], [0.8], [1.0], [1.2], [1.4]])
    grams = layer_grams(MLP, sampled, ACTIVATIONS[name], torch.from_numpy(inputs))
    one = torch.ones(nets, dtype=torch.float64)
    unit_variance = Multipliers(weight=sigma_w2 / n * one, bias=sigma_b2 * one)
    found = tangent_kernel(grams, [unit_variance] * len(grams))
    kernels = (found.log_scale.exp()[:, None, None] * found.matrix).numpy()
    expected = theory.kernel_matrices(name, sigma_w2, sigma_b2, depth, inputs @ inputs.T / n).ntk
    error = kernels.std(axis=0, ddof=1) / math.sqrt(nets)
    # The mean of Θ at width n is off by O(depth/n) of its diagonal (Hanin & Nica 2020).
    bias = 2 * depth / n * np.diagonal(expected).max()
    assert np.all(np.abs(kernels.mean(axis=0) - expected) < 4 * error + bias)
    assert np.all(error < 0.05 * np.diagonal(expected).max())
    # An eigenvalue moves by at most the norm of what the matrix moves by (Weyl).
    moved = np.linalg.norm(kernels - expected, ord=2, axis=(1, 2))
    largest = np.exp(found.log_largest_eigenvalue.numpy())
    assert np.all(np.abs(largest - np.linalg.eigvalsh(expected)[-1]) <= moved * (1 + 1e-9))


def test_deviations_from_the_ntk_shrink_as_1_over_the_root_of_width():
    depth, nets, widths = 2, 40, np.array([25, 100, 400])
    deviations = []
    for n in widths.tolist():
        rng = generator(0, "spectra", "rate", n)
        sampled = networks(rng, (1.5, 0.05), nets=nets, n=n, depth=depth)
        direction, _ = np.linalg.qr(rng.standard_normal((n, 2)))
        inputs = (direction * math.sqrt(n)).T  # |x|² = n and orthogonal, at every width
        grams = layer_grams(MLP, sampled, ACTIVATIONS["tanh"], torch.from_numpy(inputs))
        one = torch.ones(nets, dtype=torch.float64)
        multipliers = Multipliers(weight=1.5 / n * one, bias=0.05 * one)
        found = tangent_kernel(grams, [multipliers] * len(grams))
        kernels = (found.log_scale.exp()[:, None, None] * found.matrix).numpy()
        expected = theory.kernel_matrices("tanh", 1.5, 0.05, depth, np.eye(2)).ntk
        deviations.append(np.sqrt(np.mean((kernels - expected) ** 2)))
    rate = np.polyfit(np.log(widths), np.log(deviations), 1)[0]
    # A root mean square of 40 draws has a relative error of 1/√80 = 11 %; over a factor of 16 in
    # width that is 0.11 √2/ln 16 = 0.06 of the rate. 4 of these.
    assert rate == pytest.approx(-0.5, abs=0.24)


def measured(activation, initializer, *, seeds, **changes):
    """A block of the spectra stage, its networks and points as the workflow has them."""
    job = block(
        activation={"name": activation},
        initializer={"name": initializer},
        seeds=list(range(seeds)),
        architectures=[{"name": "mlp"}],
        initializers=[{"name": initializer}],
        **changes,
    )
    job = gridded(job | {"depths": [job["depth"]]})
    return job, spectra(job, dataset())


@pytest.mark.parametrize(
    ("activation", "initializer"),
    [
        ("linear", "he_normal"),
        ("relu", "he_normal"),
        ("relu", "critical_orthogonal"),
        ("hard_tanh", "he_normal"),
        ("hard_tanh", "critical_orthogonal"),
    ],
)
def test_measured_histograms_are_those_predicted_of_the_same_data(activation, initializer):
    """Shares of the singular values below any value, from data whose lengths have not settled."""
    width, depth, points = 192, 5, 2
    changes = {"widths": [width], "depth": depth, "spectra": {"points": points, "kernel_points": 4}}
    job, table = measured(activation, initializer, seeds=3, **changes)
    predicted = JACOBIAN_DENSITY.compute(job, dataset()).to_pandas().iloc[0]
    logs = 2 * np.sort(np.concatenate(table["log_singular_values"].to_numpy()))
    x, density = predicted.log_squared, predicted.density
    inner = np.concatenate([[0.0], np.cumsum(np.diff(x) * (density[1:] + density[:-1]) / 2)])
    above = predicted.mass_at_top + inner[-1] - inner  # from the top, where nothing is cut off
    found = np.array([np.mean(logs > place) for place in x])
    # Eigenvalues repel, so their counts scatter by O(1/n), and finite width biases by L/n. How many
    # s are 0 is decided by the layer with the fewest of its n units on: of 4 layers that is one
    # standard deviation of a layer below p; it scatters by less than that, in 3 networks.
    share = 1 - predicted.mass_at_zero
    scatter = math.sqrt(share * (1 - share) / width)
    assert np.abs(found - above).max() < depth / width + (1 + 4 / math.sqrt(3)) * scatter
    mean = table["log_mean_squared_singular_value"].to_numpy()
    # ln of the mean fluctuates by √(κ L/n), κ ≤ 5 (Hanin & Nica 2020), around −half of that.
    width_effect = 5 * depth / width
    allowed = 4 * math.sqrt(width_effect / 3) + width_effect / 2
    assert abs(mean.mean() - predicted.log_mean) < allowed


def test_measured_condition_numbers_are_those_predicted_of_the_same_data():
    """Ordered, critical, chaotic: ln κ of wide networks within what their kernels scatter by."""
    found = {}
    for initializer in ("torch_default", "critical", "he_normal"):
        changes = {"widths": [256], "depth": 6, "spectra": {"points": 1, "kernel_points": 6}}
        job, table = measured("tanh", initializer, seeds=6, **changes)
        rows = KERNEL_CONDITION.compute(job, dataset()).to_pandas()
        predicted = rows[rows.depth == 6].log_condition_number.iloc[0]
        logs = table["log_ntk_condition_number"].to_numpy()
        # Eigenvalues are off by √(L/n) of themselves (Hanin & Nica 2020), the ratio of both ends
        # by √2 times that; 4 standard errors of the mean of 6 networks.
        tolerance = 4 * math.sqrt(2 * 6 / 256 / 6)
        assert logs.mean() == pytest.approx(predicted, abs=tolerance)
        found[initializer] = predicted
    # The phases differ by more than this tolerance, so the comparison tells them apart.
    assert found["torch_default"] > found["critical"] + tolerance
    assert found["critical"] > found["he_normal"] + tolerance

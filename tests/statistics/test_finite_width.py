"""Means over points in networks of finite width: scatter and shift, against sampled networks.

Networks are drawn in plain numpy. First order in 1/width is what is claimed: of width 80 and depth
5 the next order is a relative 5 · 5/80 = 0.3 of one input's scatter at most, less of the means.
"""

import itertools
import math

import numpy as np
import pytest

from initatlas import theory
from initatlas.activations import ACTIVATIONS
from initatlas.rng import generator
from initatlas.theory import Pairs
from initatlas.theory.pointwise import phi, slope

POINTS, C0, COSINE, CLASSES = 6, 0.4, 0.3, 10
PAIRS = Pairs(
    share=np.array([1 / POINTS, 1 - 1 / POINTS]),
    c0=np.array([1.0, C0]),
    cosine=np.array([1.0, COSINE]),
)


def vectors(rng, nets, dimension, correlation):
    """Points of length 1 whose products are `correlation`, exactly."""
    basis = np.linalg.qr(rng.standard_normal((nets, dimension, POINTS)))[0]
    gram = np.full((POINTS, POINTS), correlation) + (1 - correlation) * np.eye(POINTS)
    return basis @ np.linalg.cholesky(gram).T


def weights(rng, shape, ensemble):
    """Variance 1/n of entries; orthogonal ones have orthonormal rows or columns, times √(m/n)."""
    nets, m, n = shape
    if ensemble == "gaussian":
        return rng.standard_normal(shape) / math.sqrt(n)
    basis, triangle = np.linalg.qr(rng.standard_normal((nets, max(m, n), min(m, n))))
    basis = basis * np.sign(np.diagonal(triangle, axis1=1, axis2=2))[:, None]
    return (basis if m >= n else basis.mT) * math.sqrt(max(m, n) / n)


def sampled(name, sigma_w2, sigma_b2, *, sizes, nets, ensemble="gaussian"):
    """Per net and hidden layer: mean of z², mean and variance of φ, correlation, ‖δ‖²."""
    rng = generator(1, "finite width", name, sigma_w2, sigma_b2, *sizes, ensemble)
    activation, scale = ACTIVATIONS[name], math.sqrt(sigma_w2)
    h = vectors(rng, nets, sizes[0], C0) * math.sqrt(sizes[0])
    found = {name: [] for name in ("q", "activation_mean", "activation_variance", "correlation")}
    passed = []
    for n_in, n in itertools.pairwise(sizes):
        w = scale * weights(rng, (nets, n, n_in), ensemble)
        z = w @ h + math.sqrt(sigma_b2) * rng.standard_normal((nets, n, 1))
        norms = np.sqrt(np.sum(z**2, axis=1))
        cosines = (z.mT @ z) / (norms[:, :, None] * norms[:, None, :])
        h = phi(activation, z.copy())
        found["q"].append(np.mean(z**2, axis=(1, 2)))
        found["correlation"].append(cosines[:, ~np.eye(POINTS, dtype=bool)].mean(axis=1))
        found["activation_mean"].append(h.mean(axis=(1, 2)))
        found["activation_variance"].append(h.var(axis=(1, 2)))
        passed.append((w, slope(activation, z)))
    readout = scale * weights(rng, (nets, CLASSES, sizes[-1]), ensemble)
    arriving = readout.mT @ vectors(rng, nets, CLASSES, COSINE)
    norms = []
    for w, slopes in reversed(passed):
        delta = arriving * slopes
        norms.append(np.sum(delta**2, axis=1).mean(axis=1))
        arriving = w.mT @ delta
    found["log_delta_gain"] = norms[::-1]
    return {name: np.stack(values, axis=1) for name, values in found.items()}


def predicted(name, sigma_w2, sigma_b2, *, sizes, ensemble="gaussian"):
    ones = np.ones(len(sizes))
    layers = theory.Layers(
        sigma_w2=sigma_w2 * ones, sigma_b2=sigma_b2 * ones, fan_in=np.array(sizes)
    )
    profile = theory.depth_profile(name, layers, 1.0, C0)
    scatter = theory.mean_scatter(name, layers, profile.q, PAIRS, ensemble=ensemble)
    shift = theory.correlation_shift(
        name, layers, profile.q, profile.correlation, ensemble=ensemble
    )
    return profile, scatter, shift


CASES = [
    ("relu", 2.0, 0.0, "gaussian"),
    ("relu", 2.0, 0.1, "orthogonal"),
    ("tanh", 1.5, 0.05, "gaussian"),
    ("tanh", 2.5, 0.05, "orthogonal"),
    ("gelu", 1.6, 0.1, "gaussian"),
    ("hard_tanh", 1.3, 0.05, "gaussian"),
    ("softsign", 3.0, 0.1, "gaussian"),
    ("sin", 1.5, 0.1, "orthogonal"),
]
SQUARE, NETS = (80,) * 6, 800  # inputs and 5 hidden layers
HIDDEN = np.s_[1:6]


@pytest.mark.parametrize("sizes", [SQUARE, (160, 80, 120, 60, 80, 80)], ids=["square", "uneven"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[3]}")
def test_means_over_points_scatter_as_pairs_of_points_say(case, sizes):
    name, sigma_w2, sigma_b2, ensemble = case
    found = sampled(name, sigma_w2, sigma_b2, sizes=sizes, nets=NETS, ensemble=ensemble)
    _, scatter, _ = predicted(name, sigma_w2, sigma_b2, sizes=sizes, ensemble=ensemble)
    for statistic in ("q", "activation_variance", "log_delta_gain"):
        beta = getattr(scatter, f"{statistic}_beta")[HIDDEN]
        order = getattr(
            scatter, "point_log_delta_gain_beta" if "delta" in statistic else "point_q_beta"
        )[HIDDEN]
        variance = np.log(found[statistic]).var(axis=0, ddof=1)
        # χ² of 799: √(2/799) = 5 %, more for the tails of what is not normal: 6 %; 4 of these. The
        # next order is that of one input relative; orthogonal q of the first layer does not vary.
        room = (4 * 0.06 + order) * beta + 1e-12
        assert np.all(np.abs(variance - beta) <= room), statistic


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[3]}")
def test_means_over_networks_shift_as_first_order_says(case):
    name, sigma_w2, sigma_b2, ensemble = case
    nets = 2000
    found = sampled(name, sigma_w2, sigma_b2, sizes=SQUARE, nets=nets, ensemble=ensemble)
    profile, scatter, correlation = predicted(
        name, sigma_w2, sigma_b2, sizes=SQUARE, ensemble=ensemble
    )
    wide = {
        "q": profile.q,
        "activation_variance": profile.activation_square - profile.activation_mean**2,
        "log_delta_gain": np.exp(profile.log_delta_norm2),
    }
    for statistic, values in found.items():
        if statistic == "correlation":
            expected, shift = profile.correlation, correlation
        elif statistic == "activation_mean":
            expected, shift = profile.activation_mean, scatter.activation_mean_shift
        else:
            expected = wide[statistic]
            shift = getattr(scatter, f"{statistic}_shift") * expected
        order = getattr(
            scatter, "point_log_delta_gain_beta" if "delta" in statistic else "point_q_beta"
        )[HIDDEN]
        scale = np.abs(expected[HIDDEN]) if statistic in wide else np.sqrt(profile.q[HIDDEN])
        error = values.std(axis=0, ddof=1) / math.sqrt(nets)
        left = values.mean(axis=0) - expected[HIDDEN] - shift[HIDDEN]
        # What the table of agreement allows: second order is the square of first order.
        assert np.all(np.abs(left) <= 4 * error + order**2 * scale), statistic


def test_shifts_are_seen_and_not_only_allowed_for():
    """Four quantities whose shift is many standard errors, and what is left of it is few."""
    nets = 2000
    for name, sigma_w2, sigma_b2, ensemble, statistic in (
        ("relu", 2.0, 0.0, "gaussian", "activation_mean"),
        ("tanh", 1.5, 0.05, "gaussian", "activation_variance"),
        ("tanh", 2.5, 0.05, "orthogonal", "q"),
    ):
        found = sampled(name, sigma_w2, sigma_b2, sizes=SQUARE, nets=nets, ensemble=ensemble)
        profile, scatter, _ = predicted(name, sigma_w2, sigma_b2, sizes=SQUARE, ensemble=ensemble)
        values = found[statistic][:, -1]
        wide = {
            "q": profile.q,
            "activation_mean": profile.activation_mean,
            "activation_variance": profile.activation_square - profile.activation_mean**2,
        }[statistic][5]
        shift = getattr(scatter, f"{statistic}_shift")[5]
        shift = shift if statistic == "activation_mean" else shift * wide
        error = values.std(ddof=1) / math.sqrt(nets)
        assert abs(values.mean() - wide) > 4 * error
        assert abs(values.mean() - wide - shift) < 4 * error


def test_what_first_order_leaves_out_shrinks_faster_than_1_over_width():
    """Relative errors of β of ReLU's gradients: 1/width, so three times the width a third."""
    errors = []
    for n in (30, 90):
        sizes = (n,) * 6
        found = sampled("relu", 2.0, 0.0, sizes=sizes, nets=4000)
        _, scatter, _ = predicted("relu", 2.0, 0.0, sizes=sizes)
        variance = np.log(found["log_delta_gain"][:, 0]).var(ddof=1)
        errors.append(variance / scatter.log_delta_gain_beta[1] - 1)
    # Of 4,000 networks a variance is known to 2.5 %.
    assert errors[0] > 0.2
    assert errors[1] == pytest.approx(errors[0] / 3, abs=4 * 0.025)

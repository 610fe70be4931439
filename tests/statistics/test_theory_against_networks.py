"""Theory against sampled networks of finite width: seeded, with tolerances in standard errors.

Networks are drawn here in plain numpy, independently of the package's own: the network is the first
axis, one pair of inputs each. Finite width biases every mean by a relative O(depth/width).
"""

import math

import numpy as np
import pytest

from initatlas import theory
from initatlas.activations import ACTIVATIONS
from initatlas.rng import generator
from initatlas.theory.pointwise import phi, slope


def weights(rng, nets, n, sigma_w2, ensemble):
    matrix = rng.standard_normal((nets, n, n))
    if ensemble == "gaussian":
        return matrix * math.sqrt(sigma_w2 / n)
    basis, triangle = np.linalg.qr(matrix)
    return basis * np.sign(np.diagonal(triangle, axis1=1, axis2=2))[:, None] * math.sqrt(sigma_w2)


def sampled(name, sigma_w2, sigma_b2, *, depth, n, nets, ensemble="gaussian"):
    """Q, c and ln‖δ‖² of hidden layers 1 … depth (axes net, layer), from q⁰ = 1 and c⁰ = ½."""
    rng = generator(0, "theory", name, sigma_w2, sigma_b2, depth, n, ensemble)
    activation = ACTIVATIONS[name]
    direction = rng.standard_normal((nets, n, 2))
    direction, _ = np.linalg.qr(direction)
    mix = np.array([[1, 0.5], [0, math.sqrt(0.75)]])
    h = direction @ mix * math.sqrt(n)  # |x|² = n and correlation ½, both exactly
    q, c, passed = [], [], []
    for _ in range(depth):
        w = weights(rng, nets, n, sigma_w2, ensemble)
        z = w @ h + math.sqrt(sigma_b2) * rng.standard_normal((nets, n, 1))
        products = z.mT @ z / n
        q.append(products[:, 0, 0])
        c.append(products[:, 0, 1] / np.sqrt(products[:, 0, 0] * products[:, 1, 1]))
        passed.append((w, slope(activation, z[:, :, 0])))
        h = phi(activation, z)
    # A Gaussian gradient of norm 1 arrives at the last hidden layer's φ.
    arriving = rng.standard_normal((nets, n)) / math.sqrt(n)
    logs = []
    for w, slopes in reversed(passed):
        delta = arriving * slopes
        logs.append(np.log(np.sum(delta**2, axis=1)))
        arriving = np.einsum("mij,mi->mj", w, delta)
    return np.stack(q, axis=1), np.stack(c, axis=1), np.stack(logs[::-1], axis=1)


CASES = [
    ("tanh", 1.5, 0.05),
    ("tanh", 2.5, 0.05),
    ("relu", 2.0, 0.0),
    ("gelu", 2.0, 0.1),
    ("elu", 1.5, 0.1),
    ("hard_tanh", 1.3, 0.05),
    ("sin", 1.5, 0.1),
    ("softsign", 3.0, 0.1),
]
DEPTH, WIDTH, NETS = 8, 200, 60


@pytest.mark.parametrize(("name", "sigma_w2", "sigma_b2"), CASES)
def test_means_over_wide_networks_are_the_finite_depth_recursion(name, sigma_w2, sigma_b2):
    q, c, logs = sampled(name, sigma_w2, sigma_b2, depth=DEPTH, n=WIDTH, nets=NETS)
    layers = theory.uniform_layers(sigma_w2, sigma_b2, depth=DEPTH, width=WIDTH)
    expected = theory.depth_profile(name, layers, q0=1.0, c0=0.5)
    bias = DEPTH / WIDTH  # 4 %
    for values, prediction, scale in (
        (q, expected.q, expected.q),
        (c, expected.correlation, 1),
        # The gradient that arrives has passed no readout: its σ_w² is left out.
        (
            np.exp(logs),
            np.exp(expected.log_delta_norm2) / sigma_w2,
            np.exp(expected.log_delta_norm2) / sigma_w2,
        ),
    ):
        error = values.std(axis=0, ddof=1) / math.sqrt(NETS)
        hidden = np.s_[1 : DEPTH + 1]
        scale = np.broadcast_to(scale, prediction.shape)[hidden]
        distance = np.abs(values.mean(axis=0) - prediction[hidden])
        assert np.all(distance <= 4 * error + bias * scale)
        assert np.all(error < 0.2 * scale)  # so that the comparison says something


@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_deviations_from_theory_shrink_as_1_over_the_root_of_width(name):
    sigma_w2, sigma_b2 = (1.5, 0.05) if name == "tanh" else (2.0, 0.0)
    layers = theory.uniform_layers(sigma_w2, sigma_b2, depth=4, width=1)
    expected = theory.depth_profile(name, layers, q0=1.0, c0=0.5)
    widths, nets = np.array([20, 80, 320]), 120
    deviations = []
    for n in widths.tolist():
        q, c, _ = sampled(name, sigma_w2, sigma_b2, depth=4, n=n, nets=nets)
        deviations.append(
            [
                np.sqrt(np.mean((q[:, -1] / expected.q[4] - 1) ** 2)),
                np.sqrt(np.mean((c[:, -1] - expected.correlation[4]) ** 2)),
            ]
        )
    rates = np.polyfit(np.log(widths), np.log(deviations), 1)[0]
    # Each root mean square has a relative error of 1/√(2 · 120) = 6 %, more for the skew of small
    # widths; over a factor of 16 in width that is 0.06 √2/ln 16 = 0.03 of the rate. 4 of these.
    np.testing.assert_allclose(rates, -0.5, atol=0.12)


@pytest.mark.parametrize("ensemble", ["gaussian", "orthogonal"])
@pytest.mark.parametrize(("name", "sigma_w2", "sigma_b2"), CASES[:5])
def test_the_scatter_of_seeds_is_what_finite_width_theory_says(name, sigma_w2, sigma_b2, ensemble):
    depth, n, nets = 5, 80, 300
    q, _, logs = sampled(name, sigma_w2, sigma_b2, depth=depth, n=n, nets=nets, ensemble=ensemble)
    layers = theory.uniform_layers(sigma_w2, sigma_b2, depth=depth, width=n)
    profile = theory.depth_profile(name, layers, q0=1.0)
    lengths = theory.length_scatter(name, layers, profile.q, ensemble=ensemble)
    gradients = theory.gradient_scatter(name, layers, profile.q, ensemble=ensemble)
    # A variance of 300 draws scatters by √(2/300) = 8 %; 4 of these, and O(L/n) = 6 % beyond the
    # first order. Below 1e-3 (orthogonal, first layer) there is no scatter to speak of.
    tolerance = 4 * math.sqrt(2 / nets) + depth / n
    measured = np.log(q).var(axis=0, ddof=1)
    np.testing.assert_allclose(measured, lengths.beta[1 : depth + 1], rtol=tolerance, atol=1e-3)
    # The arriving gradient is drawn afresh: it adds 2/n, which Gaussian weights would have.
    measured = (logs - logs[:, -1:]).var(axis=0, ddof=1)[:-1]
    predicted = gradients.beta[1:depth] - gradients.beta[depth]
    np.testing.assert_allclose(measured, predicted, rtol=tolerance + 0.15, atol=1e-3)


@pytest.mark.parametrize(("ensemble", "constant"), [("gaussian", 5.0), ("orthogonal", 3.0)])
def test_the_median_relu_network_is_half_a_beta_below_the_mean(ensemble, constant):
    depth, n, nets = 12, 60, 400
    q, _, _ = sampled("relu", 2.0, 0.0, depth=depth, n=n, nets=nets, ensemble=ensemble)
    beta = constant * (depth - 1) / n
    drift = np.log(q[:, -1] / q[:, 0])
    error = math.sqrt(beta / nets)
    # The next order of the exact step (−.05174 against −.05 at n = 50) is 5 % here.
    assert drift.mean() == pytest.approx(-beta / 2, abs=4 * error + 0.05 * beta)
    assert drift.mean() < -beta / 4  # and not 0, which is what the mean of q itself would say


def test_the_exact_step_of_a_relu_layer_is_that_of_sampled_ones():
    n, nets = 50, 20_000
    rng = generator(0, "theory", "relu step")
    z = rng.standard_normal((nets, n)) * math.sqrt(2 / n)
    step = np.log(np.sum(np.maximum(z, 0) ** 2, axis=1))
    mean, variance = theory.relu_log_norm_step(n)
    assert step.mean() == pytest.approx(mean, abs=4 * math.sqrt(variance / nets))
    assert step.var() == pytest.approx(variance, rel=4 * math.sqrt(2.5 / nets))


@pytest.mark.parametrize(("name", "sigma_w2", "sigma_b2"), [CASES[0], CASES[2], CASES[3]])
def test_the_empirical_ntk_of_wide_networks_is_the_kernel(name, sigma_w2, sigma_b2):
    """Θ = Σ_l (σ_w² h_a·h_b/n + σ_b²) (δ_a·δ_b), from one backward pass for each input."""
    depth, n, nets = 3, 400, 30
    rng = generator(0, "theory", "ntk", name)
    activation = ACTIVATIONS[name]
    direction, _ = np.linalg.qr(rng.standard_normal((nets, n, 2)))
    h = direction @ np.array([[1, 0.3], [0, math.sqrt(1 - 0.09)]]) * math.sqrt(n)
    inputs, layers = [], []
    for _ in range(depth):
        inputs.append(h)
        w = weights(rng, nets, n, sigma_w2, "gaussian")
        z = w @ h + math.sqrt(sigma_b2) * rng.standard_normal((nets, n, 1))
        layers.append((w, slope(activation, z)))
        h = phi(activation, z)
    readout = rng.standard_normal((nets, n, 1)) * math.sqrt(sigma_w2 / n)
    ntk = sigma_w2 * (h.mT @ h) / n + sigma_b2
    arriving = np.repeat(readout, 2, axis=2)
    for (w, slopes), below in zip(reversed(layers), reversed(inputs), strict=True):
        delta = arriving * slopes
        ntk = ntk + (sigma_w2 * (below.mT @ below) / n + sigma_b2) * (delta.mT @ delta)
        arriving = w.mT @ delta
    expected = theory.kernels(name, sigma_w2, sigma_b2, depth, 1.0, 1.0, 0.3).ntk
    error = ntk.std(axis=0, ddof=1) / math.sqrt(nets)
    bias = 2 * depth / n * float(expected.aa)
    assert abs(ntk.mean(axis=0)[0, 0] - expected.aa) <= 4 * error[0, 0] + bias
    assert abs(ntk.mean(axis=0)[0, 1] - expected.ab) <= 4 * error[0, 1] + bias
    assert error[0, 1] < 0.03 * expected.aa


def test_residual_networks_follow_their_recursion():
    depth, n, nets = 12, 200, 60
    rng = generator(0, "theory", "residual")
    block = theory.ResidualBlock(
        sigma_w2=1.4, sigma_b2=0.1, sigma_v2=0.9, sigma_a2=0.05, branch_scale2=0.5
    )
    direction, _ = np.linalg.qr(rng.standard_normal((nets, n, 2)))
    x = direction @ np.array([[1, 0.3], [0, math.sqrt(1 - 0.09)]]) * math.sqrt(n)
    for _ in range(depth):
        w, v = (weights(rng, nets, n, s, "gaussian") for s in (block.sigma_w2, block.sigma_v2))
        b = math.sqrt(block.sigma_b2) * rng.standard_normal((nets, n, 1))
        a = math.sqrt(block.sigma_a2) * rng.standard_normal((nets, n, 1))
        x = x + math.sqrt(block.branch_scale2) * v @ np.tanh(w @ x + b) + a
    products = x.mT @ x / n
    c = products[:, 0, 1] / np.sqrt(products[:, 0, 0] * products[:, 1, 1])
    expected = theory.residual_profile("tanh", block, depth, p0=1.0, c0=0.3)
    for values, prediction in ((products[:, 0, 0], expected.p[-1]), (c, 1 - expected.gap[-1])):
        error = values.std(ddof=1) / math.sqrt(nets)
        assert abs(values.mean() - prediction) <= 4 * error + 2 / n
        assert error < 0.04 * prediction  # so that the comparison says something

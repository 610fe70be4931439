"""Claims about what spectra are expected to cost: they follow what is measured."""

import pytest

from initatlas import costs

JOB = {
    "dataset": {"name": "mnist"},
    "architecture": {"name": "mlp"},
    "initializer": {"name": "he_normal"},
    "depth": 100,
    "widths": [1000],
    "seeds": [0, 1, 2, 3],
    "device": "cpu",
    "memory_mb": 10**9,
    "measurement": {"dtype": "float64", "points": 128, "pairs": 32},
    "spectra": {"points": 4, "kernel_points": 32},
}


def changed(**values):
    return JOB | {"spectra": JOB["spectra"] | values}


def test_time_follows_the_points_whose_jacobians_are_taken():
    fixed = costs.START_SECONDS / 60
    before, after = (costs.runtime_minutes(job) - fixed for job in (JOB, changed(points=8)))
    # At width 1000 products and rotations of n³ are nearly all of it.
    assert after / before == pytest.approx(2, rel=0.05)


def test_memory_follows_the_points_of_the_kernels():
    one, two, three = (costs.memory_mb(changed(kernel_points=n)) for n in (32, 64, 96))
    # Copies of the points for every output: 2 · 102 layers of 1,000 float64 for each of 4 networks.
    expected = 32 * costs.OUTPUTS * 2 * 102 * 1000 * 8 * 4 / 2**20
    assert two - one == pytest.approx(expected, abs=1)
    assert three - two == pytest.approx(expected, abs=1)

"""Distributions of equal variance: what sets them apart is said and foreseen, chance is not."""

import math

import numpy as np
import pandas as pd
import pytest

from initatlas.figures import distributions
from initatlas.figures.bands import QUANTILE

NETWORK = {"architecture": "mlp", "dataset": "d", "width": 8, "group": "all", "n_seeds": 4}


def equals(**columns: list) -> pd.DataFrame:
    """Layers of two initializers of equal variance; a column has a value for each."""
    network = {"study": "s", "architecture": "mlp", "dataset": "d", "activation": "relu"}
    network |= {"depth": 1, "width": 10, "layer": 1, "sigma_w2": 2.0, "sigma_b2": 0.0}
    network |= {"layer_sigma_w2": 2.0, "n_seeds": 4, "q_n_finite": 4, "q_log_se": 0.1}
    return pd.DataFrame(network | {"initializer": ["normal", "haar"]} | columns)


def test_distributions_part_by_half_of_what_their_variances_differ():
    """ln E q is the same, E ln q lower by β/2; a mean of 4 scatters by √(β/4)."""
    layers = equals(q_geomean=[1.0, 1.2], q_theory=[1.5, 1.5], q_theory_beta=[0.8, 0.4])
    frame = distributions.tidy({"layers": layers})["distributions"].set_index("initializer")
    decade = math.log(10)
    assert frame.theory.to_dict() == pytest.approx(
        {"normal": -0.1 / decade, "haar": 0.1 / decade}, abs=0.5e-3
    )
    assert frame.spread.to_dict() == pytest.approx(
        {"normal": QUANTILE * 0.2**0.5 / decade, "haar": QUANTILE * 0.1**0.5 / decade}, abs=0.5e-3
    )
    assert "100 % of intervals hold their line" in distributions.caption({"distributions": frame})


@pytest.mark.parametrize("unknown", [{"q_theory": [1.5, np.nan]}, {"q_theory_beta": [0.8, np.nan]}])
def test_what_theory_does_not_know_of_all_equals_it_says_of_none(unknown):
    layers = equals(q_geomean=[1.0, 1.2], q_theory=[1.5, 1.5], q_theory_beta=[0.8, 0.4])
    frame = distributions.tidy({"layers": layers.assign(**unknown)})["distributions"]
    assert "theory" not in frame
    assert "Lines: geometric mean" in distributions.caption({"distributions": frame})


def test_a_dead_network_is_no_ones_equal_neither_measured_nor_foreseen():
    layers = equals(q_geomean=[0.0, 1.2], q_theory=[1.5, 1.5], q_theory_beta=[0.8, 0.4])
    frame = distributions.tidy({"layers": layers})["distributions"].set_index("initializer")
    assert frame.theory.to_dict() == pytest.approx({"normal": np.nan, "haar": 0}, nan_ok=True)


def ratios(gap: dict[str, float]) -> dict[str, pd.DataFrame]:
    """Two initializers whose q differ by so many decades, known to 0.01."""
    rows = [
        NETWORK
        | {
            "activation": phi,
            "initializer": name,
            "variances": "a and b",
            "depth": 3,
            "layer": 3,
            "log10_ratio": sign * size / 2,
            "log10_half_width": 0.02,
            "n_finite": 8,
        }
        for phi, size in gap.items()
        for name, sign in (("a", 1), ("b", -1))
    ]
    return {"distributions": pd.DataFrame(rows)}


def test_distributions_that_differ_are_named_and_chance_is_not():
    planted = distributions.title(ratios({"relu": 0.2, "tanh": 0.0, "sin": 0.01}))
    assert planted.endswith("after 3 layers for relu only, by a factor of 1.58 at most")
    assert "no distribution of weights stands out" in distributions.title(ratios({"relu": 0.0}))


def test_what_rounding_sets_apart_is_no_difference():
    frame = ratios({"relu": 0.001})["distributions"].assign(log10_half_width=0.0)
    assert "no distribution of weights stands out" in distributions.title({"distributions": frame})

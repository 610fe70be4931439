"""Agreement with theory: planted differences are found, and chance alone is not taken for one."""

import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from scipy import integrate, stats

from initatlas.confidence import LEVEL
from initatlas.reducers.agreement import REASONS, reduce
from initatlas.tables.columns import CELL_KEYS

CELL = {
    "study": "s",
    "dataset": "d",
    "architecture": "mlp",
    "initializer": "gaussian",
    "activation": "relu",
    "depth": 4,
    "width": 100,
    "sigma_w2": 2.0,
    "sigma_b2": 0.0,
    "layer": 3,
    "n_seeds": 8,
}
SHIFT, ORDER = 0.02, 0.1  # of correlation at this width: what is expected, and β


def agreement(rows: list[dict], length_slope: float = 1.0) -> pd.DataFrame:
    """What the reducer says of these rows of `layers`."""
    phases = pd.DataFrame(
        [{"activation": "relu", "initializer": "gaussian", "sigma_w2": 2.0, "length_slope": 1.0}]
    ).assign(length_slope=length_slope)
    frame = pd.DataFrame([CELL | row for row in rows])
    return reduce(pa.Table.from_pandas(frame), pa.Table.from_pandas(phases)).to_pandas()


def correlation(mean: float, *, theory: float = 0.5, se: float = 0.01, finite: int = 8) -> dict:
    return {
        "correlation_mean": mean,
        "correlation_se": se,
        "correlation_n_finite": finite,
        "correlation_theory": theory,
        "correlation_theory_shift": SHIFT,
        "correlation_theory_order": ORDER,
    }


def length(logs: np.ndarray, theory: float) -> dict:
    """A cell's q of networks whose ln q are these."""
    return {
        "q_mean": np.exp(logs).mean(),
        "q_geomean": math.exp(logs.mean()),
        "q_log_se": logs.std(ddof=1) / math.sqrt(len(logs)),
        "q_n_finite": len(logs),
        "q_theory": theory,
        "q_theory_shift": 0.0,
        "q_theory_order": 0.0,
        "n_seeds": len(logs),
    }


def test_z_is_the_distance_in_standard_errors():
    row = agreement([correlation(0.52)]).iloc[0]
    assert row.z == pytest.approx(2.0, rel=1e-6)
    # Student's t of 8 networks leaves 2.36 standard errors.
    assert (row.agrees, row.reason, row.statistic) == (1, "", "correlation")
    row = agreement([correlation(0.524)]).iloc[0]
    assert (row.agrees, row.reason) == (0, REASONS["finite_width"])


def test_a_difference_has_its_likely_reason():
    # 2.36 standard errors of 0.01, and β² = 0.01, around 0.5 + 0.02: up to 0.5536.
    assert agreement([correlation(0.553)]).reason.item() == REASONS["finite_width"]
    far = 0.555
    assert agreement([correlation(far)]).reason.item() == REASONS["unexplained"]
    assert agreement([correlation(0.47)]).reason.item() == REASONS["unexplained"]
    assert agreement([correlation(far)], length_slope=1.2).reason.item() == REASONS["unstable"]
    stream = correlation(far) | {"architecture": "resmlp"}  # which has no fixed length to leave
    assert agreement([stream], length_slope=1.2).reason.item() == REASONS["unexplained"]
    narrow = correlation(far) | {"correlation_theory_order": 1.0}
    assert agreement([narrow]).reason.item() == REASONS["too_narrow"]
    silent = correlation(far) | {"correlation_theory_shift": math.nan}
    assert agreement([silent]).reason.item() == REASONS["unknown"]
    lost = agreement([correlation(0.501, finite=7)]).iloc[0]
    assert (lost.agrees, lost.reason) == (0, REASONS["not_finite"])


def test_what_theory_says_of_this_width_stands_beside_it():
    row = agreement([correlation(0.5)]).iloc[0]
    assert row.predicted_at_width == pytest.approx(row.predicted + SHIFT)


def test_one_network_the_input_and_what_theory_does_not_say_have_no_row():
    rows = [correlation(0.5) | {"n_seeds": 1}, correlation(0.5) | {"layer": 0}]
    rows += [correlation(0.5, theory=math.nan), correlation(0.5)]
    assert len(agreement(rows)) == 1


def test_exactly_zero_is_what_theory_says_of_a_signal_without_weights():
    zero = {
        "q_mean": 0.0,
        "q_geomean": 0.0,
        "q_log_se": math.nan,
        "q_n_finite": 8,
        "q_theory": 0.0,
        "q_theory_shift": 0.0,
        "q_theory_order": 0.0,
    }
    row = agreement([zero]).iloc[0]
    assert row.agrees == 1
    assert math.isnan(row.z)
    assert agreement([zero | {"q_theory": 1.0}]).reason.item() == REASONS["not_finite"]


def test_rounding_is_no_disagreement():
    assert agreement([correlation(0.5 + 1e-7, se=0.0)]).agrees.item() == 1


def coverage(variance: float, n: int) -> float:
    """P(|m + s²/2 − σ²/2| ≤ t √(s²/n + s⁴/(2(n − 1)))): m is normal, (n − 1) s²/σ² is χ²."""
    chi2, t = stats.chi2(n - 1), stats.t.ppf((1 + LEVEL) / 2, n - 1)

    def given(x: float) -> float:
        s2 = variance * x / (n - 1)
        reach = t * math.sqrt(s2 / n + s2**2 / (2 * (n - 1)))
        ends = ((variance - s2) / 2 + sign * reach for sign in (1, -1))
        high, low = (stats.norm.cdf(end / math.sqrt(variance / n)) for end in ends)
        return chi2.pdf(x) * (high - low)

    return integrate.quad(given, 0, chi2.ppf(1 - 1e-9), limit=200)[0]


@pytest.mark.parametrize("variance", [0.01, 0.3, 1.0])
def test_log_normal_lengths_agree_as_often_as_their_interval_says(variance):
    """ln E q = μ + s²/2 for ln q ~ N(μ, s²): the mean itself would miss it where s² is large."""
    rng, cells = np.random.default_rng(11), 3000
    truth = math.exp(variance / 2)
    draws = rng.normal(0, math.sqrt(variance), (cells, 8))
    rows = [length(logs, truth) for logs in draws]
    found = agreement(rows)
    assert set(found.statistic) == {"ln mean q"}
    expected = coverage(variance, 8)
    noise = math.sqrt(expected * (1 - expected) / cells)
    assert abs(found.agrees.mean() - expected) <= 4 * noise
    assert abs(expected - LEVEL) < 0.025  # to first order Cox's interval is one of 95 %
    # A length that is off by three standard errors is noticed in most cells.
    off = truth * math.exp(3 * math.sqrt(variance / 8 + variance**2 / 14))
    assert agreement([row | {"q_theory": off} for row in rows[:300]]).agrees.mean() < 0.5


def test_a_row_has_the_keys_of_its_cell():
    row = agreement([correlation(0.5)]).iloc[0]
    assert all(row[name] == CELL[name] for name in (*CELL_KEYS, "layer", "n_seeds"))

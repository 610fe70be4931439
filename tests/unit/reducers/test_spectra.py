"""The spectra table: against plain numpy, for networks whose singular values are known."""

import numpy as np
import pyarrow as pa
import pytest

from initatlas import tables
from initatlas.reducers.spectra import FINEST, MOST_BINS, histogram, reduce
from initatlas.tables.spectra import SPECTRA

CELL = {
    "study": "s",
    "dataset": "d",
    "architecture": "mlp",
    "initializer": "gaussian",
    "activation": "relu",
    "depth": 3,
    "width": 4,
    "sigma_b2": 0.0,
}
KAPPA = tables.Statistic(name="log_ntk_condition_number", unit="nat", definition="ln κ").field()


def block(values: dict[tuple[int, float], tuple[list[float], float]]) -> pa.Table:
    """(seed, σ_w²) → ln s of its points, and ln κ."""
    rows = [
        CELL
        | {
            "seed": seed,
            "sigma_w2": sigma_w2,
            "log_singular_values": logs,
            "log_ntk_condition_number": kappa,
        }
        for (seed, sigma_w2), (logs, kappa) in values.items()
    ]
    return pa.Table.from_pylist(rows, schema=SPECTRA.schema([KAPPA]))


def integral(found: dict) -> float:
    density = np.asarray(found["density"])
    return density.sum() * (found["high"] - found["low"]) / max(1, len(density))


def test_the_histogram_is_numpys_over_its_own_edges():
    rng = np.random.default_rng(0)
    networks = [rng.normal(-3, 2, size=300) for _ in range(5)]
    found = histogram(networks)
    bins = len(found["density"])
    edges = np.linspace(found["low"], found["high"], bins + 1)
    expected, _ = np.histogram(np.concatenate(networks), bins=edges, density=True)
    np.testing.assert_allclose(found["density"], expected, rtol=1e-9)
    assert MOST_BINS / 2 - 1 <= bins <= MOST_BINS
    assert integral(found) == pytest.approx(1)


def test_what_is_zero_has_no_bin_but_its_share():
    values = np.array([0.0, 0.3, -np.inf, -np.inf])
    found = histogram([values, np.full(4, -np.inf)])
    assert integral(found) == pytest.approx((0.5 + 0) / 2)
    assert found["n_density"] == 2


def test_networks_with_values_that_are_no_number_do_not_thin_the_density_of_others():
    found = histogram([np.zeros(4), np.array([0, 0, np.nan, 0]), np.array([np.inf, 0, 0, 0])])
    assert integral(found) == pytest.approx(1)
    assert found["n_density"] == 1


def test_rounding_does_not_split_what_is_the_same_value():
    """Singular values of orthogonal products are 1 to rounding: one bin, with 0 in its middle."""
    rng = np.random.default_rng(0)
    found = histogram([rng.normal(0, 1e-15, size=50)])
    assert len(found["density"]) == 1
    assert (found["low"], found["high"]) == (-FINEST / 2, FINEST / 2)


@pytest.mark.parametrize("values", [[], [-np.inf] * 3, [np.nan]])
def test_without_finite_values_there_are_no_bins(values):
    found = histogram([np.array(values)] if values else [])
    assert len(found["density"]) == 0
    assert found["low"] == found["high"]


@pytest.mark.parametrize("spread", [1e-3, 7.0, 63.0, 64.0, 1e4])
def test_bins_are_few_and_hold_every_value_however_wide_they_lie(spread):
    values = np.linspace(-spread, 0, 500)
    found = histogram([values])
    assert len(found["density"]) <= MOST_BINS
    assert found["low"] <= values.min()
    assert values.max() < found["high"]
    assert integral(found) == pytest.approx(1)


def test_a_cell_becomes_a_row_for_each_of_its_variances():
    logs = {1.0: [0.0, -1.0, -2.0, -np.inf], 2.0: [1.0, 1.0, 1.0, 1.0]}
    kappas = {(0, 1.0): 2.0, (1, 1.0): 4.0, (0, 2.0): np.inf, (1, 2.0): 3.0}
    cell = block({key: (logs[key[1]], kappa) for key, kappa in kappas.items()})
    found = reduce(cell).to_pandas()
    assert found.sigma_w2.tolist() == [1.0, 2.0]
    assert (found.n_seeds == 2).all()
    assert found.log_ntk_condition_number_mean.tolist() == [3.0, 3.0]
    assert found.log_ntk_condition_number_se[0] == pytest.approx(1.0)
    assert found.log_ntk_condition_number_n_finite.tolist() == [2, 1]
    # ln s² is twice ln s: the values lie at 0, −2 and −4, and at 2.
    assert found.low[0] < -4 < 0 < found.high[0]
    assert found.low[1] < 2 < found.high[1]
    assert found.density[1].tolist() == [1 / FINEST]

"""A block's spectra: sound tables, and numbers that are a network's own."""

import math

import numpy as np
import pyarrow as pa
import pytest

from initatlas.stages.initialize import initialize
from initatlas.stages.spectra import spectra
from initatlas.tables import content_digest, read, write_arrow
from initatlas.tables.spectra import SPECTRA
from tests.unit.stages.small import block, dataset

KEYS = ["width", "seed", "sigma_w2"]


def job(**changes):
    return block(**{"widths": [16, 10], "spectra": {"points": 2, "kernel_points": 6}} | changes)


def frame(table):
    return table.to_pandas().sort_values(KEYS, ignore_index=True)


def assert_same_numbers(first, second):
    """To rounding: a batched product may add in another order, and κ is up to 10⁴ here."""
    for name in first.columns:
        a, b = first[name], second[name]
        if name == "log_singular_values":
            a, b = np.concatenate(a), np.concatenate(b)
        if a.dtype == np.float64:
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-9)


def test_a_block_has_its_tables_schema_and_one_row_a_network(tmp_path):
    table = spectra(job(), dataset())
    write_arrow(tmp_path / "block.arrow", SPECTRA, table, {"made": "by a test"})
    rows = read(tmp_path / "block.arrow", SPECTRA).to_pandas()
    assert len(rows) == 2 * 2 * 2  # widths, seeds, σ_w²
    assert not rows.duplicated(subset=list(SPECTRA.grain)).any()
    for _, row in rows.iterrows():
        logs = row.log_singular_values.reshape(2, row.width)
        assert (np.diff(logs, axis=1) <= 0).all()
    for field in table.schema:
        assert field.metadata[b"unit"]
        assert field.metadata[b"definition"]


def test_a_rerun_is_byte_identical():
    first, second = (content_digest(spectra(job(), dataset())) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("memory_mb", [0.01, 0.5])
def test_chunks_that_fit_a_small_memory_give_the_same_numbers(memory_mb):
    whole = spectra(job(), dataset())
    assert_same_numbers(frame(whole), frame(spectra(job(memory_mb=memory_mb), dataset())))


def test_a_seed_alone_gives_what_the_block_gives():
    parts = [spectra(job(seeds=[seed]), dataset()) for seed in job()["seeds"]]
    assert_same_numbers(frame(spectra(job(), dataset())), frame(pa.concat_tables(parts)))


def test_the_networks_are_those_of_the_initialization_stage():
    """LSUV's weights depend on every point that it is shown, so equal norms mean equal points."""
    changes = {
        "initializer": {"name": "lsuv"},
        "activation": {"name": "linear"},
        "depth": 2,
        "widths": [16],
    }
    ours = frame(spectra(job(**changes), dataset()))
    theirs = initialize(job(**changes), dataset()).to_pandas()
    hidden = theirs[theirs.layer == 2].sort_values("seed", ignore_index=True)
    # With depth 2 and φ linear, J = W²: Σ s² is its squared Frobenius norm.
    squares = [np.exp(2 * row[:16]).sum() for row in ours.log_singular_values]
    np.testing.assert_allclose(np.sqrt(squares), hidden.weight_norm, rtol=1e-10)


def test_where_data_decides_the_variance_there_is_no_ntk_but_the_kernel_that_is_trained():
    rows = spectra(job(initializer={"name": "lsuv"}), dataset()).to_pandas()
    assert rows.log_ntk_condition_number.isna().all()
    assert np.isfinite(rows.log_standard_ntk_condition_number).all()


def test_dead_networks_are_measured_like_any_other():
    dead = {"name": "gaussian", "sigma_w2": [0.0], "sigma_b2": [0.0]}
    rows = spectra(job(initializer=dead, activation={"name": "relu"}), dataset()).to_pandas()
    assert (rows.singular_fraction == 1).all()
    assert (rows.log_mean_squared_singular_value == -math.inf).all()
    assert (rows.log_ntk_largest_eigenvalue == -math.inf).all()
    # Only the readout's bias still learns: Θ is the same for all pairs of points.
    assert (rows.standard_ntk_unresolved_eigenvalues == 5).all()
    assert (rows.log_standard_ntk_largest_eigenvalue - math.log(6)).abs().max() < 1e-12

"""The plane: real networks settle where theory says, and its words stand in the right row."""

import numpy as np
import pytest

from initatlas.reducers.phase_plane import compare, reduce
from initatlas.stages.initialize import initialize
from initatlas.stages.predictions import PREDICTIONS
from initatlas.tables.columns import CELL_KEYS
from initatlas.tables.reduced import PHASE_PLANE as TABLE
from tests.unit.stages import small

DEPTH, WIDTH, SEEDS = 12, 200, 12
SWEPT = {"name": "gaussian", "sigma_w2": [1.0, 3.0], "sigma_b2": [0.1, 0.4]}
JOB = small.block(initializer=SWEPT, depth=DEPTH, widths=[WIDTH], seeds=list(range(SEEDS)))


@pytest.fixture(scope="module")
def block():
    return initialize(JOB, small.dataset())


@pytest.fixture(scope="module")
def theory():
    axes = {f"{name}s": [JOB[name]] for name in ("architecture", "initializer", "depth")}
    job = small.gridded(JOB | axes | {"widths": [WIDTH]})
    return PREDICTIONS["plane_theory"].compute(job, small.dataset())


def test_a_row_is_the_last_hidden_layers_mean_over_networks(block):
    found = reduce(block).to_pandas().set_index(["sigma_w2", "sigma_b2"]).sort_index()
    rows = block.to_pandas()
    last = rows[rows.layer == DEPTH].groupby(["sigma_w2", "sigma_b2"])
    assert len(found) == 4
    np.testing.assert_allclose(found.q_mean, last.q.mean(), rtol=1e-12)
    error = last.correlation.std(ddof=1) / np.sqrt(SEEDS)
    np.testing.assert_allclose(found.correlation_se, error, rtol=1e-9)
    assert (found.n_seeds == SEEDS).all()


def test_networks_are_where_theory_says_of_this_depth_and_of_none(block, theory):
    rows = compare(reduce(block), theory)
    assert rows.schema.names == TABLE.schema().names
    frame = rows.to_pandas()
    # Five standard errors, and a bias of the order of layers/width.
    for name in ("q", "correlation"):
        off = (frame[f"{name}_mean"] - frame[f"{name}_theory"]).abs()
        assert (
            off <= 5 * frame[f"{name}_se"] + 1.5 * DEPTH / WIDTH * frame[f"{name}_theory"]
        ).all()
    # At σ_w² = 1, σ_b² = 0.4, lengths and correlations have long settled.
    ordered = frame[(frame.sigma_w2 == 1) & (frame.sigma_b2 == 0.4)].iloc[0]
    assert ordered.c_star == pytest.approx(1)
    assert ordered.correlation_mean == pytest.approx(1, abs=1e-3)
    assert ordered.q_theory == pytest.approx(ordered.q_star, rel=1e-3)


def test_theory_stands_in_its_own_row_and_nothing_where_it_has_no_say(block, theory):
    measured = reduce(block)
    found = compare(measured, theory.slice(1)).to_pandas()
    known = theory.slice(1).to_pandas().set_index(list(CELL_KEYS))
    for row in found.itertuples():
        key = tuple(getattr(row, name) for name in CELL_KEYS)
        expected = known.q_star.get(key, np.nan)
        np.testing.assert_equal(row.q_star, expected)
    assert found.q_star.isna().sum() == 1

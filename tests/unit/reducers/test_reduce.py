"""From block files to tables: streamed cell by cell, against plain pandas, for every reducer."""

import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from initatlas import tables
from initatlas.offered import Offered
from initatlas.reducers import REDUCERS, csv_text, reduce
from initatlas.reducers.histograms import shares
from initatlas.reducers.over_seeds import Groups
from initatlas.reducers.reading import cells
from initatlas.reducers.timings import TIMINGS
from initatlas.study import Study
from initatlas.tables import INITIALIZATION
from initatlas.tables.columns import CELL_KEYS
from tests import synthetic


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    study = synthetic.write(folder, synthetic.config())
    for name in NAMES:
        kind, table = reduced(name, study, folder)
        tables.write_parquet(folder / "tables" / f"{name}.parquet", kind, table, {})
    return folder, study


def reduced(name, study, folder):
    settings = getattr(study, REDUCERS[name].settings) if REDUCERS[name].settings else {}
    offered = Offered.by(study)
    return reduce(name, offered.grid(name), folder, offered.either(name), **settings)


# The synthetic study is not contrasted with a second data set, and timings are of jobs.
OFFERED = Offered.by(Study.from_config(synthetic.config())).tables
NAMES = [name for name in REDUCERS if name in OFFERED and name != "timings"]


def test_all_tables_are_tried_but_those_of_two_data_sets():
    missing = set(REDUCERS) - set(NAMES) - {"timings"}
    assert all(
        "contrast" in (name, *REDUCERS[name].needs)
        or REDUCERS[name].stage == "contrast"
        or "contrast" in REDUCERS[name].stages
        for name in missing
    ), missing


@pytest.mark.parametrize("name", NAMES)
def test_a_table_has_its_schema_units_and_no_row_twice(results, name):
    folder, _ = results
    kind = REDUCERS[name].table
    table = tables.read(folder / "tables" / f"{name}.parquet", kind)
    assert table.num_rows
    assert not table.select(list(kind.grain)).to_pandas().duplicated().any()
    for field in table.schema:
        assert field.metadata[b"unit"], field.name
        assert field.metadata[b"definition"], field.name


@pytest.mark.parametrize("name", NAMES)
def test_reducing_again_gives_the_same_bytes(results, name):
    folder, study = results
    first, second = (reduced(name, study, folder)[1] for _ in range(2))
    assert tables.content_digest(first) == tables.content_digest(second)


def test_layers_are_what_pandas_makes_of_the_blocks(results):
    folder, study = results
    grid = study.grid("initialization")
    read = [tables.read(folder / b.path("initialization"), INITIALIZATION) for b in grid.blocks()]
    raw = pa.concat_tables(read).to_pandas()
    found = tables.read(folder / "tables" / "layers.parquet", REDUCERS["layers"].table).to_pandas()
    keys = [*CELL_KEYS, "layer"]
    finite = raw.assign(q=raw.q.where(np.isfinite(raw.q)))
    expected = finite.groupby(keys, dropna=False).q.agg(["mean", "sem", "count", "size"])
    joined = found.set_index(keys).join(expected)
    assert len(joined) == len(expected)
    some = joined["count"] > 0
    np.testing.assert_allclose(joined.q_mean[some], joined["mean"][some], rtol=1e-12)
    np.testing.assert_allclose(joined.q_se[some], joined["sem"][some], rtol=1e-10)
    assert (joined.q_n_finite == joined["count"]).all()
    assert (joined.n_seeds == joined["size"]).all()


def test_planted_trouble_is_counted(results):
    folder, _ = results
    found = tables.read(folder / "tables" / "layers.parquet", REDUCERS["layers"].table).to_pandas()
    ill = found[(found.initializer == "torch_default") & (found.layer >= 2)]
    assert (ill[ill.activation == "tanh"].q_n_finite == 2).all()  # one NaN, one inf, of four
    zero = ill[ill.activation == "relu"]
    assert (zero.q_n_finite == 4).all()
    assert (zero.q_geomean == 0).all()
    assert (zero.log_delta_norm2_n_finite == 3).all()


def test_cells_are_read_one_at_a_time(results, monkeypatch):
    """A reducer never holds more than one cell's blocks: the iterator reads as it goes."""
    folder, study = results
    opened = []
    read = tables.read
    monkeypatch.setattr(tables, "read", lambda path, kind: opened.append(path) or read(path, kind))
    parts = cells(study.grid("initialization"), folder, "initialization")
    first = next(parts)
    assert len(opened) == 2  # the two blocks of seeds of one cell
    assert set(first["seed"].to_pylist()) == {0, 1, 2, 3}
    next(parts)
    assert len(opened) == 4


def test_a_foreign_block_is_not_read(results, tmp_path):
    """What lies in the folder but is no block of the grid changes nothing."""
    study = synthetic.write(tmp_path, synthetic.config(**synthetic.UNTRAINED))
    before = tables.content_digest(reduced("rates", study, tmp_path)[1])
    stray = tmp_path / study.grid("initialization").blocks()[0].path("initialization")
    (stray.parent / "seeds=90-91.arrow").write_bytes(stray.read_bytes())
    assert tables.content_digest(reduced("rates", study, tmp_path)[1]) == before


def test_training_ends_as_planted(results):
    folder, _ = results
    table = tables.read(folder / "tables" / "outcomes.parquet", REDUCERS["outcomes"].table)
    rows = table.to_pandas()
    ill = (rows.initializer == "gaussian") & (rows.activation == "relu") & (rows.sigma_w2 == 3)
    assert (rows[ill].outcome == "diverged").all()
    assert (rows[ill].diverged_step == 21).all()  # of 40 steps, the first after half of them
    assert not (rows[~ill].outcome == "diverged").any()
    assert {"trained", "stalled"} <= set(rows.outcome)
    best = tables.read(folder / "tables" / "best_rates.parquet", REDUCERS["best_rates"].table)
    chosen = best.to_pandas().query("optimizer == 'sgd' and outcome == 'trained'")
    assert (chosen.relative_learning_rate == 2.0).all()  # the middle one is planted as the best


def test_predictors_hold_every_network_of_both_experiments_once(results):
    folder, _ = results
    table = tables.read(folder / "tables" / "predictors.parquet", REDUCERS["predictors"].table)
    rows = table.to_pandas()
    expected = {"trainability": 2 * 2 * 4 * (2 + 2), "trainability_map": 2 * 2 * 2 * 3}
    assert rows.groupby("experiment").size().to_dict() == expected
    assert rows.gradient_stability.notna().any()


def test_a_study_of_one_of_the_two_experiments_has_the_predictors_of_that_one(tmp_path):
    for absent, kept in (
        ("trainability", "trainability_map"),
        ("trainability_map", "trainability"),
    ):
        study = synthetic.write(tmp_path / kept, synthetic.config(**{absent: None}))
        offered = Offered.by(study)
        assert list(offered.grid("predictors")) == [kept]
        assert ("outcomes" in offered.tables) == (absent == "trainability_map")
        assert ("map_outcomes" in offered.tables) == (absent == "trainability")
        found = reduced("predictors", study, tmp_path / kept)[1]
        assert set(found["experiment"].to_pylist()) == {kept}


def test_densities_hold_all_finite_values():
    counts = np.array([[1, 0, 2, 6, 1, 3], [0, 1, 1, 1, 1, 0]], float)
    rows = pa.table({"cell": ["a", "a"]})
    found = shares(counts, Groups.by(rows, ["cell"]), [-1.0, 2.0])
    inside = np.array(found["density"][0].as_py()).sum() * 1.0  # bins of width 1
    assert inside + found["below"][0].as_py() + found["above"][0].as_py() == pytest.approx(1)
    # The mean of the networks' shares, not the share of all their counts.
    assert found["density"][0].as_py()[2] == pytest.approx((6 / 10 + 1 / 4) / 2)
    assert found["n_not_finite"][0].as_py() == 3


def test_a_network_without_a_finite_value_does_not_thin_the_density_of_others():
    counts = np.array([[0, 4, 0, 0], [0, 0, 0, 9]], float)
    found = shares(counts, Groups.by(pa.table({"cell": ["a", "a"]}), ["cell"]), [0.0, 1.0])
    assert found["density"][0].as_py() == [1.0]
    assert found["n_not_finite"][0].as_py() == 9


def test_timings_add_up_by_rule():
    jobs = [
        {"rule": "train", "seconds": 2.0, "cpu_seconds": 1.5, "peak_memory_mb": 100.0},
        {"rule": "train", "seconds": 4.0, "cpu_seconds": 3.5, "peak_memory_mb": 300.0},
        {"rule": "draw", "seconds": 1.0, "cpu_seconds": 1.0, "peak_memory_mb": 50.0},
    ]
    found = TIMINGS.reduce(jobs).to_pylist()
    assert [row["rule"] for row in found] == ["train", "draw"]
    assert found[0] == {
        "rule": "train",
        "jobs": 2,
        "seconds": 6.0,
        "cpu_seconds": 5.0,
        "slowest_seconds": 4.0,
        "peak_memory_mb": 300.0,
    }
    assert TIMINGS.reduce([]).num_rows == 0


def test_csv_is_the_table_in_text(results, tmp_path):
    folder, _ = results
    table = tables.read(folder / "tables" / "histograms.parquet", REDUCERS["histograms"].table)
    (tmp_path / "h.csv").write_text(csv_text(table))
    back = pd.read_csv(tmp_path / "h.csv")
    assert list(back.columns) == table.column_names
    assert len(back) == table.num_rows
    first = [float(v) for v in back.density[0].split()]
    assert first == table["density"][0].as_py()
    assert math.isclose(back.low[0], table["low"][0].as_py())


def test_lists_that_are_empty_and_lists_that_are_not_there_differ_in_text():
    table = pa.table({"density": pa.array([[1.5, 2.0], [], None], pa.list_(pa.float64()))})
    assert csv_text(table).splitlines() == ['"density"', '"1.5 2.0"', '""', ""]

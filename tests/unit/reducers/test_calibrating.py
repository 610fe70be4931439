"""A planted score is found again, its intervals hold it, and it is written down as it is."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.special import expit

from initatlas import cli, tables
from initatlas.reducers.calibrating import CalibrationError, calibrate
from initatlas.reducers.calibration import CALIBRATION
from initatlas.reducers.calibration_text import module_text
from initatlas.reducers.score import POWERS, SCORES
from initatlas.rng import generator

ROOT = Path(__file__).parents[3]
TRUTH = {"forward_stability": 8.0, "gradient_stability": 6.0, "depth_ratio": 5.0, "beta": 20.0}


def cells(n: int = 300, *, sharp: float = 4.0, seed: int = 0) -> pd.DataFrame:
    """Cells that train by a score of the planted constants; the Jacobian does not matter."""
    rng = generator(seed, "calibrating")
    frame = pd.DataFrame({part: rng.exponential(3, n) for part in POWERS})
    burdens = sum((frame[part] / s) ** POWERS[part] for part, s in TRUTH.items())
    share = rng.binomial(8, expit(sharp * (1 - burdens))) / 8
    named = {"study": "calibration", "dataset": "blobs", "depth": rng.choice([3, 6], n)}
    return frame.assign(trained_share=share, **named)


@pytest.fixture(scope="module")
def found():
    return calibrate(cells(), "digest")


def test_planted_constants_lie_in_their_intervals_and_near_their_estimates(found):
    scales = found.scores["score"].scales
    for part, truth in TRUTH.items():
        scale = scales[part]
        assert scale.low < truth < scale.high
        # The half-width of the interval is two standard errors of the estimate.
        assert abs(scale.value - truth) < scale.high - scale.low
    # Nothing of the Jacobian was planted: no scale of it is excluded from above.
    assert scales["jacobian_variance"].high == math.inf


def test_a_score_that_predicts_is_better_than_none(found):
    fitted = found.scores["score"]
    assert fitted.log_likelihood > fitted.null_log_likelihood + 0.2
    assert fitted.auc > 0.95
    assert fitted.n_cells == 300
    assert found.datasets == ("blobs",)
    assert found.depths == (3, 6)


def test_the_fit_is_the_same_in_any_order_and_every_time(found):
    order = generator(1, "order").permutation(300)
    assert calibrate(cells().iloc[order], "digest") == found


def test_cells_without_a_part_are_left_out():
    frame = cells()
    frame.loc[:9, "beta"] = np.inf
    frame.loc[10:19, "depth_ratio"] = np.nan
    assert calibrate(frame, "").scores["score"].n_cells == 280
    assert calibrate(frame, "").scores["score_measured"].n_cells == 300


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"trained_share": 1.0}, "100% trained"),
        ({"trained_share": 0.0}, "0% trained"),
        ({"beta": np.nan}, "0 cells"),
    ],
)
def test_cells_that_say_nothing_are_an_error(change, said):
    with pytest.raises(CalibrationError, match=said):
        calibrate(cells().assign(**change), "")


def test_what_hardly_ever_trains_has_no_boundary():
    frame = cells()
    rare = generator(2, "rare").binomial(8, 0.1, 300) / 8  # whatever burdens there are
    with pytest.raises(CalibrationError, match="fewer than half"):
        calibrate(frame.assign(trained_share=rare), "")


def test_the_module_says_what_was_fitted(found):
    names = {}
    exec(compile(module_text(found), "calibration.py", "exec"), names)
    read = names["CALIBRATION"]
    assert (read.study, read.datasets, read.depths) == ("calibration", ("blobs",), (3, 6))
    assert read.tables == "digest"
    for name in SCORES:
        for part, scale in found.scores[name].scales.items():
            other = read.scores[name].scales[part]
            for end in ("value", "low", "high"):
                assert getattr(other, end) == pytest.approx(getattr(scale, end), rel=1e-5)


def test_the_module_is_in_the_projects_style(found, tmp_path):
    import subprocess
    import sys

    path = tmp_path / "calibration.py"
    path.write_text(module_text(found))
    for check in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *check, "--config", str(ROOT / "pyproject.toml")]
        run = subprocess.run([*command, str(path)], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr


def test_the_command_writes_the_module_from_a_studys_tables(tmp_path, monkeypatch):
    from initatlas.reducers import scores as reducer
    from tests import trained_cells as planted

    sigmas = np.geomspace(0.3, 4, 12).tolist()
    rows = planted.networks(planted.grid([3, 6, 12], sigmas, study="calibration"), 4)
    growth = rows.depth * np.log(rows.sigma_w2)
    rows = rows.assign(gradient_growth=growth, gradient_stability=growth.abs())
    noise = generator(0, "noise").logistic(size=len(rows))
    ends = planted.ended(rows, (growth.abs() < 5 + noise).to_numpy())
    known = planted.theory(planted.grid([3, 6, 12], sigmas, study="calibration"))
    scored = reducer.reduce(planted.predictors(rows), known, None, None)
    for name, kind, table in (
        ("scores", reducer.SCORES.table, scored),
        ("best_rates", planted.BEST_RATES, planted.best_rates(ends)),
    ):
        tables.write_parquet(tmp_path / "tables" / f"{name}.parquet", kind, table, {})
    output = tmp_path / "calibration.py"
    assert cli.main(["calibrate", "--results", str(tmp_path), "--output", str(output)]) == 0
    names = {}
    exec(compile(output.read_text(), "calibration.py", "exec"), names)
    fitted = names["CALIBRATION"].scores["score"].scales["gradient_stability"]
    assert fitted.low < 5 < fitted.high


def axes(name: str) -> dict:
    return yaml.safe_load((ROOT / name).read_text())


def data_of(study: dict) -> str:
    named = study["dataset"]
    return named if isinstance(named, str) else next(iter(named))


def test_the_frozen_constants_are_of_the_calibration_study():
    own = axes("workflow/studies/calibration.yaml")
    assert CALIBRATION.study == own["study"]
    assert CALIBRATION.datasets == (data_of(own),)
    assert list(CALIBRATION.depths) == own["depths"]
    assert len(CALIBRATION.tables) == 64
    for constants in CALIBRATION.scores.values():
        assert constants.log_likelihood > constants.null_log_likelihood
        assert all(s.low <= s.value <= s.high for s in constants.scales.values())


@pytest.mark.parametrize("other", ["config.yaml", "workflow/studies/full.yaml"])
def test_no_cell_of_the_calibration_study_is_evaluated(other):
    """Another data set makes every cell another one; another seed, every network."""
    own, theirs = axes("workflow/studies/calibration.yaml"), axes(other)
    assert data_of(own) != data_of(theirs)
    assert own["seed"] != theirs["seed"]
    assert own["study"] != theirs["study"]
    depths = [*theirs["depths"], *own["depths"]]
    evaluated = pd.DataFrame({"dataset": data_of(theirs), "depth": depths})
    assert CALIBRATION.held_out(evaluated).all()
    calibrated = pd.DataFrame({"dataset": data_of(own), "depth": own["depths"]})
    assert not CALIBRATION.held_out(calibrated).any()

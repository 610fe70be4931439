"""Claims about the plane of variances: a stage with axes and a measurement of its own."""

import pytest

from initatlas.study import Study, StudyError
from tests.unit.study.small import CONFIG

PLANE = {
    "grid": {
        "activations": ["tanh"],
        "initializers": [{"gaussian": {"sigma_w2": [4], "sigma_b2": [0.3]}}],
        "depths": [40],
        "seeds": {"count": 8, "per_block": 8},
    },
    "dtype": "float64",
    "points": 7,
    "pairs": 3,
    "pair_correlation": 0.25,
}


def jobs(config: dict) -> dict[str, dict]:
    """Path → job, of every block of the initialization stage."""
    study, stage = Study.from_config(config), "initialization"
    return {b.path(stage): study.job(stage, b) for b in study.grid(stage).blocks()}


def test_a_plane_has_axes_and_a_measurement_of_its_own():
    study = Study.from_config(CONFIG | {"phase_plane": PLANE})
    (block,) = study.grid("phase_plane").blocks()
    job = study.job("phase_plane", block)
    measurement = {"dtype": "float64", "points": 7, "pairs": 3, "pair_correlation": 0.25}
    assert (job["depth"], job["seeds"], job["widths"]) == (40, list(range(8)), [8, 16])
    assert job["initializer"] == {"name": "gaussian", "sigma_w2": [4.0], "sigma_b2": [0.3]}
    assert job["measurement"] == measurement
    told = study.prediction_job("plane_theory", "tanh", ("grids", "measurement"), "phase_plane")
    assert told["measurement"] == measurement
    assert [grid["depths"] for grid in told["grids"]] == [[40]]


def test_a_plane_changes_no_other_job():
    assert jobs(CONFIG) == jobs(CONFIG | {"phase_plane": PLANE})
    assert not Study.from_config(CONFIG).grid("phase_plane").blocks()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"points": 10_000}, "phase_plane.points: must be at most"),
        ({"pair": 3}, "phase_plane: unknown key 'pair'"),
    ],
)
def test_what_is_wrong_with_a_plane_is_named(changes, said):
    with pytest.raises(StudyError, match=said):
        Study.from_config(CONFIG | {"phase_plane": PLANE | changes})

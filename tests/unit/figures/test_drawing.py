"""Every figure of the registry, drawn: from tables to files, for all kinds of studies."""

import json
import math
import re

import numpy as np
import pandas as pd
import pytest

from initatlas.figures import FIGURES, drawn
from initatlas.figures.drawing import round_to
from initatlas.figures.theme import LIGHT
from initatlas.offered import Offered
from initatlas.study import Study
from tests import synthetic
from tests.presented import frames, reduced

MANY = [{f"mine_{k}": {"distribution": "normal", "sigma_w2": [1 + k / 30]}} for k in range(30)]
SMALL = {
    "depths": [3],
    "seeds": {"count": 1, "per_block": 1},
    "spectra": {"points": 1, "kernel_points": 4},
    **synthetic.UNTRAINED,
}
# Of a study that trains as little as can be: one network, rate and variance, at two checkpoints.
FAIR = {
    "dtype": "float32",
    "optimizers": [{"sgd": {"learning_rates": [0.1]}}],
    "steps": 8,
    "batch_size": 4,
    "checkpoints": 2,
    "validation_points": 2,
    "points": 2,
    "kernel_points": 2,
    "loss_points": 4,
}
ONE = {"activations": ["tanh"], "initializers": ["he_normal"]}
STUDIES = {
    "everything": {},
    "no training": synthetic.UNTRAINED,
    "one of everything": SMALL | ONE,
    "one of everything, trained": SMALL | ONE | {"trainability": FAIR, "trainability_map": FAIR},
    "only NaN, inf and zero, trained": SMALL
    | {"initializers": ["torch_default"], "trainability": FAIR, "trainability_map": FAIR},
    "two architectures": {"architectures": ["mlp", "resmlp"], "training": None, "spectra": None},
    "only NaN, inf and zero": SMALL
    | {"initializers": ["torch_default"], "seeds": {"count": 2, "per_block": 2}},
    "only a sweep": SMALL
    | {"initializers": [{"gaussian": {"sigma_w2": [0.5, 1.0, 2.0, 3.0], "sigma_b2": [0.0]}}]},
    "thirty initializers": SMALL | {"initializers": MANY},
    "only what the data decide": SMALL | {"initializers": ["lsuv"]},
    "only linear": SMALL | {"activations": ["linear"], "initializers": ["torch_default"]},
    "one layer": SMALL | {"depths": [1]},
    "two hundred layers": SMALL | {"depths": [200], "initializers": ["he_normal", "orthogonal"]},
}


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """Tables and initializers of each study, made when first asked for."""
    made = {}

    def study(name):
        if name not in made:
            folder = tmp_path_factory.mktemp("study")
            found, names = reduced(folder, synthetic.config(**STUDIES[name]))
            initializers = tuple(entry["name"] for entry in found.whole.initializers)
            made[name] = frames(folder, names), initializers
        return made[name]

    return study


def cases():
    for study, changes in STUDIES.items():
        offered = Offered.by(Study.from_config(synthetic.config(**changes)))
        for name in offered.figures:
            yield pytest.param(study, name, id=f"{name}, {study}")


@pytest.mark.parametrize(("study", "name"), list(cases()))
def test_a_figure_is_drawn_and_says_what_it_shows(studies, study, name):
    tables, initializers = studies(study)
    figure = FIGURES[name]
    files = drawn(figure, {need: tables[need] for need in figure.needs}, initializers)
    spec = json.loads(files.json)
    meta = spec["usermeta"]["initatlas"]
    assert meta["question"].endswith("?")
    assert meta["title"]
    assert not re.search(r"\bnan\b|None|\{|not a number", f"{meta['title']} {meta['caption']}")
    assert files.png.startswith(b"\x89PNG")
    assert files.svg.startswith("<svg")
    if spec["datasets"]:
        assert spec["description"] == f"{meta['title']}. {meta['caption']}"
        assert "<path" in files.svg


@pytest.mark.parametrize("name", FIGURES)
def test_drawing_again_gives_the_same_bytes(studies, name):
    tables, initializers = studies("everything")
    figure = FIGURES[name]
    needed = {need: tables[need] for need in figure.needs}
    first, second = (drawn(figure, needed, initializers) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", FIGURES)
def test_drawing_leaves_the_tables_as_they_were(studies, name):
    tables, initializers = studies("everything")
    needed = {need: tables[need].copy() for need in FIGURES[name].needs}
    drawn(FIGURES[name], needed, initializers)
    for need, table in needed.items():
        pd.testing.assert_frame_equal(table, tables[need])


@pytest.mark.parametrize("name", FIGURES)
def test_every_colour_is_the_themes_so_that_the_page_can_change_it(studies, name):
    """Else a colour would stay light in the dark. Text on viridis is black or white in both."""
    tables, initializers = studies("everything")
    figure = FIGURES[name]
    files = drawn(figure, {need: tables[need] for need in figure.needs}, initializers)
    on_viridis = {"#10131a", "#f7f8fa"}
    inks = set(re.findall(r"#[0-9a-f]{6}\b", files.json.lower()))
    assert inks - on_viridis <= set(LIGHT.values())


def test_a_study_without_rows_for_a_figure_says_so(studies):
    tables, initializers = studies("one of everything")
    figure = FIGURES["distributions"]
    files = drawn(figure, {"layers": tables["layers"]}, initializers)
    assert "no networks that answer the question" in files.svg
    assert json.loads(files.json)["usermeta"]["initatlas"]["title"]


def panels(spec: dict, name: str) -> pd.DataFrame:
    return pd.DataFrame(spec["datasets"][name])


def test_thirty_initializers_are_shown_eight_at_a_time(studies):
    tables, initializers = studies("thirty initializers")
    figure = FIGURES["activation_variance"]
    files = drawn(figure, {"layers": tables["layers"]}, initializers)
    spec = json.loads(files.json)
    rows = panels(spec, "activation_variance")
    assert rows.initializer.nunique() == 30
    assert rows.groupby("group").initializer.nunique().max() <= 8
    assert "sel_group" in {parameter["name"] for parameter in spec["params"]}


def test_lines_and_marks_of_what_is_not_finite_are_both_there(studies):
    tables, initializers = studies("everything")
    figure = FIGURES["activation_variance"]
    spec = json.loads(drawn(figure, {"layers": tables["layers"]}, initializers).json)
    rows = panels(spec, "activation_variance")
    ill = rows[(rows.initializer == "torch_default") & (rows.layer >= 2)]
    assert set(ill[ill.activation == "relu"].outside) == {"zero"}
    assert set(ill[ill.activation == "tanh"].outside) == {"not finite"}
    assert (ill[ill.activation == "tanh"].n_finite == 2).all()
    assert rows[rows.initializer == "he_normal"].outside.isna().all()


@pytest.mark.parametrize(
    ("value", "rounded"),
    [(1.23456, 1.235), (2.0, 2), (math.nan, None), (math.inf, None), (1e-300, 1e-300), (0.0, 0)],
)
def test_numbers_are_rounded_to_four_digits_and_json_has_no_nan(value, rounded):
    assert round_to(np.float64(value)) == rounded

"""The method in words: whatever was trained is spoken of."""

import pandas as pd
import pytest

from initatlas.report import method
from initatlas.study import Study
from tests import synthetic

TABLES = {
    "rates": pd.DataFrame(
        {"activation": "relu", "initializer": "he", "depth": 4, "width": 8, "n_seeds": [3]}
    ),
    "outcomes": pd.DataFrame({"seed": range(12)}),
}
MAPPED = "The map of depth and weight variance has networks of its own"


@pytest.mark.parametrize("mapped", [True, False])
def test_networks_of_a_map_are_told_from_those_that_are_compared(mapped):
    settings = synthetic.config()
    study = Study.from_config(settings if mapped else settings | {"trainability_map": None})
    said = method.summary(TABLES, study)
    assert "12 training runs, on a grid of learning rates" in said
    assert said.endswith("map of depth and weight variance.") is mapped
    assert any(text.startswith(MAPPED) for text in method.paragraphs(study, {})) is mapped

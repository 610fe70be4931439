"""Claims about growth on two data sets: pairs of cells, the largest difference, what is lost."""

import numpy as np
import pandas as pd
import pytest

from initatlas.figures.contrast import CONTRAST, DIAGONAL, NAME
from initatlas.figures.drawing import specification

CELL = {"study": "s", "architecture": "mlp", "depth": 5, "width": 8, "sigma_b2": 0.0}


def rates(dataset: str, forward: dict[tuple[str, str], float], n: int = 4) -> pd.DataFrame:
    """One cell for each (initializer, φ); gradients do as signals with the other sign."""
    return pd.DataFrame(
        [
            CELL
            | {
                "dataset": dataset,
                "initializer": initializer,
                "activation": activation,
                "sigma_w2": 2.0,
                "n_seeds": n,
                "forward_rate_mean": value,
                "forward_rate_se": 0.01,
                "forward_rate_n_finite": n,
                "backward_rate_mean": -value,
                "backward_rate_se": 0.01,
                "backward_rate_n_finite": n,
            }
            for (initializer, activation), value in forward.items()
        ]
    )


HERE = {("he", "relu"): 0.0, ("he", "tanh"): -0.2, ("torch", "relu"): -1.8}
THERE = {("he", "relu"): 0.01, ("he", "tanh"): -0.2, ("torch", "relu"): -1.3}


def frames(here=HERE, there=THERE):
    return CONTRAST.tidy({"rates": rates("digits", here), "contrast_rates": rates("blobs", there)})


def test_the_cells_of_both_are_paired_and_the_largest_difference_is_named():
    found = frames()
    assert len(found[NAME]) == 6
    assert CONTRAST.title(found) == (
        "Growth per layer on blobs differs from that on digits by at most 0.50, of a range of "
        "3.6: signal, forward, torch, relu, depth 5"
    )
    assert "the intervals of 2 points of 6 do not overlap" in CONTRAST.caption(found)


def test_a_cell_of_one_data_set_alone_is_left_out():
    found = frames(there={key: value for key, value in THERE.items() if key[0] == "he"})
    assert set(found[NAME].initializer) == {"he"}


@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_what_is_not_finite_is_counted_and_not_shown(value):
    found = frames(here=HERE | {("torch", "relu"): value})
    assert len(found[NAME]) == 4
    assert "2 pairs of numbers that are not both finite" in CONTRAST.caption(found)


def test_intervals_are_students_and_both_axes_have_one_range():
    found = frames()
    row = found[NAME].iloc[0]
    # Student's t of 97.5 % with 3 degrees of freedom is 3.1824.
    assert row.x_high - row.x == pytest.approx(3.1824 * 0.01, rel=1e-4)
    spec = specification(CONTRAST, found, ["he", "torch"])
    for panel in spec["concat"]:
        domains = [
            layer["encoding"][axis]["scale"]["domain"]
            for layer in panel["layer"]
            for axis in ("x", "y")
            if "scale" in layer["encoding"][axis]
        ]
        assert all(domain == domains[0] for domain in domains)
        values = found[NAME][found[NAME].quantity == panel["title"]]
        assert domains[0][0] < values[["x_low", "y_low"]].min().min()
        assert domains[0][1] > values[["x_high", "y_high"]].max().max()
    assert (found[DIAGONAL].x == found[DIAGONAL].y).all()


def test_one_network_a_cell_has_no_interval_and_is_drawn():
    tables = {"rates": rates("digits", HERE, 1), "contrast_rates": rates("blobs", THERE, 1)}
    found = CONTRAST.tidy(tables)
    assert found[NAME].x_low.isna().all()
    assert "intervals of 0 points of 6" in CONTRAST.caption(found)
    assert specification(CONTRAST, found, ["he"])["concat"]

"""Agreement in the report: what is counted, what is shown of the rest, and what is said of it."""

import numpy as np
import pandas as pd

from initatlas.report import agreement
from initatlas.report.theory_findings import agreeing

CELL = {"study": "s", "dataset": "d", "architecture": "mlp", "initializer": "gaussian"}
DEPTH, WIDTH = 11, 128


def comparisons(agree: int, of: int, reason: str = "finite width: of order 1/n") -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "layer": np.arange(of) % DEPTH,
            "sigma_w2": 2.0 + np.arange(of) // DEPTH,
            "statistic": "correlation",
            "z": np.where(np.arange(of) < agree, 0.5, 4.0 + np.arange(of)),
        }
    )
    rows = rows.assign(**CELL, activation="relu", depth=DEPTH, width=WIDTH, sigma_b2=0.0)
    return rows.assign(
        n_seeds=8,
        measured=1.0,
        predicted=0.5,
        agrees=(rows.z < 2).astype(int),
        reason=np.where(rows.z < 2, "", reason),
    )


def test_agreement_is_counted_per_statistic_and_in_all():
    rows = comparisons(80, 100)
    tables = {"agreement": pd.concat([rows, rows.assign(statistic="ln mean q", agrees=1)])}
    counts, _ = agreement.listings(tables)
    found = {row[0]: row[1:5] for row in counts.rows}
    assert found["correlation of two inputs"] == ["100", "80", "80 %", "95 %"]
    assert found["ln of the mean square of z"] == ["100", "100", "100 %", "95 %"]
    assert found["all"] == ["200", "180", "90 %", "95 %"]
    assert "180 (90 %) agree" in agreement.words(tables)


def test_the_largest_disagreements_are_one_layer_a_cell():
    _, worst = agreement.listings({"agreement": comparisons(80, 100)})
    shown = [dict(zip(worst.columns, row, strict=True)) for row in worst.rows]
    # Places 80 … 99 are cells 7, 8 and 9 of 11 layers: each cell's last is the furthest off.
    assert [row["z"] for row in shown] == ["103", "102", "91.0"]
    assert {row["likely reason"] for row in shown} == {"finite width"}
    assert "finite width: of order 1/n" in worst.note


def test_what_is_not_finite_comes_first_among_disagreements():
    rows = comparisons(80, 100)
    rows.loc[85, "z"] = np.nan
    _, worst = agreement.listings({"agreement": rows})
    assert worst.rows[0][-1] == ""


def test_all_may_agree():
    (counts,) = agreement.listings({"agreement": comparisons(20, 20)})
    assert counts.rows[-1][-1] == ""


def test_agreement_is_found_with_the_reason_of_what_it_lacks():
    (found,) = agreeing({"agreement": comparisons(80, 100)})
    assert found.text.startswith("Of 100 means over networks, layer by layer, 80 (80 %) agree")
    assert found.text.endswith("100 % of the others from it is likely finite width.")
    assert found.chapter == "agreement"
    (found,) = agreeing({"agreement": comparisons(96, 100)})
    assert "likely" not in found.text  # no more than chance leaves out

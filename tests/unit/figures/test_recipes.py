"""Initializers that are one to theory: only those of equal variances for every activation."""

import pandas as pd

from initatlas.figures.recipes import explained, recipes, short


def phases(points: dict[tuple[str, str], tuple[float, float]], in_study: int = 1) -> pd.DataFrame:
    rows = [
        {"activation": phi, "initializer": name, "sigma_w2": w, "sigma_b2": b}
        for (name, phi), (w, b) in points.items()
    ]
    return pd.DataFrame(rows).assign(in_study=in_study)


def test_equals_are_named_by_the_first_of_them():
    two = {(name, phi): (2.0, 0.0) for name in ("a", "b") for phi in ("relu", "tanh")}
    found = recipes(phases(two | {("c", "relu"): (1.0, 0.0), ("c", "tanh"): (1.0, 0.0)}))
    assert set(found.initializer) == {"a", "c"}
    assert set(found[found.initializer == "a"].members) == {"a, b"}
    assert short(found) == {"a": "a + 1", "c": "c"}
    assert explained(found).endswith(" a for b.")


def test_those_that_meet_for_one_activation_only_stay_apart():
    found = recipes(
        phases(
            {
                ("a", "relu"): (2.0, 0.0),
                ("a", "tanh"): (2.0, 0.0),
                ("b", "relu"): (2.0, 0.0),
                ("b", "tanh"): (1.7, 0.05),
            }
        )
    )
    assert set(found.initializer) == {"a", "b"}
    assert explained(found) == ""


def test_long_sweeps_are_left_out_and_short_ones_are_points_each():
    swept = pd.concat(
        [
            phases({("a", "relu"): (2.0, 0.0)}),
            *(phases({("long", "relu"): (w / 10, 0.0)}) for w in range(1, 9)),
            *(phases({("brief", "relu"): (w, 0.0)}) for w in (0.5, 1.0)),
        ],
        ignore_index=True,
    )
    assert set(recipes(swept).initializer) == {"a", "brief σ_w²=0.5 σ_b²=0", "brief σ_w²=1 σ_b²=0"}
    alone = swept[swept.initializer == "long"]
    assert len(recipes(alone)) == len(alone)


def test_what_the_study_does_not_measure_is_no_point_of_it():
    rows = pd.concat(
        [phases({("a", "relu"): (2.0, 0.0)}), phases({("torch_gain", "relu"): (2.0, 0.0)}, 0)]
    )
    assert list(recipes(rows).members) == ["a"]

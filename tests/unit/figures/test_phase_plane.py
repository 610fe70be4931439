"""The plane, drawn: planted points on and off theory's fixed points are counted as they are."""

import json

import numpy as np
import pandas as pd

from initatlas.figures import FIGURES, drawn, phase_plane

FIGURE = FIGURES["phase_plane"]
CELL = {"study": "s", "dataset": "d", "architecture": "mlp", "initializer": "gaussian"}
CELL |= {"activation": "tanh", "depth": 40, "width": 64, "n_seeds": 4}
SWEPT = [(0.5, 0.1), (1.0, 0.1), (2.0, 0.1), (4.0, 0.1)]


def point(sigma_w2: float, sigma_b2: float, **changes: float) -> dict:
    """A point whose measurements are on q* = σ_w² and c* = 1/2, with a standard error of 0.01."""
    said = {"q_star": sigma_w2, "c_star": 0.5, "chi_1": 1.0, "xi_c": 5.0}
    said |= {"q_theory": sigma_w2, "correlation_theory": 0.5}
    seen = {"q_mean": sigma_w2, "correlation_mean": 0.5, "q_se": 0.01, "correlation_se": 0.01}
    finite = {"q_n_finite": 4, "correlation_n_finite": 4}
    at = {"sigma_w2": sigma_w2, "sigma_b2": sigma_b2}
    return CELL | at | seen | finite | said | changes


def tables(rows: list[dict], q_star: float | None = None) -> dict[str, pd.DataFrame]:
    at = np.linspace(0.5, 4, 8)
    curves = [
        {
            "activation": "tanh",
            "sigma_w2": w,
            "sigma_b2": b,
            "q_star": w if q_star is None else q_star,
            "c_star": 0.5,
            "chi_1": 1.0,
            "xi_c": 5.0,
        }
        for b in sorted({row["sigma_b2"] for row in rows})
        for w in at
    ]
    return {"phase_plane": pd.DataFrame(rows), "plane_curves": pd.DataFrame(curves)}


def test_intervals_that_miss_a_fixed_point_are_not_counted_and_the_farthest_is_named():
    rows = [point(*at) for at in SWEPT]
    rows[1] |= {"q_mean": 1.5}
    rows[2] |= {"correlation_mean": 0.73}
    rows[3] |= {"correlation_mean": 0.52}  # 4 networks: the interval is ± 3.18 × 0.01
    frames = FIGURE.tidy(tables(rows))
    assert FIGURE.title(frames) == (
        "After 40 layers, 3 of 4 intervals hold theory's q* and 3 of 4 its c*; "
        "measured values are at most 0.50 and 0.23 off"
    )
    assert "7 of 8" not in FIGURE.caption(frames)
    assert "6 of 8 intervals hold it" in FIGURE.caption(frames)


def test_what_has_not_settled_has_a_tick_at_what_its_depth_expects():
    rows = [point(*at) for at in SWEPT]
    rows[1] |= {"correlation_mean": 0.8, "correlation_theory": 0.8, "xi_c": 90.0}
    frames = FIGURE.tidy(tables(rows))
    frame = frames["phase_plane"]
    assert frame.tick.dropna().tolist() == [0.8]
    assert "at 1 point ξ_c is longer" in FIGURE.caption(frames)
    assert "8 of 8 intervals hold it" in FIGURE.caption(frames)


def test_where_the_signal_vanishes_or_diverges_there_is_no_c_star():
    rows = [point(*at) for at in SWEPT]
    rows[0] |= {"q_star": 0.0, "q_mean": 1e-9}
    rows[3] |= {"q_star": np.inf, "q_mean": 1e30, "q_theory": np.inf}
    frames = FIGURE.tidy(tables(rows))
    frame = frames["phase_plane"]
    assert phase_plane.against(frame, "star").of.to_dict() == {"q*": 3, "c*": 2}
    # What is measured beyond the frame is counted, and not drawn.
    assert "1 value beyond the frame" in FIGURE.caption(frames)
    assert frame.drawn.max() <= phase_plane.ROOM * 2.0
    gone = FIGURE.tidy(tables(rows, q_star=0.0))["phase_plane"]
    assert set(gone[gone.kind == "theory"].panel) == {"tanh: q*"}


def test_points_of_one_network_have_no_interval_and_are_not_counted():
    rows = [point(*at, q_se=np.nan, correlation_se=np.nan, n_seeds=1) for at in SWEPT]
    title = FIGURE.title(FIGURE.tidy(tables(rows)))
    assert title.startswith("Where lengths and correlations settle")


def test_a_plane_of_many_biases_shows_as_many_as_have_a_colour():
    rows = [point(w, b) for w, _ in SWEPT for b in np.linspace(0, 1, 21).round(2)]
    spec = json.loads(drawn(FIGURE, tables(rows), ["gaussian"]).json)
    shown = {row["sigma_b2"] for row in spec["datasets"]["phase_plane"]}
    assert len(shown) == 8
    assert {0, 1} <= shown

"""Which predictors go with which outcomes over a group of cells? One row for each pair."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from initatlas.inference.association import auc, dense_ranks, holm, kendall, rank_test, spearman
from initatlas.inference.resampling import interval, resamples

TIMES = 1000  # resamples: 25 of them lie outside each end of an interval
DIGITS = 10  # to which values are told apart: what theory computed in two ways is a tie
LEAST = 4  # cells: fewer have no correlation worth a number
LEVEL = 0.05
CLASS = "trained"  # the outcome that is yes or no, and so has an AUC
MEASURES = ("spearman", "kendall", "auc")

Rows = list[dict[str, object]]


def compared(
    cells: pd.DataFrame,
    predictors: Sequence[str],
    outcomes: Sequence[str],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """All predictors against all outcomes, over the same resamples of cells.

    A predictor or an outcome that is NaN leaves its cells out of its own rows alone.
    """
    counts = resamples(rng, len(cells), TIMES)
    x = [rounded(cells[name].to_numpy(dtype=float)) for name in predictors]
    y = [rounded(cells[name].to_numpy(dtype=float)) for name in outcomes]
    rows: Rows = []
    for (some, xs), (others, ys) in product(_alike(x).items(), _alike(y).items()):
        known = np.frombuffer(some, bool) & np.frombuffer(others, bool)
        group = {predictors[i]: x[i][known] for i in xs}
        against = {outcomes[j]: y[j][known] for j in ys}
        rows += _pairs(group, against, counts[:, known])
    found = pd.DataFrame(rows)
    order = {name: place for place, name in enumerate((*predictors, *outcomes))}
    found = found.sort_values(["outcome", "predictor"], key=lambda c: c.map(order), kind="stable")
    parts = [_ranked(part) for _, part in found.groupby("outcome", sort=False)]
    return pd.concat(parts, ignore_index=True)


def rounded(values: np.ndarray) -> np.ndarray:
    """Values to ten significant digits; 0, NaN and infinities as they are."""
    plain = np.isfinite(values) & (values != 0)
    size = 10.0 ** (np.floor(np.log10(np.abs(values, where=plain, out=np.ones_like(values)))))
    # A subnormal number has no such size; it stays as it is.
    plain &= size > 0
    return np.where(plain, np.round(values / np.where(plain, size, 1), DIGITS - 1) * size, values)


def _alike(columns: Sequence[np.ndarray]) -> dict[bytes, list[int]]:
    """Which columns have values for the same cells."""
    found: dict[bytes, list[int]] = {}
    for place, values in enumerate(columns):
        found.setdefault((~np.isnan(values)).tobytes(), []).append(place)
    return found


def _pairs(
    group: Mapping[str, np.ndarray], against: Mapping[str, np.ndarray], counts: np.ndarray
) -> Rows:
    """The rows of predictors and outcomes that have values for all of these cells."""
    n = counts.shape[1]
    cells = {"n_cells": n, "n_excluded": 0}
    pairs = [{"predictor": x, "outcome": y} | cells for x, y in product(group, against)]
    measured = np.full((len(MEASURES), len(group), len(against), 3), np.nan)
    # A resample may hold none of the few cells that have a value: it has no correlation.
    drawn = counts[counts.sum(axis=1) > 0]
    if n >= LEAST:
        x, y = (dense_ranks(np.stack(list(c.values()))) for c in (group, against))
        measured[0] = _with_interval(spearman(x, y, drawn))
        measured[1] = _with_interval(kendall(x, y, drawn))
        if CLASS in against:
            positive = against[CLASS] > 0
            measured[2, :, list(against).index(CLASS)] = _with_interval(auc(x, positive, drawn))
    columns = [f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")]
    flat = np.moveaxis(measured, 0, 2).reshape(len(pairs), -1)
    return [
        pair | dict(zip(columns, row, strict=True))
        for pair, row in zip(pairs, flat.tolist(), strict=True)
    ]


def _with_interval(values: np.ndarray) -> np.ndarray:
    """Estimate, lower and upper end; no interval where there is no estimate."""
    ends = np.where(np.isnan(values[..., :1]), np.nan, interval(values))
    return np.concatenate([values[..., :1], ends], axis=-1)


def _ranked(rows: pd.DataFrame) -> pd.DataFrame:
    """One outcome's predictors with their places, and which of them are no chance."""
    area = (rows.auc - 0.5).abs()
    strength = area if (rows.outcome == CLASS).all() else rows.spearman.abs()
    p = holm(rank_test(rows.spearman.to_numpy(), rows.n_cells.to_numpy()))
    return rows.assign(
        rank=strength.round(DIGITS).rank(ascending=False, method="min"),
        p_value=p,
        found=(p < LEVEL).astype(np.int64),
    )

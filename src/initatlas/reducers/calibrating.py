"""Which constants make the score tell trained cells from others? A fit, to be done once.

A cell's chance to train is modelled as logistic in its burdens, P = 1 / (1 + exp(Σ b_p x^p − a)),
b ≥ 0: the likelihood of what was seen is a proper criterion. It is ½ where Σ (b_p/a) x^p = 1, so
that s^p = a/b_p makes S = 1/e there. Intervals are by bootstrap over cells.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from initatlas.inference.association import auc, dense_ranks
from initatlas.inference.nonnegative_logistic import fit
from initatlas.inference.resampling import interval, resamples
from initatlas.reducers.score import POWERS, SCORES, Calibration, Constants, Scale, score
from initatlas.rng import generator

TIMES = 200  # resamples: ends of intervals of constants, of which two digits are read
LEAST = 20  # cells: fewer say nothing of five constants


class CalibrationError(ValueError):
    """The cells do not tell what the constants are."""


def calibrate(cells: pd.DataFrame, tables: str) -> Calibration:
    """The constants of all scores.

    Args:
        cells: a row per cell with the scores' parts and the `trained_share` of its networks.
        tables: digest of the tables that these come from.

    Raises:
        CalibrationError: there are too few cells, all trained or none, or hardly any trains that
            nothing burdens.
    """
    cells = cells.sort_values(list(cells.columns), ignore_index=True)
    return Calibration(
        study=str(cells.study.iloc[0]),
        datasets=tuple(sorted(cells.dataset.unique())),
        depths=tuple(sorted(int(depth) for depth in cells.depth.unique())),
        tables=tables,
        scores={name: _constants(name, cells, parts) for name, parts in SCORES.items()},
    )


def _constants(name: str, cells: pd.DataFrame, parts: Sequence[str]) -> Constants:
    """One score's constants, from the cells of which all of its parts are finite."""
    known = cells[np.isfinite(cells[list(parts)]).all(axis=1)]
    share = known.trained_share.to_numpy()
    mean = share.mean() if len(share) else 0.0
    if len(known) < LEAST or not 0 < mean < 1:
        raise CalibrationError(
            f"{name}: {len(known)} cells with all parts, of whose networks {mean:.0%} trained; "
            f"needed are at least {LEAST} cells, of which some train and some do not"
        )
    x = np.column_stack([known[part].to_numpy() ** POWERS[part] for part in parts])
    rng = generator(0, "calibration", str(known.study.iloc[0]), name)
    drawn = resamples(rng, len(known), TIMES)
    scales = np.stack([_scales(x, share, counts, parts) for counts in drawn], axis=1)
    if np.isnan(scales[:, 0]).any():
        raise CalibrationError(f"{name}: even without any burden fewer than half would train")
    found = fit(x, share, drawn[0])
    ends = interval(scales)
    fitted = {
        part: Scale(value=float(scales[i, 0]), low=float(ends[i, 0]), high=float(ends[i, 1]))
        for i, part in enumerate(parts)
    }
    constants = Constants(
        scales=fitted,
        log_likelihood=found.log_likelihood,
        null_log_likelihood=float(mean * np.log(mean) + (1 - mean) * np.log1p(-mean)),
        auc=np.nan,
        n_cells=len(known),
    )
    ranks = dense_ranks(score(known, constants))[None]
    area = auc(ranks, share > 0.5, drawn[:1])[0, 0]
    return replace(constants, auc=float(area))


def _scales(
    x: np.ndarray, share: np.ndarray, counts: np.ndarray, parts: Sequence[str]
) -> np.ndarray:
    """Each part's s in one resample; NaN where nothing burdens and still fewer than half train."""
    found = fit(x, share, counts)
    if found.intercept <= 0:
        return np.full(len(parts), np.nan)
    with np.errstate(divide="ignore"):
        return (found.intercept / found.slopes) ** (1 / np.array([POWERS[part] for part in parts]))

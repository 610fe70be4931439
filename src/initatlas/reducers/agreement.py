"""Where does theory agree with what was measured? Every cell, layer and statistic, one by one.

A statistic agrees if its mean over seeds lies within the 95 % interval around what theory expects
(Student's t over seeds). Positive quantities are log-normal over networks (Hanin & Nica 2020) and
their means are ruled by rare large ones: compared is ln of the mean, estimated from mean m and
variance s² of the n logarithms as m + s²/2, with standard error √(s²/n + s⁴/(2(n − 1))), Cox's
method (Zhou & Gao 1997).

Theory is that of infinitely wide networks. Where it is missed, `x_theory_shift` says what a finite
width adds to the expected value, to first order in 1/width (`theory.point_scatter`, `pair_shift`).
What this leaves out, the shift's next term and the cumulants that Cox's method does not see, is of
second order: β² of the quantity's scale, up to a factor of order 1, β the variance of one input's
logarithm. So a difference is put down to finite width where it lies within the interval, widened by
that, around the shifted prediction. Where β ≥ 1 first order says nothing, and neither does this.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from initatlas.confidence import half_width
from initatlas.reducers.base import Reducer
from initatlas.tables.columns import CELL_KEYS
from initatlas.tables.reduced import AGREEMENT as TABLE

ROUNDING = 1e-6  # what differs by no more agrees: float64's rounding, grown over hundreds of layers
LOG_NORMAL = ("q", "activation_variance", "log_delta_gain")
PLAIN = ("activation_mean", "correlation")
FIRST_ORDER = 1.0  # β: the expansion in 1/width does not speak of networks beyond
UNSTABLE = 1 + 1e-9  # V′(q*): above it lengths, and all that follows from them, move away
REASONS = {
    "not_finite": "not finite: beyond float64, or exactly zero",
    "unstable": "unstable length: V′(q*) > 1, every deviation grows",
    "finite_width": "finite width: what first order in 1/width adds explains the difference",
    "too_narrow": "too narrow: β ≥ 1, where first order in 1/width says nothing",
    "unknown": "unknown: theory of finite width has no say here",
    "unexplained": "larger than first order in 1/width explains",
}


def reduce(layers: pa.Table, phases: pa.Table) -> pa.Table:
    """One row for each layer and statistic that theory predicts; the input is given.

    Cells of one network have no row: one says nothing of the scatter.
    """
    frame = layers.to_pandas()
    frame = frame[(frame.layer >= 1) & (frame.n_seeds > 1)].reset_index(drop=True)
    frame = frame.assign(length_slope=_slopes(frame, phases.to_pandas()))
    parts = [_compared(frame, name) for name in (*LOG_NORMAL, *PLAIN)]
    parts = [part for part in parts if len(part)]
    if not parts:
        return TABLE.schema().empty_table()
    found = pd.concat(parts, ignore_index=True)
    order = {name: place for place, name in enumerate((*LOG_NORMAL, *PLAIN))}
    found = found.sort_values(
        "statistic", key=lambda column: column.map(order), kind="stable", ignore_index=True
    )
    return pa.Table.from_pandas(found, schema=TABLE.schema(), preserve_index=False)


def _slopes(frame: pd.DataFrame, phases: pd.DataFrame) -> np.ndarray:
    """V′(q*) of each row's recipe; NaN where its phase is not known, or it has none.

    The fixed point is that of layers that replace their input: a residual stream grows in any case.
    """
    point = ["activation", "initializer", "sigma_w2"]
    known = phases.drop_duplicates(point)[[*point, "length_slope"]]
    slopes = frame[point].merge(known, on=point, how="left").length_slope.to_numpy()
    return np.where(frame.architecture == "resmlp", np.nan, slopes)


def _compared(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """The rows of one statistic that theory predicts."""
    if f"{name}_theory" not in frame or f"{name}_mean" not in frame:
        return pd.DataFrame()
    rows = frame[frame[f"{name}_theory"].notna() & frame[f"{name}_mean"].notna()]
    estimate = _of_mean if name in LOG_NORMAL else _plain
    measured, predicted, error = estimate(rows, name)
    error = np.hypot(error, ROUNDING)
    with np.errstate(invalid="ignore"):
        difference = measured - predicted
        z = difference / error
    n = rows[f"{name}_n_finite"]
    shifted = predicted + rows[f"{name}_theory_shift"]
    lost = ~np.isfinite(difference) | (n < rows.n_seeds)
    room = half_width(error, n) + rows[f"{name}_theory_order"] ** 2 * _scale(rows, name)
    found = (lost, np.abs(measured - shifted) - room, rows[f"{name}_theory_order"])
    same = (measured == predicted) | (np.abs(z) <= half_width(np.ones(len(rows)), n))
    agrees = same & ((n == rows.n_seeds) | (measured == predicted))
    return rows[list(CELL_KEYS)].assign(
        layer=rows.layer,
        statistic=f"ln mean {name}" if name in LOG_NORMAL else name,
        measured=measured,
        predicted=predicted,
        predicted_at_width=shifted,
        standard_error=error,
        z=np.where(np.isfinite(z), z, np.nan),
        n_seeds=rows.n_seeds,
        agrees=agrees.astype(np.int64),
        reason=np.where(agrees, "", _reasons(rows, *found)),
    )


def _plain(rows: pd.DataFrame, name: str) -> tuple[pd.Series, ...]:
    return rows[f"{name}_mean"], rows[f"{name}_theory"], rows[f"{name}_se"]


def _of_mean(rows: pd.DataFrame, name: str) -> tuple[pd.Series, ...]:
    """Ln of the mean over networks by Cox's method, what theory expects, and the standard error."""
    n = rows[f"{name}_n_finite"]
    if name.startswith("log_"):
        centre, error, predicted = (rows[f"{name}_{part}"] for part in ("mean", "se", "theory"))
    else:
        error = rows[f"{name}_log_se"]
        with np.errstate(divide="ignore"):
            centre, predicted = np.log(rows[f"{name}_geomean"]), np.log(rows[f"{name}_theory"])
    variance = n * error**2
    # Where all networks are 0, or infinite, there is no scatter: the value itself is compared.
    shift = np.where(np.isfinite(centre), variance / 2, 0.0)
    return centre + shift, predicted, np.sqrt(error**2 + variance**2 / (2 * (n - 1)))


def _scale(rows: pd.DataFrame, name: str) -> pd.Series | float:
    """What an error of second order is relative to: logarithms and correlations have none."""
    if name != "activation_mean":
        return 1.0
    return np.sqrt(rows.activation_variance_theory + rows.activation_mean_theory**2)


def _reasons(
    rows: pd.DataFrame, lost: pd.Series, beyond: pd.Series, order: pd.Series
) -> np.ndarray:
    """Why measurement and theory are likely to differ: the first reason that holds.

    `beyond` is by how much finite width fails to explain the difference.
    """
    reasons = {
        "not_finite": lost,
        "unstable": rows.length_slope > UNSTABLE,
        "too_narrow": order >= FIRST_ORDER,
        "finite_width": beyond <= 0,
        "unknown": beyond.isna(),
    }
    return np.select(
        list(reasons.values()), [REASONS[name] for name in reasons], REASONS["unexplained"]
    )


AGREEMENT = Reducer(name="agreement", needs=("layers", "phases"), table=TABLE, reduce=reduce)

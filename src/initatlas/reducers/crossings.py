"""Which σ_w² keeps signals, or gradients, at their size? Where a sweep's rate crosses zero."""

import numpy as np
import pandas as pd
import pyarrow as pa

from initatlas.confidence import half_width
from initatlas.reducers.base import Reducer
from initatlas.tables.columns import CELL
from initatlas.tables.reduced import CROSSINGS as TABLE

DIRECTIONS = ("forward", "backward")
KEYS = [*(field.name for field in CELL), "sigma_b2"]


def reduce(rates: pa.Table) -> pa.Table:
    """One row per sweep and direction; cells that are no sweep have none."""
    rows = [
        dict(zip(KEYS, keys, strict=True))
        | {"direction": direction}
        | crossing(sweep.sort_values("sigma_w2"), f"{direction}_rate")
        for keys, sweep in rates.to_pandas().groupby(KEYS, dropna=False, sort=False)
        if sweep.sigma_w2.nunique() > 1
        for direction in DIRECTIONS
    ]
    return pa.Table.from_pylist(rows, schema=TABLE.schema())


def crossing(sweep: pd.DataFrame, rate: str) -> dict[str, object]:
    """The first zero of a rate along a sweep, by interpolation in ln σ_w², and its interval.

    Between two neighbours the rate is taken as linear in ln σ_w², which is exact for activations
    that are scale-free. The interval is that of the rate at the zero plus the error of the
    interpolation, h² |f″| / 8 with f″ from the neighbouring slopes, divided by the slope.
    """
    usable = sweep[np.isfinite(sweep[f"{rate}_mean"]) & (sweep.sigma_w2 > 0)]
    x, y = np.log(usable.sigma_w2.to_numpy()), usable[f"{rate}_mean"].to_numpy()
    left = np.flatnonzero((y[:-1] == 0) | (y[:-1] * y[1:] < 0))
    found = {
        "sigma_w2": np.nan,
        "low": np.nan,
        "high": np.nan,
        "n_crossings": len(left),
        "swept_from": sweep.sigma_w2.min(),
        "swept_to": sweep.sigma_w2.max(),
        "n_seeds": int(sweep.n_seeds.min()),
    }
    if not len(left):
        return found
    k = left[0]
    slope = (y[k + 1] - y[k]) / (x[k + 1] - x[k])
    zero = x[k] - y[k] / slope
    width = half_width(usable[f"{rate}_se"], usable[f"{rate}_n_finite"])
    near = slice(max(0, k - 1), k + 3)
    bend = (x[k + 1] - x[k]) ** 2 * _curvature(x[near], y[near]) / 8
    reach = (np.interp(zero, x, width) + bend) / abs(slope)
    interval = {"low": np.exp(zero - reach), "high": np.exp(zero + reach)}
    return found | {"sigma_w2": np.exp(zero)} | interval


def _curvature(x: np.ndarray, y: np.ndarray) -> float:
    """The largest second derivative that neighbouring slopes tell; 0 where there are but two."""
    middles, slopes = (x[1:] + x[:-1]) / 2, np.diff(y) / np.diff(x)
    return float(np.abs(np.diff(slopes) / np.diff(middles)).max(initial=0.0))


CROSSINGS = Reducer(name="crossings", needs=("rates",), table=TABLE, reduce=reduce)

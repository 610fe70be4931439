"""Where do sweeps of σ_w² keep signal and gradient, measured and as theory expects it?

Expected are the zeros of growth per layer that theory has for the sweep's own networks: fed with
this data, of this depth; infinitely wide, or with the shift −β/2 that a finite width gives the
mean of a logarithm. What is measured is the logarithm of a mean over inputs, which scatters less
where a network tells inputs apart: its zero is to be expected between the two.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from initatlas.report.evidence import Tables, deepest

STATISTICS = {"forward": "q", "backward": "log_delta_norm2"}
SWEEP = ["activation", "initializer", "sigma_b2"]


def zeros(tables: Tables) -> pd.DataFrame:
    """One row per activation and direction, of the deepest: measured, low, high, wide, finite.

    Of an activation's sweeps, the first of those with the smallest σ_b².
    """
    found = deepest(tables["crossings"]).rename(columns={"sigma_w2": "measured"})
    found = found.sort_values("sigma_b2", kind="stable")
    found = found.drop_duplicates(["activation", "direction"])
    expected = pd.DataFrame(
        expectations(tables.get("layers", pd.DataFrame())),
        columns=[*SWEEP, "direction", "wide", "finite"],
    ).astype({"sigma_b2": float, "wide": float, "finite": float})
    return found.merge(expected, on=[*SWEEP, "direction"], how="left")


def expectations(layers: pd.DataFrame) -> Iterator[tuple]:
    """Of each of the deepest sweeps and each direction: zeros for infinite and this width."""
    if not {f"{name}_theory" for name in STATISTICS.values()} <= set(layers):
        return
    for keys, sweep in deepest(layers).groupby(SWEEP, sort=False):
        if sweep.sigma_w2.nunique() < 2:
            continue
        depth = int(sweep.depth.iloc[0])
        first, last = (sweep[sweep.layer == layer].sort_values("sigma_w2") for layer in (1, depth))
        for direction, name in STATISTICS.items():
            x = np.log(first.sigma_w2.to_numpy())
            wide = _logarithm(last, name) - _logarithm(first, name)
            beta = last[f"{name}_theory_beta"].to_numpy() - first[f"{name}_theory_beta"].to_numpy()
            yield *keys, direction, _zero(x, wide), _zero(x, wide - beta / 2)


def meets(rows: pd.DataFrame) -> pd.Series:
    """Whether the measured interval reaches what is expected."""
    ends = rows[["wide", "finite"]]
    return (rows.low <= ends.max(axis=1)) & (ends.min(axis=1) <= rows.high)


def _logarithm(rows: pd.DataFrame, name: str) -> np.ndarray:
    values = rows[f"{name}_theory"].to_numpy()
    if name.startswith("log_"):
        return values
    with np.errstate(divide="ignore"):
        return np.log(values)


def _zero(x: np.ndarray, y: np.ndarray) -> float:
    """σ_w² of the first zero, by interpolation in ln σ_w² as measured ones are; NaN without one."""
    usable = np.isfinite(x) & np.isfinite(y)
    x, y = x[usable], y[usable]
    left = np.flatnonzero((y[:-1] == 0) | (y[:-1] * y[1:] < 0))
    if not len(left):
        return np.nan
    k = left[0]
    return float(np.exp(x[k] - y[k] * (x[k + 1] - x[k]) / (y[k + 1] - y[k])))

"""How deep can networks be trained, in units of theory's depth scales? k of L < k ξ, as fitted.

Of the cells (depth, σ_w²) of the trainability map, the share of networks that trained is logistic
in ln(L/ξ), with its slope free: the boundary is not assumed to be sharp. Penalized maximum
likelihood, which unlike the least number of mistakes has one answer, and one where the boundary is
sharp. A cell whose ξ is infinite lies on no side of any boundary and is counted apart. Intervals
are by bootstrap over cells; where all or none of a resample trains, its k is ∞ or 0.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa

from initatlas.inference.resampling import interval, resamples
from initatlas.inference.threshold import threshold
from initatlas.reducers.base import Reducer
from initatlas.rng import generator
from initatlas.tables.columns import CELL_KEYS
from initatlas.tables.verdicts import FRONTIER as TABLE

TIMES = 1000
LEAST = 8  # cells with a finite scale
SCALES = ("xi_c", "xi_grad")
RUNS = ("architecture", "initializer", "activation", "optimizer", "step")


def reduce(map_best_rates: pa.Table, scores: pa.Table) -> pa.Table:
    """One row per kind of network, optimizer, checkpoint, side and depth scale."""
    best = map_best_rates.to_pandas()
    best = best[best.step > 0]  # no network has trained before it is trained
    best = best.assign(trained_share=(best.outcome == "trained").astype(float))
    cells = best.groupby([*CELL_KEYS, "optimizer", "step"], dropna=False).trained_share.mean()
    scored = scores.to_pandas()
    known = scored[scored.experiment == "trainability_map"]
    cells = cells.reset_index().merge(known[[*CELL_KEYS, "chi_1", *SCALES]], on=list(CELL_KEYS))
    found = pd.DataFrame(_rows(cells), columns=TABLE.schema().names)
    return pa.Table.from_pandas(found, schema=TABLE.schema(), preserve_index=False)


def _rows(cells: pd.DataFrame) -> Iterator[dict[str, object]]:
    for names, group in cells.groupby(list(RUNS)):
        keys = dict(zip(RUNS, names, strict=True))
        group = group.sort_values(list(CELL_KEYS))
        chi = group.chi_1
        sides = {"both": chi.notna(), "ordered": chi < 1, "chaotic": chi > 1}
        for (side, chosen), scale in product(sides.items(), SCALES):
            address = [str(group.study.iloc[0]), *map(str, names), side, scale]
            rng = generator(0, "frontier", *address)
            yield keys | {"side": side, "scale": scale} | boundary(group[chosen], scale, rng)


def boundary(cells: pd.DataFrame, scale: str, rng: np.random.Generator) -> dict[str, object]:
    """The fitted k with its interval, or the bound that the cells give."""
    xi = cells[scale].to_numpy()
    # ξ = 0 carries nothing over a layer: beyond every boundary, as ξ = ∞ is within all.
    finite = np.isfinite(xi) & (xi > 0)
    ratio = cells.depth.to_numpy()[finite] / xi[finite]
    share = cells.trained_share.to_numpy()
    unscaled = np.isinf(xi)
    counted = {
        "n_cells": int(finite.sum()),
        "trained_share": _mean(share[finite]),
        "n_without_scale": int(unscaled.sum()),
        "trained_share_without_scale": _mean(share[unscaled]),
    }
    return counted | _fitted(ratio, share[finite], rng)


def _fitted(ratio: np.ndarray, share: np.ndarray, rng: np.random.Generator) -> dict[str, object]:
    """The fit, if there is a boundary to be seen."""
    found = dict.fromkeys(("k", "low", "high", "slope", "accuracy"), np.nan)
    if len(ratio) < LEAST:
        return found | {"verdict": "few_cells"}
    if (share == 1).all():
        return found | {"low": float(ratio.max()), "high": np.inf, "verdict": "at_least"}
    if (share == 0).all():
        return found | {"low": 0.0, "high": float(ratio.min()), "verdict": "at_most"}
    x = np.log(ratio)
    x0, slope = threshold(x, share, resamples(rng, len(x), TIMES))
    if np.isnan(x0[0]):
        return found | {"verdict": "no_boundary"}
    within = x < x0[0]
    low, high = interval(np.exp(x0))
    return {
        "k": float(np.exp(x0[0])),
        "low": float(low),
        "high": float(high),
        "slope": float(slope[0]),
        "accuracy": float(np.where(within, share, 1 - share).mean()),
        "verdict": "fitted",
    }


def _mean(values: np.ndarray) -> float:
    """Mean; NaN of nothing."""
    return float(values.mean()) if len(values) else np.nan


FRONTIER = Reducer(name="frontier", needs=("map_best_rates", "scores"), table=TABLE, reduce=reduce)

"""Which initializer should a network start from, and what would theory have said?

The one whose networks have the best mean test accuracy, each at the learning rate that validation
chose. It is *decisive* if its difference to every other candidate is beyond the scatter: Welch's
interval at the level 1 − 0.05/(m − 1) among m candidates (Bonferroni over the comparisons with
the best), since the best of many is ahead of the next by chance as well.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pyarrow as pa

from initatlas.confidence import LEVEL, half_width, welch
from initatlas.reducers.base import Reducer
from initatlas.reducers.candidates import candidates
from initatlas.tables.columns import CELL_KEYS
from initatlas.tables.verdicts import RECOMMENDATION as TABLE

KEYS = ("architecture", "activation", "depth", "width")
TIE = 1e-9  # relative: scores that theory computed in two ways differ by rounding


def reduce(best_rates: pa.Table, scores: pa.Table | None) -> pa.Table:
    """One row per architecture, activation, depth and width."""
    cells = candidates(best_rates.to_pandas())
    burden = np.full(len(cells), np.nan)
    if scores is not None:
        scored = scores.to_pandas()
        known = scored[scored.experiment == "trainability"][[*CELL_KEYS, "burden_predicted"]]
        merged = cells[list(CELL_KEYS)].merge(known, on=list(CELL_KEYS), how="left")
        burden = merged.burden_predicted.to_numpy()
    found = pd.DataFrame(_rows(cells.assign(burden=burden)), columns=TABLE.schema().names)
    return pa.Table.from_pandas(found, schema=TABLE.schema(), preserve_index=False)


def _rows(cells: pd.DataFrame) -> Iterator[dict[str, object]]:
    for names, group in cells.groupby(list(KEYS)):
        order = ["score", "steps_median", "candidate"]
        group = group.sort_values(order, ascending=[False, True, True], ignore_index=True)
        yield dict(zip(KEYS, names, strict=True)) | recommended(group)


def recommended(group: pd.DataFrame) -> dict[str, object]:
    """What to use, from candidates in the order of their scores."""
    best = group.iloc[0]
    error = np.sqrt(best.variance / best.n_seeds)
    reach = float(half_width(np.array(error), np.array(best.n_seeds)))
    gap, width = differences(group)
    as_good = (gap <= width) | np.isnan(width)
    as_good[0] = True
    other = group.iloc[1] if len(group) > 1 else None
    return {
        "initializer": best.candidate,
        "runner_up": "" if other is None else other.candidate,
        "score": best.score,
        # No accuracy lies outside 0 … 1, whatever Student's t says of two networks.
        "score_low": np.maximum(best.score - reach, 0),
        "score_high": np.minimum(best.score + reach, 1),
        "runner_up_score": np.nan if other is None else other.score,
        "difference": np.nan if other is None else gap[1],
        "difference_low": np.nan if other is None else np.maximum(gap[1] - width[1], -1),
        "difference_high": np.nan if other is None else np.minimum(gap[1] + width[1], 1),
        "decisive": int(other is not None and not as_good[1:].any()),
        "as_good": ", ".join(group.candidate[as_good].iloc[1:]),
        "n_candidates": len(group),
        "optimizer": best.optimizer,
        "learning_rate": best.learning_rate,
        "steps_median": best.steps_median,
        "trained_fraction": best.trained_fraction,
        "n_seeds": best.n_seeds,
        **_foretold(group, as_good),
    }


def differences(group: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """How far each candidate is behind the first, and half the width of the interval of that.

    Welch's, for all comparisons with the first together; NaN where one has a single network.
    """
    gap = (group.score.iloc[0] - group.score).to_numpy()
    n = group.n_seeds.to_numpy(dtype=float)
    error = np.sqrt(group.variance.to_numpy() / n)
    outside = (1 - LEVEL) / max(1, len(group) - 1)
    return gap, welch((error, error[:1]), (n, n[:1]), outside)


def _foretold(group: pd.DataFrame, as_good: np.ndarray) -> dict[str, object]:
    """Theory's pick, all that it cannot tell apart, and what following it costs on average.

    Beside it what a candidate at random would: where scatter is large, most are not told apart.
    """
    burden = group.burden.to_numpy(dtype=float)
    if np.isnan(burden).all():
        numbers = ("theory_score", "theory_loss", "theory_right", "chance_loss", "chance_right")
        nothing = dict.fromkeys(numbers, np.nan)
        return {"theory_pick": ""} | nothing
    picked = burden <= np.nanmin(burden) * (1 + TIE)
    expected = group.score[picked].mean()
    return {
        "theory_pick": ", ".join(group.candidate[picked]),
        "theory_score": expected,
        "theory_loss": group.score.iloc[0] - expected,
        "theory_right": float(as_good[picked].all()),
        "chance_loss": group.score.iloc[0] - group.score.mean(),
        "chance_right": as_good.mean(),
    }


RECOMMENDATION = Reducer(
    name="recommendation", needs=("best_rates",), either=("scores",), table=TABLE, reduce=reduce
)

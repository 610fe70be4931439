"""A trainability map and its verdicts with a planted depth factor, without any network."""

import numpy as np
import pandas as pd

from initatlas import theory
from initatlas.reducers.frontier import reduce as frontier
from initatlas.reducers.leaderboard import reduce as leaderboard
from initatlas.reducers.scores import reduce as scores
from tests import trained_cells as cells

DEPTHS = (4, 8, 16, 32, 64, 128)
SIGMAS = tuple(np.linspace(1.2, 4.0, 15).round(2).tolist())
SIGMA_B2 = 0.05
THEORY = ["chi_1", "xi_q", "xi_c", "xi_grad", "q_star"]


def grid() -> pd.DataFrame:
    """Cells of tanh with theory's scales at their variances."""
    rows = pd.DataFrame(cells.grid(DEPTHS, SIGMAS, activation="tanh", sigma_b2=SIGMA_B2))
    scales = theory.depth_scales("tanh", rows.sigma_w2.to_numpy(), SIGMA_B2)
    return rows.assign(**{name: getattr(scales, name) for name in THEORY})


def curves() -> pd.DataFrame:
    """Theory's scales along a finer grid of σ_w², as a study's own table has them."""
    sigma_w2 = np.linspace(0, 4, 161)[1:]
    scales = theory.depth_scales("tanh", sigma_w2, SIGMA_B2)
    columns = {name: getattr(scales, name) for name in THEORY}
    return pd.DataFrame(
        {"activation": "tanh", "sigma_w2": sigma_w2, "sigma_b2": SIGMA_B2} | columns
    )


def mapped(k: dict[tuple[str, int], float], seeds: int = 3) -> dict[str, pd.DataFrame]:
    """All tables of a map whose networks train below k ξ_c layers, by (optimizer, step)."""
    known = grid()
    plain = known.drop(columns=THEORY)
    rows = cells.networks(plain.to_dict("records"), seeds)
    xi = cells.networks(known.to_dict("records"), seeds).xi_c
    best = pd.concat(
        [
            cells.ended(rows, (rows.depth < factor * xi).to_numpy()).assign(
                optimizer=optimizer, step=step
            )
            for (optimizer, step), factor in k.items()
        ],
        ignore_index=True,
    )
    ends = cells.best_rates(best)
    ratio = np.log(rows.depth / xi)
    start = rows.assign(gradient_growth=ratio, gradient_stability=np.exp(ratio))
    predictors = cells.predictors(start, "trainability_map")
    theory_of = cells.theory(plain.to_dict("records"), **{n: known[n] for n in THEORY})
    scored = scores(predictors, None, theory_of, None)
    return {
        "map_best_rates": ends.to_pandas(),
        "map_theory": theory_of.to_pandas(),
        "depth_scales": curves(),
        "frontier": frontier(ends, scored).to_pandas(),
        "leaderboard": leaderboard(predictors, scored, None, ends).to_pandas(),
    }

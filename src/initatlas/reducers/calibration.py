"""The score's constants. NOT YET FITTED: 6 ξ_c is Schoenholz et al.'s, the others are a nat or ten.

Replaced by what `initatlas calibrate` writes.
"""

from math import inf, nan

from initatlas.reducers.score import SCORES, Calibration, Constants, Scale

GUESSED = {"depth_ratio": 6.0, "beta": 10.0, "jacobian_variance": inf, "gradient_scatter": 10.0}
CALIBRATION = Calibration(
    study="",
    datasets=(),
    depths=(),
    tables="",
    scores={
        name: Constants(
            scales={p: Scale(value=GUESSED.get(p, 10.0), low=0.0, high=inf) for p in parts},
            log_likelihood=nan,
            null_log_likelihood=nan,
            auc=nan,
            n_cells=0,
        )
        for name, parts in SCORES.items()
    },
)

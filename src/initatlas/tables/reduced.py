"""What does a study come down to? The tables that reducers make and that figures read.

Nothing that computes imports this module, so a new reduced table reruns no computation.
"""

import pyarrow as pa

from initatlas.tables.columns import (
    CELL,
    CELL_KEYS,
    LAYER,
    LAYER_FACTS,
    N_SEEDS,
    RUN,
    STEP,
    VARIANCES,
)
from initatlas.tables.kinds import Table, column, count, number, text

LAYERS = Table(
    name="layers",
    columns=(*CELL, *VARIANCES, LAYER, *LAYER_FACTS, N_SEEDS),
    grain=(*CELL_KEYS, "layer"),
    open=True,
)
CONTRAST = Table(name="contrast", columns=LAYERS.columns, grain=LAYERS.grain, open=True)
AGREEMENT = Table(
    name="agreement",
    columns=(
        *CELL,
        *VARIANCES,
        LAYER,
        text("statistic", "what is compared: a statistic, or ln of its mean over networks"),
        number("measured", "estimate from the networks of the cell"),
        number("predicted", "what theory expects of infinitely wide networks"),
        number("predicted_at_width", "the same with what is of order 1/width; NaN where unknown"),
        number("standard_error", "of the estimate"),
        number("z", "(measured − predicted) / standard_error; NaN where either is not finite"),
        N_SEEDS,
        count("agrees", "1 where |z| is within Student's t quantile of 95 %, else 0", "1"),
        text("reason", "why they are likely to differ; empty where they agree"),
    ),
    grain=(*CELL_KEYS, "layer", "statistic"),
)
TRACES = Table(
    name="traces",
    columns=(*CELL, *VARIANCES, *RUN, STEP, LAYER, *LAYER_FACTS, N_SEEDS),
    grain=(*CELL_KEYS, "optimizer", "learning_rate", "step", "layer"),
    open=True,
)
HISTOGRAMS = Table(
    name="histograms",
    columns=(
        *CELL,
        *VARIANCES,
        *RUN,
        STEP,
        LAYER,
        text("quantity", "activation: φ(z); weight: W √fan_in"),
        N_SEEDS,
        number("low", "lower end of the first bin"),
        number("high", "upper end of the last bin"),
        column(
            "density",
            pa.list_(pa.float64()),
            "1",
            "of each of the equal bins, over the finite values; mean over the seeds that have any",
        ),
        number("below", "share of the finite values below the range; mean over seeds"),
        number("above", "share of the finite values above the range; mean over seeds"),
        count("n_not_finite", "values that are no number, over all seeds", "values"),
    ),
    grain=(*CELL_KEYS, "optimizer", "learning_rate", "step", "layer", "quantity"),
)
PHASE_PLANE = Table(
    name="phase_plane",
    columns=(
        *CELL,
        *VARIANCES,
        number("q_mean", "mean over networks of the mean square of z in the last hidden layer"),
        number("q_se", "standard error of that mean"),
        count("q_n_finite", "networks whose q is finite", "networks"),
        number("correlation_mean", "that of the prescribed pairs there; mean over networks"),
        number("correlation_se", "standard error of that mean"),
        count("correlation_n_finite", "networks whose correlation is finite", "networks"),
        N_SEEDS,
        number("q_star", "theory: what q settles at in deep networks; NaN where it has no say"),
        number("c_star", "theory: what the correlation settles at"),
        number("chi_1", "theory: χ₁, factor on squared gradients per layer there"),
        number("xi_c", "theory: depth scale of correlations ξ_c", "layers"),
        number("q_theory", "theory: q in that very layer, from the data"),
        number("correlation_theory", "theory: the pairs' correlation in that very layer"),
    ),
    grain=CELL_KEYS,
)
RATES = Table(
    name="rates",
    columns=(*CELL, *VARIANCES, N_SEEDS),
    grain=CELL_KEYS,
    open=True,
)
CONTRAST_RATES = Table(name="contrast_rates", columns=RATES.columns, grain=RATES.grain, open=True)
CROSSINGS = Table(
    name="crossings",
    columns=(
        *CELL,
        number("sigma_b2", "bias variance of a square hidden layer, σ_b²"),
        text("direction", "forward: of the signal; backward: of the gradient"),
        number("sigma_w2", "σ_w² at which the measured rate is zero; NaN where it is nowhere"),
        number("low", "lower end of the 95 % interval of sigma_w2"),
        number("high", "upper end of the 95 % interval of sigma_w2"),
        count("n_crossings", "sign changes of the rate along the sweep", "1"),
        number("swept_from", "smallest σ_w² of the sweep"),
        number("swept_to", "largest σ_w² of the sweep"),
        N_SEEDS,
    ),
    grain=(*(f.name for f in CELL), "sigma_b2", "direction"),
)
SPECTRA = Table(
    name="spectra",
    columns=(
        *CELL,
        *VARIANCES,
        N_SEEDS,
        number("low", "lower end of the first bin of ln s²", "nat"),
        number("high", "upper end of the last bin of ln s²", "nat"),
        column(
            "density",
            pa.list_(pa.float64()),
            "1/nat",
            "of ln s² in each of the equal bins, s the singular values of ∂z^L/∂z^1; with the "
            "singular_fraction at s = 0 it sums to 1; mean over networks",
        ),
        count("n_density", "networks in that mean: those whose s are all numbers", "networks"),
    ),
    grain=CELL_KEYS,
    open=True,
)
TIMINGS = Table(
    name="timings",
    columns=(
        text("rule", "stage of the workflow"),
        count("jobs", "jobs whose cost is known", "jobs"),
        number("seconds", "wall time of the jobs, added up", "s"),
        number("cpu_seconds", "CPU time of the jobs, added up", "s"),
        number("slowest_seconds", "wall time of the slowest job", "s"),
        number("peak_memory_mb", "largest resident memory of a job", "MiB"),
    ),
    grain=("rule",),
)

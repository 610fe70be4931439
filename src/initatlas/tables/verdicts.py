"""What makes a network trainable? The tables that weigh what was measured and predicted of cells.

Nothing that computes imports this module, so a new reduced table reruns no computation.
"""

from initatlas.tables.columns import CELL, CELL_KEYS, N_SEEDS, STEP, VARIANCES
from initatlas.tables.kinds import Table, count, number, text

EXPERIMENT = text("experiment", "trainability, or trainability_map; in a comparison also both")
OPTIMIZER = text("optimizer", "optimizer of the training runs")


def bounded(name: str, definition: str, unit: str = "1") -> tuple:
    """A number and the ends of its 95 % interval."""
    return (
        number(name, definition, unit),
        number(f"{name}_low", f"lower end of the 95 % interval of {name}", unit),
        number(f"{name}_high", f"upper end of the 95 % interval of {name}", unit),
    )


PARTS = (
    number("forward_stability", "measured max_l |ln q_l/q_1|; median over networks", "nat"),
    number("gradient_stability", "measured |ln ‖δ^1‖²/‖δ^L‖²|; median over networks", "nat"),
    number("gradient_scatter", "measured variance over networks of ln ‖δ^1‖²/‖δ^L‖²", "nat²"),
    number("forward_stability_theory", "the same as theory of wide networks has it", "nat"),
    number("gradient_stability_theory", "the same as theory of wide networks has it", "nat"),
    number("depth_ratio", "L/ξ_c: depth in units of the depth scale of correlations"),
    number("gradient_depth_ratio", "L/ξ_∇: depth in units of the depth scale of gradients"),
    number("beta", "β: theory's variance of ln q_L over networks of this width", "nat²"),
    number("jacobian_variance", "theory's variance of s² over its squared mean, s of ∂z^L/∂z^1"),
)
BURDENS = tuple(
    number(f"{name}_burden", f"(x/s)² or x/s, x the {name}: what it takes from ln S")
    for name in (
        "forward_stability",
        "gradient_stability",
        "depth_ratio",
        "beta",
        "jacobian_variance",
    )
)
SCORES = Table(
    name="scores",
    columns=(
        *CELL,
        *VARIANCES,
        EXPERIMENT,
        N_SEEDS,
        count("held_out", "1 where no network like it calibrated the score, else 0", "1"),
        number("score", "S = exp(−Σ burdens) of measured stability and theory's other parts"),
        number("score_predicted", "S of theory's parts alone, known before a network is drawn"),
        number("score_measured", "S of measured parts alone, where theory may have no say"),
        number("burden_predicted", "−ln score_predicted, which tells apart what S has at 0"),
        *PARTS,
        *BURDENS,
        number("q_star", "second moment of z that deep layers settle at"),
        number("chi_1", "χ₁: factor on squared gradients per layer there"),
        number("xi_q", "depth scale of lengths ξ_q", "layers"),
        number("xi_c", "depth scale of correlations ξ_c", "layers"),
        number("xi_grad", "depth scale of squared gradients ξ_∇", "layers"),
        number("log_ntk_condition_number_theory", "ln κ of theory's tangent kernel", "nat"),
        text("phase", "ordered, critical, chaotic, divergent, collapsing; empty: not known"),
        number("distance_to_critical", "|σ_w² − critical σ_w² at this σ_b²|; NaN: there is none"),
    ),
    grain=(*CELL_KEYS, "experiment"),
)
LEADERBOARD = Table(
    name="leaderboard",
    columns=(
        EXPERIMENT,
        OPTIMIZER,
        text("activation", "activation function φ, or all: of all together"),
        text("predictor", "number known at initialization"),
        text("source", "measured, theory, score, or baseline (a trivial one)"),
        text("outcome", "what it is to predict, at each network's best learning rate"),
        *bounded("spearman", "Spearman's ρ over cells; NaN: one of both is constant"),
        *bounded("kendall", "Kendall's τ_b over cells"),
        *bounded(
            "auc",
            "P(a trained cell has the larger value) + ½ P(ties); below ½: small values train. Of "
            "the outcome trained alone, else NaN",
        ),
        count("n_cells", "cells that have both", "cells"),
        count("n_excluded", "cells without the predictor or the outcome (NaN)", "cells"),
        number("rank", "place among the predictors of this outcome, by |AUC − ½| or |ρ|"),
        number(
            "p_value",
            "of ρ if there were none, for all predictors of this outcome together (Holm)",
        ),
        count("found", "1 where p_value < 0.05, else 0", "1"),
    ),
    grain=("experiment", "optimizer", "activation", "predictor", "outcome"),
)
FRONTIER = Table(
    name="frontier",
    columns=(
        text("architecture", "kind of network"),
        text("initializer", "initialization scheme whose σ_w² is swept"),
        text("activation", "activation function φ"),
        OPTIMIZER,
        STEP,
        text("side", "ordered (χ₁ < 1), chaotic (χ₁ > 1), or both: of which cells"),
        text("scale", "depth scale that depths are divided by: xi_c or xi_grad"),
        number("k", "depth at which half of the networks train, in units of the scale"),
        number("low", "lower end of the 95 % interval of k, by bootstrap over cells"),
        number("high", "upper end of the 95 % interval of k; ∞ where the grid does not show it"),
        number("slope", "how sharp: slope of the logistic in ln(depth/scale)"),
        number("accuracy", "share of networks on the right side of the boundary at k"),
        text(
            "verdict",
            "fitted; at_least: all trained, k is the lower bound low; at_most: none trained, k is "
            "below high; no_boundary: shallow ones do not train more; few_cells: too few to say",
        ),
        count("n_cells", "cells with a finite scale", "cells"),
        number("trained_share", "share of their networks that trained"),
        count("n_without_scale", "cells whose scale is infinite: no boundary at any k", "cells"),
        number("trained_share_without_scale", "share of their networks that trained"),
    ),
    grain=(
        "architecture",
        "initializer",
        "activation",
        "optimizer",
        "step",
        "side",
        "scale",
    ),
)
RECOMMENDATION = Table(
    name="recommendation",
    columns=(
        text("architecture", "kind of network"),
        text("activation", "activation function φ"),
        count("depth", "number of hidden layers L", "layers"),
        count("width", "units of each hidden layer n", "units"),
        text("initializer", "whose networks reach the best mean test accuracy"),
        text("runner_up", "the next best; empty where there is no other"),
        *bounded("score", "mean test accuracy at the validation-chosen rate; diverged: 0"),
        number("runner_up_score", "the same of the runner-up"),
        *bounded("difference", "score − runner_up_score; interval for all comparisons at once"),
        count("decisive", "1 where it is better than every other beyond the scatter, else 0", "1"),
        text("as_good", "candidates that the scatter does not tell from the best"),
        count("n_candidates", "initializers compared", "1"),
        OPTIMIZER,
        number("learning_rate", "median of its networks' best rates"),
        number("steps_median", "median steps to threshold, never counting as ∞", "updates"),
        number("trained_fraction", "share of its networks that trained"),
        N_SEEDS,
        text("theory_pick", "what theory says beforehand: of the highest predicted score"),
        number("theory_score", "mean test accuracy of its networks"),
        number("theory_loss", "score − theory_score: what following theory costs"),
        number("theory_right", "1 where no scatter tells its picks from the best; NaN: no pick"),
        number(
            "chance_loss", "score minus the mean over candidates: what choosing at random costs"
        ),
        number("chance_right", "share of candidates that scatter does not tell from the best"),
    ),
    grain=("architecture", "activation", "depth", "width"),
)

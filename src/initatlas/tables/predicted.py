"""What does theory write? Its predictions for a study's cells, and the landscape around them."""

import pyarrow as pa

from initatlas.tables.columns import CELL, CELL_KEYS, LAYER, LAYER_FACTS, VARIANCES
from initatlas.tables.kinds import Table, column, count, number, text

POINT = (
    text("activation", "activation function φ"),
    number("sigma_w2", "weight variance times fan_in, σ_w²"),
    number("sigma_b2", "bias variance, σ_b²"),
)
FIXED_POINT = (
    number("q_star", "second moment of z that deep layers settle at; 0 or ∞ where they do not"),
    number("c_star", "correlation of two inputs that deep layers settle at"),
    number("chi_1", "χ₁: factor on squared gradients per layer there"),
)
SCALES = (
    number("xi_q", "depth scale of lengths ξ_q", "layers"),
    number("xi_c", "depth scale of correlations ξ_c", "layers"),
    number("xi_grad", "depth scale of squared gradients ξ_∇", "layers"),
)

PROFILES = Table(
    name="profiles",
    columns=(*CELL, *VARIANCES, LAYER, *LAYER_FACTS),
    grain=(*CELL_KEYS, "layer"),
    open=True,
)
PHASES = Table(
    name="phases",
    columns=(
        text("activation", "activation function φ"),
        text("initializer", "initialization scheme, or a library's default"),
        number("sigma_w2", "effective weight variance times fan_in of a square layer, σ_w²"),
        number("sigma_b2", "bias variance, σ_b², in the limit of wide layers"),
        *FIXED_POINT,
        number("length_slope", "V′(q*): above 1, lengths move away from q*"),
        *SCALES,
        text("phase", "ordered, critical, chaotic, divergent or collapsing"),
        text("library", "whose default this is; empty where nobody's"),
        count("in_study", "1 where the study measures it, else 0", "1"),
        text("verdict", "what that means for a deep network, in a sentence"),
    ),
    grain=("activation", "initializer", "sigma_w2", "sigma_b2"),
)
DEPTH_SCALES = Table(
    name="depth_scales",
    columns=(*POINT, *FIXED_POINT, *SCALES),
    grain=("activation", "sigma_w2", "sigma_b2"),
)
PHASE_DIAGRAM = Table(
    name="phase_diagram",
    columns=(
        *POINT,
        number("q_star", "second moment of z that deep layers settle at"),
        number("chi_1", "χ₁: factor on squared gradients per layer there"),
        text("phase", "ordered, critical, chaotic, divergent or collapsing"),
    ),
    grain=("activation", "sigma_w2", "sigma_b2"),
)
EDGE_OF_CHAOS = Table(
    name="edge_of_chaos",
    columns=(
        *POINT,
        number("q_star", "q at which the point is critical"),
        number("length_slope", "V′(q*): lengths stay at q* where it is at most 1"),
    ),
    grain=("activation", "q_star"),
)
CORRELATION_MAP = Table(
    name="correlation_map",
    columns=(
        *POINT,
        number("c", "correlation of two inputs' pre-activations in one layer"),
        number("c_next", "C(c): their correlation in the next, lengths being at q*"),
        number("c_star", "stable fixed point of C"),
    ),
    grain=("activation", "sigma_w2", "sigma_b2", "c"),
)
JACOBIAN_DENSITY = Table(
    name="jacobian_density",
    columns=(
        *CELL,
        *VARIANCES,
        number("log_mean", "ln of the mean over points of E[s²], s those of ∂z^L/∂z^1", "nat"),
        number("relative_variance", "variance of s² over its squared mean; mean over points"),
        number("mass_at_zero", "share of s = 0; NaN where the density is not known"),
        number("mass_at_top", "share of s² = exp(log_top) exactly; NaN likewise"),
        number("log_top", "ln σ_w² of all the layers, (L − 1) ln σ_w²", "nat"),
        column(
            "log_squared",
            pa.list_(pa.float64()),
            "nat",
            "ln s², ascending; null where the density is not known (φ′ is not 0 or 1)",
        ),
        column(
            "density",
            pa.list_(pa.float64()),
            "1/nat",
            "of ln s² there; with both masses it integrates to 1; mean over points",
        ),
    ),
    grain=CELL_KEYS,
)
KERNEL_CONDITION = Table(
    name="kernel_condition",
    columns=(
        *CELL,
        *VARIANCES,
        number("log_condition_number", "ln κ of the NTK of the kernel points", "nat"),
        number("log_largest_eigenvalue", "ln λ_max of it", "nat"),
        text("phase", "ordered, critical, chaotic, divergent or collapsing"),
    ),
    grain=CELL_KEYS,
)

CELLS = (
    *CELL,
    *VARIANCES,
    number("q_star", "second moment of z that deep layers settle at; 0 or ∞ where they do not"),
    number("chi_1", "χ₁: factor on squared gradients per layer there"),
    *SCALES,
    number(
        "forward_stability", "max over hidden layers of |ln q_l − ln q_1|, from the data", "nat"
    ),
    number("gradient_stability", "|ln E‖∂C/∂z^1‖² − ln E‖∂C/∂z^L‖²|, from the data", "nat"),
    number("beta", "variance over networks of ln q_L of one input at this width, to first order"),
    number("jacobian_variance", "variance of s² over its squared mean, s those of ∂z^L/∂z^1"),
    number("log_ntk_condition_number", "ln κ of the NTK of the kernel points", "nat"),
    text("phase", "ordered, critical, chaotic, divergent or collapsing; empty where not known"),
)
TRAINABILITY_THEORY = Table(name="trainability_theory", columns=CELLS, grain=CELL_KEYS)
MAP_THEORY = Table(name="map_theory", columns=CELLS, grain=CELL_KEYS)
SETTLED = (
    *FIXED_POINT,
    number("xi_c", "depth scale of correlations ξ_c", "layers"),
)
PLANE_THEORY = Table(
    name="plane_theory",
    columns=(
        *CELL,
        *VARIANCES,
        *SETTLED,
        number("q", "mean over evaluation points of E[z²] in the last hidden layer, from the data"),
        number("correlation", "that of the prescribed pairs in the last hidden layer, likewise"),
    ),
    grain=CELL_KEYS,
)
PLANE_CURVES = Table(
    name="plane_curves",
    columns=(*POINT, *SETTLED),
    grain=("activation", "sigma_w2", "sigma_b2"),
)

PREDICTED = {
    kind.name: kind
    for kind in (
        PROFILES,
        PHASES,
        DEPTH_SCALES,
        PHASE_DIAGRAM,
        EDGE_OF_CHAOS,
        CORRELATION_MAP,
        JACOBIAN_DENSITY,
        KERNEL_CONDITION,
        TRAINABILITY_THEORY,
        MAP_THEORY,
        PLANE_THEORY,
        PLANE_CURVES,
    )
}

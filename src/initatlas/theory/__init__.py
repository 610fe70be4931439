"""What does mean-field theory predict for a network at initialization? Any φ, any (σ_w², σ_b²).

numpy float64 in and out; arguments broadcast; an activation is given by name or by its record.
"""

from initatlas.theory.criticality import (
    CriticalPoint,
    EdgeOfChaos,
    NoCriticalPointError,
    critical_point,
    critical_points,
    edge_of_chaos,
)
from initatlas.theory.depth_scales import DepthScales, depth_scale, depth_scales
from initatlas.theory.finite_width import (
    Scatter,
    backward_kappa,
    dead_probability,
    forward_kappa,
    gradient_scatter,
    length_scatter,
    relu_log_norm_step,
)
from initatlas.theory.fixed_points import (
    FixedPoint,
    correlation_fixed_point,
    fixed_point,
    fixed_points,
)
from initatlas.theory.kernels import Entries, Kernels, kernel_layers, kernels
from initatlas.theory.maps import (
    PairState,
    chi_1,
    chi_c,
    correlation_curvature,
    correlation_map,
    length_map,
    length_slope,
    pair_map,
)
from initatlas.theory.pair_scatter import correlation_scatter
from initatlas.theory.pair_shift import correlation_shift
from initatlas.theory.phases import PhaseDiagram, phase, phase_diagram, phase_of
from initatlas.theory.point_scatter import MeanScatter, mean_scatter
from initatlas.theory.positions import ConvolutionProfile, convolution_profile
from initatlas.theory.recursion import DepthProfile, Layers, depth_profile, uniform_layers
from initatlas.theory.residual import ResidualBlock, ResidualProfile, residual_profile
from initatlas.theory.spectra import (
    JacobianDensity,
    JacobianMoments,
    density_is_known,
    jacobian_density,
    jacobian_moments,
    lyapunov_exponents,
)
from initatlas.theory.training_set import (
    KernelLimit,
    KernelMatrices,
    condition_number,
    condition_number_limit,
    kernel_limit,
    kernel_matrices,
    kernel_matrices_by_depth,
    mean_predictor,
)
from initatlas.theory.wide_pairs import Pairs

__all__ = [
    "ConvolutionProfile",
    "CriticalPoint",
    "DepthProfile",
    "DepthScales",
    "EdgeOfChaos",
    "Entries",
    "FixedPoint",
    "JacobianDensity",
    "JacobianMoments",
    "KernelLimit",
    "KernelMatrices",
    "Kernels",
    "Layers",
    "MeanScatter",
    "NoCriticalPointError",
    "PairState",
    "Pairs",
    "PhaseDiagram",
    "ResidualBlock",
    "ResidualProfile",
    "Scatter",
    "backward_kappa",
    "chi_1",
    "chi_c",
    "condition_number",
    "condition_number_limit",
    "convolution_profile",
    "correlation_curvature",
    "correlation_fixed_point",
    "correlation_map",
    "correlation_scatter",
    "correlation_shift",
    "critical_point",
    "critical_points",
    "dead_probability",
    "density_is_known",
    "depth_profile",
    "depth_scale",
    "depth_scales",
    "edge_of_chaos",
    "fixed_point",
    "fixed_points",
    "forward_kappa",
    "gradient_scatter",
    "jacobian_density",
    "jacobian_moments",
    "kernel_layers",
    "kernel_limit",
    "kernel_matrices",
    "kernel_matrices_by_depth",
    "kernels",
    "length_map",
    "length_scatter",
    "length_slope",
    "lyapunov_exponents",
    "mean_predictor",
    "mean_scatter",
    "pair_map",
    "phase",
    "phase_diagram",
    "phase_of",
    "relu_log_norm_step",
    "residual_profile",
    "uniform_layers",
]

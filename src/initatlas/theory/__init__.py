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
from initatlas.theory.fixed_points import (
    FixedPoint,
    correlation_fixed_point,
    fixed_point,
    fixed_points,
)
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

__all__ = [
    "CriticalPoint",
    "DepthScales",
    "EdgeOfChaos",
    "FixedPoint",
    "NoCriticalPointError",
    "PairState",
    "chi_1",
    "chi_c",
    "correlation_curvature",
    "correlation_fixed_point",
    "correlation_map",
    "critical_point",
    "critical_points",
    "depth_scale",
    "depth_scales",
    "edge_of_chaos",
    "fixed_point",
    "fixed_points",
    "length_map",
    "length_slope",
    "pair_map",
]

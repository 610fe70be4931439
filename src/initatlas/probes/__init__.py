"""Statistics of a layer: one file each. To add one, write its file and list it here."""

from initatlas.probes.activation_mean import ACTIVATION_MEAN
from initatlas.probes.activation_variance import ACTIVATION_VARIANCE
from initatlas.probes.base import Probe, observe
from initatlas.probes.correlation import CORRELATION
from initatlas.probes.correlation_different_class import CORRELATION_DIFFERENT_CLASS
from initatlas.probes.correlation_same_class import CORRELATION_SAME_CLASS
from initatlas.probes.dead_fraction import DEAD_FRACTION
from initatlas.probes.effective_rank import EFFECTIVE_RANK
from initatlas.probes.log_delta_norm2 import LOG_DELTA_NORM2
from initatlas.probes.log_weight_gradient_norm2 import LOG_WEIGHT_GRADIENT_NORM2
from initatlas.probes.preactivation_kurtosis import PREACTIVATION_KURTOSIS
from initatlas.probes.preactivation_mean import PREACTIVATION_MEAN
from initatlas.probes.preactivation_variance import PREACTIVATION_VARIANCE
from initatlas.probes.q import Q
from initatlas.probes.saturated_fraction import SATURATED_FRACTION
from initatlas.probes.spatial_share import SPATIAL_SHARE
from initatlas.probes.weight_norm import WEIGHT_NORM

PROBES: dict[str, Probe] = {
    p.name: p
    for p in (
        PREACTIVATION_MEAN,
        PREACTIVATION_VARIANCE,
        Q,
        PREACTIVATION_KURTOSIS,
        ACTIVATION_MEAN,
        ACTIVATION_VARIANCE,
        CORRELATION,
        CORRELATION_SAME_CLASS,
        CORRELATION_DIFFERENT_CLASS,
        DEAD_FRACTION,
        SATURATED_FRACTION,
        EFFECTIVE_RANK,
        SPATIAL_SHARE,
        LOG_DELTA_NORM2,
        LOG_WEIGHT_GRADIENT_NORM2,
        WEIGHT_NORM,
    )
}

__all__ = ["PROBES", "Probe", "observe"]

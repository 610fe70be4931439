"""Delta-orthogonal kernels at the edge of chaos: how 10,000 plain convolutions were trained."""

from initatlas.distributions.delta_orthogonal import DELTA_ORTHOGONAL as DISTRIBUTION
from initatlas.initializers.base import Initializer
from initatlas.initializers.critical import variances

DELTA_ORTHOGONAL = Initializer(
    name="delta_orthogonal",
    distribution=DISTRIBUTION,
    sigma_w2=None,
    variances=variances,
    architectures=("cnn",),
    source="Xiao et al. 2018",
)

"""σ_w² = 1 / E[φ(z)²] at q = 1: every activation's own "He", by what goes forward."""

from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer


def _variances(activation: object) -> tuple[float, float]:
    """The variance that makes q = 1 a fixed point of the length map, stable or not."""
    from initatlas import theory  # it needs torch, which listing initializers must not import

    return 1 / float(theory.length_map(activation, 1.0, 1.0, 0.0)), 0.0


SECOND_MOMENT_GAIN = Initializer(
    name="second_moment_gain",
    distribution=NORMAL,
    sigma_w2=None,
    variances=_variances,
    source="He et al. 2015, eq. (7), for any activation",
)

"""σ_w² = 1 / E[φ′(z)²] at q = 1: every activation's own "He", by what comes back."""

from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer


def _variances(activation: object) -> tuple[float, float]:
    """The variance that makes χ₁ = 1 where pre-activations have second moment 1."""
    from initatlas import theory  # it needs torch, which listing initializers must not import

    return 1 / float(theory.chi_1(activation, 1.0, 1.0)), 0.0


GRADIENT_GAIN = Initializer(
    name="gradient_gain",
    distribution=NORMAL,
    sigma_w2=None,
    variances=_variances,
    source="He et al. 2015, eq. (12), for any activation",
)

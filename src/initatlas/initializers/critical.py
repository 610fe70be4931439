"""The edge of chaos of the activation at hand: χ₁ = 1 at a length that the network keeps."""

from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer

# σ_b² to try, in this order. 0.05 is what Schoenholz et al. 2017 use for tanh; GELU, SiLU and
# Mish have a stable critical point only above 0.17, 0.56 and 0.10. 0 comes last: there tanh-like
# activations reach their critical point at q* = 0 only, as 1/depth, and ReLU has its only one.
BIAS_VARIANCES = (0.05, 0.1, 0.2, 0.4, 0.8, 0.0)

HE = (2.0, 0.0)


def variances(activation: object) -> tuple[float, float]:
    """(σ_w², σ_b²) of the first stable critical point; without one, He's (2, 0).

    Softplus has no critical point at any σ_b². It tends to ReLU where q is large, and He's rule
    takes it there: q grows by a constant a layer and χ₁ → 1, nearer than any smaller σ_w² comes.
    """
    from initatlas import theory  # it needs torch, which listing initializers must not import

    for sigma_b2 in BIAS_VARIANCES:
        try:
            point = theory.critical_point(activation, sigma_b2)
        except theory.NoCriticalPointError:
            continue
        if point.stable:
            return point.sigma_w2, point.sigma_b2
    return HE


CRITICAL = Initializer(
    name="critical",
    distribution=NORMAL,
    sigma_w2=None,
    variances=variances,
    source="Poole et al. 2016; Schoenholz et al. 2017",
)

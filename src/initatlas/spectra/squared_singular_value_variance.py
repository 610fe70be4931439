"""How unevenly does the Jacobian stretch?"""

from torch import Tensor

from initatlas.spectra.base import Spectra, SpectralProbe, scaled_squares


def _measure(spectra: Spectra) -> Tensor:
    squares, _ = scaled_squares(spectra)
    variance = squares.var(dim=2, correction=0)
    return (variance / squares.mean(dim=2).square()).mean(dim=1)


SQUARED_SINGULAR_VALUE_VARIANCE = SpectralProbe(
    name="squared_singular_value_variance",
    unit="1",
    definition=(
        "variance of s² over its squared mean, over the singular values s of ∂z^L/∂z^1; mean "
        "over points"
    ),
    measure=_measure,
)

"""By how much does the Jacobian stretch on average?"""

import math

from torch import Tensor

from initatlas.spectra.base import Spectra, SpectralProbe, scaled_squares


def _measure(spectra: Spectra) -> Tensor:
    squares, log_scale = scaled_squares(spectra)
    points = log_scale.shape[1]
    return (squares.mean(dim=2).log() + log_scale).logsumexp(dim=1) - math.log(points)


LOG_MEAN_SQUARED_SINGULAR_VALUE = SpectralProbe(
    name="log_mean_squared_singular_value",
    unit="nat",
    definition=(
        "ln of the mean over points and singular values of s², s those of ∂z^L/∂z^1; "
        "mean-field theory: (L − 1) ln χ₁"
    ),
    measure=_measure,
)

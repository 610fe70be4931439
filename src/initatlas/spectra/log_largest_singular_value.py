"""By how much can a small change grow?"""

from initatlas.spectra.base import SpectralProbe

LOG_LARGEST_SINGULAR_VALUE = SpectralProbe(
    name="log_largest_singular_value",
    unit="nat",
    definition="mean over points of ln of the largest singular value of ∂z^L/∂z^1",
    measure=lambda spectra: spectra.log_singular_values[:, :, 0].mean(dim=1),
)

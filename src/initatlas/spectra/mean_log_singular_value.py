"""By how much does the Jacobian stretch a typical direction?"""

from initatlas.spectra.base import SpectralProbe

MEAN_LOG_SINGULAR_VALUE = SpectralProbe(
    name="mean_log_singular_value",
    unit="nat",
    definition=(
        "mean over points and singular values of ln s, s those of ∂z^L/∂z^1; −∞ where one is 0"
    ),
    measure=lambda spectra: spectra.log_singular_values.mean(dim=(1, 2)),
)

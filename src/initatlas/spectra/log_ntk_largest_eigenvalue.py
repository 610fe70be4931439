"""How large may a step be? In the NTK parametrisation."""

from initatlas.spectra.base import SpectralProbe

LOG_NTK_LARGEST_EIGENVALUE = SpectralProbe(
    name="log_ntk_largest_eigenvalue",
    unit="nat",
    definition=(
        "ln of the largest eigenvalue of the tangent kernel Θ of the fixed points (NTK "
        "parametrisation); gradient descent on the squared error is stable below 2/λ_max"
    ),
    measure=lambda spectra: spectra.ntk.log_largest_eigenvalue,
)

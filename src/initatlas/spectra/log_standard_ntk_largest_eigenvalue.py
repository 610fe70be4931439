"""How large may a step be? In the parametrisation that is trained."""

from initatlas.spectra.base import SpectralProbe

LOG_STANDARD_NTK_LARGEST_EIGENVALUE = SpectralProbe(
    name="log_standard_ntk_largest_eigenvalue",
    unit="nat",
    definition=(
        "ln of the largest eigenvalue of the tangent kernel Θ of the fixed points (standard "
        "parametrisation, all parameters trained); gradient descent on the squared error is "
        "stable below 2/λ_max"
    ),
    measure=lambda spectra: spectra.standard_ntk.log_largest_eigenvalue,
)

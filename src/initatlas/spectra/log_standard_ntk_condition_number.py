"""How much slower are the slowest directions learned? In the parametrisation that is trained."""

from initatlas.spectra.base import SpectralProbe

LOG_STANDARD_NTK_CONDITION_NUMBER = SpectralProbe(
    name="log_standard_ntk_condition_number",
    unit="nat",
    definition=(
        "ln κ = ln (λ_max/λ_min) of the tangent kernel Θ of the fixed points (standard "
        "parametrisation, all parameters trained); ∞ where λ_min is below what float64 "
        "resolves"
    ),
    measure=lambda spectra: spectra.standard_ntk.log_condition_number,
)

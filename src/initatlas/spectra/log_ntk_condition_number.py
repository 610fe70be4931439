"""How much slower are the slowest directions learned? In the NTK parametrisation."""

from initatlas.spectra.base import SpectralProbe

LOG_NTK_CONDITION_NUMBER = SpectralProbe(
    name="log_ntk_condition_number",
    unit="nat",
    definition=(
        "ln κ = ln (λ_max/λ_min) of the tangent kernel Θ of the fixed points (NTK "
        "parametrisation); ∞ where λ_min is below what float64 resolves"
    ),
    measure=lambda spectra: spectra.ntk.log_condition_number,
)

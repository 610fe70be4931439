"""Of how many eigenvalues of the NTK is only rounding error left?"""

from initatlas.spectra.base import SpectralProbe

NTK_UNRESOLVED_EIGENVALUES = SpectralProbe(
    name="ntk_unresolved_eigenvalues",
    unit="count",
    definition=(
        "eigenvalues below points · ε · λ_max of the tangent kernel Θ of the fixed points "
        "(NTK parametrisation), negative ones included"
    ),
    measure=lambda spectra: spectra.ntk.unresolved_eigenvalues,
)

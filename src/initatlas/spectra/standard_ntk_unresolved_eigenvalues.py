"""Of how many eigenvalues of the kernel that is trained is only rounding error left?"""

from initatlas.spectra.base import SpectralProbe

STANDARD_NTK_UNRESOLVED_EIGENVALUES = SpectralProbe(
    name="standard_ntk_unresolved_eigenvalues",
    unit="count",
    definition=(
        "eigenvalues below points · ε · λ_max of the tangent kernel Θ of the fixed points "
        "(standard parametrisation, all parameters trained), negative ones included"
    ),
    measure=lambda spectra: spectra.standard_ntk.unresolved_eigenvalues,
)

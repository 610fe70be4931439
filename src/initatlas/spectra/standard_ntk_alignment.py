"""Does the kernel that is trained tell the classes apart?"""

from initatlas.spectra.base import SpectralProbe

STANDARD_NTK_ALIGNMENT = SpectralProbe(
    name="standard_ntk_alignment",
    unit="1",
    definition=(
        "cosine between the tangent kernel Θ of the fixed points (standard parametrisation, "
        "all parameters trained) and Y Yᵀ, Y the one-hot labels (Cristianini et al. 2001)"
    ),
    measure=lambda spectra: spectra.standard_ntk.alignment(spectra.labels),
)

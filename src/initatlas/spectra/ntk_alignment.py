"""Does the NTK tell the classes apart?"""

from initatlas.spectra.base import SpectralProbe

NTK_ALIGNMENT = SpectralProbe(
    name="ntk_alignment",
    unit="1",
    definition=(
        "cosine between the tangent kernel Θ of the fixed points (NTK parametrisation) and Y "
        "Yᵀ, Y the one-hot labels (Cristianini et al. 2001)"
    ),
    measure=lambda spectra: spectra.ntk.alignment(spectra.labels),
)

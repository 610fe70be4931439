"""Statistics of a whole network: one file each. To add one, write its file and list it here."""

from initatlas.spectra.base import Spectra, SpectralProbe
from initatlas.spectra.log_largest_singular_value import LOG_LARGEST_SINGULAR_VALUE
from initatlas.spectra.log_mean_squared_singular_value import LOG_MEAN_SQUARED_SINGULAR_VALUE
from initatlas.spectra.log_ntk_condition_number import LOG_NTK_CONDITION_NUMBER
from initatlas.spectra.log_ntk_largest_eigenvalue import LOG_NTK_LARGEST_EIGENVALUE
from initatlas.spectra.log_smallest_singular_value import LOG_SMALLEST_SINGULAR_VALUE
from initatlas.spectra.log_standard_ntk_condition_number import LOG_STANDARD_NTK_CONDITION_NUMBER
from initatlas.spectra.log_standard_ntk_largest_eigenvalue import (
    LOG_STANDARD_NTK_LARGEST_EIGENVALUE,
)
from initatlas.spectra.mean_log_singular_value import MEAN_LOG_SINGULAR_VALUE
from initatlas.spectra.ntk_alignment import NTK_ALIGNMENT
from initatlas.spectra.ntk_unresolved_eigenvalues import NTK_UNRESOLVED_EIGENVALUES
from initatlas.spectra.singular_fraction import SINGULAR_FRACTION
from initatlas.spectra.squared_singular_value_variance import SQUARED_SINGULAR_VALUE_VARIANCE
from initatlas.spectra.standard_ntk_alignment import STANDARD_NTK_ALIGNMENT
from initatlas.spectra.standard_ntk_unresolved_eigenvalues import (
    STANDARD_NTK_UNRESOLVED_EIGENVALUES,
)

SPECTRA: dict[str, SpectralProbe] = {
    p.name: p
    for p in (
        LOG_MEAN_SQUARED_SINGULAR_VALUE,
        SQUARED_SINGULAR_VALUE_VARIANCE,
        MEAN_LOG_SINGULAR_VALUE,
        LOG_LARGEST_SINGULAR_VALUE,
        LOG_SMALLEST_SINGULAR_VALUE,
        SINGULAR_FRACTION,
        LOG_NTK_LARGEST_EIGENVALUE,
        LOG_NTK_CONDITION_NUMBER,
        NTK_ALIGNMENT,
        NTK_UNRESOLVED_EIGENVALUES,
        LOG_STANDARD_NTK_LARGEST_EIGENVALUE,
        LOG_STANDARD_NTK_CONDITION_NUMBER,
        STANDARD_NTK_ALIGNMENT,
        STANDARD_NTK_UNRESOLVED_EIGENVALUES,
    )
}

__all__ = ["SPECTRA", "Spectra", "SpectralProbe"]

"""By how much is the most suppressed direction that still passes suppressed?"""

import torch
from torch import Tensor

from initatlas.spectra.base import Spectra, SpectralProbe


def _measure(spectra: Spectra) -> Tensor:
    logs = spectra.log_singular_values
    smallest = logs.where(logs != -torch.inf, torch.inf).amin(dim=2)
    return smallest.where(smallest != torch.inf, -torch.inf).mean(dim=1)


LOG_SMALLEST_SINGULAR_VALUE = SpectralProbe(
    name="log_smallest_singular_value",
    unit="nat",
    definition=(
        "mean over points of ln of the smallest singular value of ∂z^L/∂z^1 that is not 0; "
        "−∞ where all are"
    ),
    measure=_measure,
)

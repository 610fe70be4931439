"""How many directions does the network not pass on at all?"""

import torch
from torch import Tensor

from initatlas.spectra.base import Spectra, SpectralProbe


def _measure(spectra: Spectra) -> Tensor:
    logs = spectra.log_singular_values
    zero = (logs == -torch.inf).double()
    return zero.where(~logs.isnan(), torch.nan).mean(dim=(1, 2))


SINGULAR_FRACTION = SpectralProbe(
    name="singular_fraction",
    unit="1",
    definition="share of the singular values of ∂z^L/∂z^1 that are 0, mean over points",
    measure=_measure,
)

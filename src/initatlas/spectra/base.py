"""What is a spectral probe? One statistic of a whole network, for every network at once."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor

from initatlas.spectra.tangent_kernel import Kernel


@dataclass(frozen=True, slots=True, kw_only=True)
class Spectra:
    """What was measured of each network.

    `log_singular_values` are ln s of ∂z^L/∂z^1 at each of some points, descending, −∞ where
    s = 0; `ntk` and `standard_ntk` are kernels of points with `labels`, in the NTK and in the
    standard parametrisation.
    """

    log_singular_values: Float[Tensor, "net place rank"]
    ntk: Kernel
    standard_ntk: Kernel
    labels: Int[Tensor, " point"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectralProbe:
    """`measure(spectra)` gives float64 (net,)."""

    name: str
    unit: str
    definition: str
    measure: Callable[[Spectra], Tensor]


def scaled_squares(
    spectra: Spectra,
) -> tuple[Float[Tensor, "net place rank"], Float[Tensor, "net place"]]:
    """s²/s_max² of each point, and ln s_max²: no square overflows. All zeros stay zeros."""
    logs = spectra.log_singular_values
    largest = logs[:, :, 0]
    reference = largest.where(largest > -torch.inf, 0)
    return (2 * (logs - reference[:, :, None])).exp(), 2 * reference

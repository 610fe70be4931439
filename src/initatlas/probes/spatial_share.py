"""Can positions of an image be told apart? The Fourier modes of what differs between two images."""

from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe


def _measure(signals: Signals) -> Tensor | None:
    """1 − (mean D)² / mean D² over the positions of each pair: Parseval, without a transform.

    Not of z itself: a layer keeps the mean power of each of its modes, whatever its kernels. It
    moves a difference to neighbouring positions, so that its profile D spreads as a random walk
    does, and mode m of it decays as (λ_m χ)^l.
    """
    pairs, positions = signals.batch.different_class, signals.grid[0] * signals.grid[1]
    if positions == 1 or not len(pairs):
        return None
    z = signals.preactivations.unflatten(2, (positions, -1))
    profile = (z[:, pairs[:, 0]] - z[:, pairs[:, 1]]).square().sum(dim=3)
    profile = profile / profile.amax(dim=2, keepdim=True)  # so that no square overflows
    constant = profile.mean(dim=2).square()
    return (1 - constant / profile.square().mean(dim=2)).mean(dim=1)


SPATIAL_SHARE = Probe(
    name="spatial_share",
    unit="1",
    definition=(
        "mean over pairs of two classes of the share of Σ_p D(p)² in non-constant Fourier modes, "
        "D(p) the squared distance of their z at position p (convolutions only; Xiao et al. 2018)"
    ),
    measure=_measure,
)

"""How long is the signal? The quantity whose map from layer to layer is V(q)."""

from initatlas.probes.base import Probe

Q = Probe(
    name="q",
    unit="1",
    definition="E[z²] over units and evaluation points (Poole et al. 2016, eq. 2)",
    measure=lambda signals: signals.mean_square,
)

"""Where are the pre-activations centred?"""

from initatlas.probes.base import Probe

PREACTIVATION_MEAN = Probe(
    name="preactivation_mean",
    unit="1",
    definition="mean of z over units and evaluation points",
    measure=lambda signals: signals.mean,
)

"""How large are the gradients of the weights?"""

import math

import torch
from torch import Tensor

from initatlas.networks.propagate import Signals
from initatlas.probes.base import Probe, log_norm2


def _measure(signals: Signals) -> Tensor | None:
    """∂C/∂W = δᵀh / points; δ is divided by h's largest entry, so that no product can overflow."""
    if signals.delta is None:
        return None
    # Not abs().amax(): a convolution's h is large, and is not copied.
    h = signals.incoming
    largest = torch.maximum(h.amax(dim=(1, 2)), -h.amin(dim=(1, 2)))
    delta = signals.delta if signals.weight_delta is None else signals.weight_delta
    divided = delta / torch.where(largest > 0, largest, 1)[:, None, None]
    gradient = divided.mT @ h
    scale = signals.log_delta_scale + largest.double().log()
    return log_norm2(gradient) + 2 * (scale - math.log(signals.delta.shape[1]))


LOG_WEIGHT_GRADIENT_NORM2 = Probe(
    name="log_weight_gradient_norm2",
    unit="ln 1",
    definition="ln ‖∂C/∂W‖², C the mean cross-entropy of the evaluation points",
    measure=_measure,
)

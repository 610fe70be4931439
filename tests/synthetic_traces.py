"""What hidden layers show while they learn, without any network: one top layer that saturates."""

from initatlas import tables
from initatlas.study import Block

TRACED = tuple(
    tables.Statistic(name=name, unit="1", definition=f"synthetic {name}").field()
    for name in ("activation_mean", "effective_rank", "saturated_fraction", "update_ratio")
)
SATURATING = ("tanh", "he_normal", 0.4)  # whose top layer saturates: (φ, initializer, end share)


def traced(block: Block, layer: int, done: float, alive: bool) -> dict[str, float | None]:
    """What hidden layers show while they learn; only bounded activations saturate."""
    if not 0 < layer <= block.depth:
        return dict.fromkeys(("activation_mean", "effective_rank", "saturated_fraction"))
    phi, initializer, share = SATURATING
    top = (block.activation, block.initializer, layer) == (phi, initializer, block.depth)
    values = {
        "activation_mean": 0.2 * done if top else 0.1,
        "effective_rank": 6.0 - 2.0 * done,
        "saturated_fraction": (share * done if top else 0.0) if block.activation == phi else None,
    }
    return {k: v if v is None or alive else float("nan") for k, v in values.items()}


def histogram(there: bool, step: int) -> list[int] | None:
    """Counts below, in twelve bins, above, and not finite."""
    if not there:
        return None
    return [1, 0, 0, 2, 8, 30, 60 + step, 55, 31, 9, 1, 0, 0, 2, 0]

"""Activation functions: one file each. To add one, write its file and list it here."""

import difflib

from initatlas.activations.base import Activation
from initatlas.activations.elu import ELU
from initatlas.activations.erf import ERF
from initatlas.activations.gelu import GELU
from initatlas.activations.hard_tanh import HARD_TANH
from initatlas.activations.leaky_relu import LEAKY_RELU
from initatlas.activations.linear import LINEAR
from initatlas.activations.mish import MISH
from initatlas.activations.relu import RELU
from initatlas.activations.selu import SELU
from initatlas.activations.sigmoid import SIGMOID
from initatlas.activations.silu import SILU
from initatlas.activations.sin import SIN
from initatlas.activations.softplus import SOFTPLUS
from initatlas.activations.softsign import SOFTSIGN
from initatlas.activations.tanh import TANH

ACTIVATIONS: dict[str, Activation] = {
    a.name: a
    for a in (
        LINEAR,
        RELU,
        LEAKY_RELU,
        ELU,
        SELU,
        GELU,
        SILU,
        MISH,
        SOFTPLUS,
        TANH,
        HARD_TANH,
        ERF,
        SIGMOID,
        SOFTSIGN,
        SIN,
    )
}


def find_activation(activation: str | Activation) -> Activation:
    """Return the record itself, or the one of that name."""
    if isinstance(activation, Activation):
        return activation
    if activation in ACTIVATIONS:
        return ACTIVATIONS[activation]
    likely = difflib.get_close_matches(activation, ACTIVATIONS, n=1)
    hint = f" Did you mean {likely[0]!r}?" if likely else ""
    known = ", ".join(sorted(ACTIVATIONS))
    raise KeyError(f"Unknown activation {activation!r}.{hint} Known: {known}.")


__all__ = ["ACTIVATIONS", "Activation", "find_activation"]

"""Normalizations: one file each. To add one, write its file and list it here."""

from initatlas.normalizations.base import Moments, Normalization
from initatlas.normalizations.batch_norm import BATCH_NORM
from initatlas.normalizations.layer_norm import LAYER_NORM

NORMALIZATIONS: dict[str, Normalization] = {n.name: n for n in (LAYER_NORM, BATCH_NORM)}

__all__ = ["NORMALIZATIONS", "Moments", "Normalization"]

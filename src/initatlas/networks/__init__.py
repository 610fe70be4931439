"""Architectures, many networks at once: one file each. To add one, write it and list it here."""

from initatlas.networks.base import Architecture, Workspace
from initatlas.networks.ensemble import Ensemble, Network, sample
from initatlas.networks.mlp import MLP

ARCHITECTURES: dict[str, Architecture] = {a.name: a for a in (MLP,)}

__all__ = ["ARCHITECTURES", "Architecture", "Ensemble", "Network", "Workspace", "sample"]

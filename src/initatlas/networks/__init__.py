"""Architectures, many networks at once: one file each. To add one, write it and list it here."""

from initatlas.networks.base import Architecture
from initatlas.networks.cnn import CNN
from initatlas.networks.ensemble import Ensemble, Network, sample
from initatlas.networks.mlp import MLP
from initatlas.networks.resmlp import RESMLP
from initatlas.networks.workspace import Workspace

ARCHITECTURES: dict[str, Architecture] = {a.name: a for a in (MLP, RESMLP, CNN)}

__all__ = ["ARCHITECTURES", "Architecture", "Ensemble", "Network", "Workspace", "sample"]

"""Optimizers: one file each. To add one, write its file and list it here."""

from initatlas.training.optimizers.adam import ADAM
from initatlas.training.optimizers.base import Optimizer, Updater
from initatlas.training.optimizers.sgd import SGD

OPTIMIZERS: dict[str, Optimizer] = {o.name: o for o in (SGD, ADAM)}

__all__ = ["OPTIMIZERS", "Optimizer", "Updater"]

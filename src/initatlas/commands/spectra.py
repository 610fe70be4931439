"""Measure Jacobians and tangent kernels of a block of networks before training."""

from argparse import Namespace

from initatlas.commands import block
from initatlas.commands.block import add_arguments
from initatlas.stages.spectra import spectra
from initatlas.tables.spectra import SPECTRA

__all__ = ["add_arguments", "run"]


def run(arguments: Namespace) -> None:
    """One row per network."""
    block.run("spectra", arguments, spectra, SPECTRA)

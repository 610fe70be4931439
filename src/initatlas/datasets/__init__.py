"""Data sets: one file each. To add one, write its file and list it here."""

from initatlas.datasets.base import Dataset, Points
from initatlas.datasets.blobs import BLOBS
from initatlas.datasets.digits import DIGITS

DATASETS: dict[str, Dataset] = {d.name: d for d in (DIGITS, BLOBS)}

__all__ = ["DATASETS", "Dataset", "Points"]

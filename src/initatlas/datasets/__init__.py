"""Data sets: one file each. To add one, write its file and list it here."""

from initatlas.datasets.base import Dataset, Points
from initatlas.datasets.blobs import BLOBS
from initatlas.datasets.digits import DIGITS
from initatlas.datasets.fashion_mnist import FASHION_MNIST
from initatlas.datasets.mnist import MNIST

DATASETS: dict[str, Dataset] = {d.name: d for d in (DIGITS, BLOBS, MNIST, FASHION_MNIST)}

__all__ = ["DATASETS", "Dataset", "Points"]

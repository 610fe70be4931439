"""Data sets: one file each. To add one, write its file and list it here."""

from initatlas.datasets.base import Dataset, Points
from initatlas.datasets.blobs import BLOBS
from initatlas.datasets.cifar10 import CIFAR10
from initatlas.datasets.digits import DIGITS
from initatlas.datasets.fashion_mnist import FASHION_MNIST
from initatlas.datasets.mnist import MNIST
from initatlas.datasets.spirals import SPIRALS
from initatlas.datasets.two_moons import TWO_MOONS

DATASETS: dict[str, Dataset] = {
    d.name: d for d in (DIGITS, BLOBS, TWO_MOONS, SPIRALS, MNIST, FASHION_MNIST, CIFAR10)
}

__all__ = ["DATASETS", "Dataset", "Points"]

"""CIFAR-10: 60,000 colour photographs of 32 × 32 pixels, ten kinds of things.

The makers' binary archive, read by numpy. torchvision's own class reads the Python version, whose
batches are pickles: loading one runs what is in it. Its utilities fetch and check this one.
"""

import tarfile
from pathlib import Path

import numpy as np

from initatlas.datasets.base import Dataset
from initatlas.datasets.downloads import Part, downloaded

ARCHIVE = "cifar-10-binary.tar.gz"
FOLDER = "cifar-10-batches-bin"
TRAIN = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST = ("test_batch.bin",)
SHAPE = (3, 32, 32)  # all red pixels, row by row; all green ones; all blue ones
RECORD = 1 + 3 * 32 * 32  # bytes: a label, then the image


def binary(*, name: str, url: str, md5: str, train: int, test: int) -> Dataset:
    """A data set in CIFAR-10's binary format, in one archive."""

    def download(folder: Path) -> Path:
        from torchvision.datasets.utils import download_url  # with torch, seconds of import

        download_url(url, folder / "archive", ARCHIVE, md5)
        return folder / "archive"

    return downloaded(
        name=name,
        md5={ARCHIVE: md5},
        sizes=(train, test),
        shape=SHAPE,
        source="Krizhevsky 2009, binary version",
        download=download,
        read=_read,
    )


def _read(folder: Path) -> tuple[Part, Part]:
    with tarfile.open(folder / ARCHIVE) as packed:
        return _part(packed, TRAIN), _part(packed, TEST)


def _part(packed: tarfile.TarFile, batches: tuple[str, ...]) -> Part:
    content = b"".join(packed.extractfile(f"{FOLDER}/{name}").read() for name in batches)
    records = np.frombuffer(content, np.uint8).reshape(-1, RECORD)
    return records[:, 1:], records[:, 0].astype(np.int64)


CIFAR10 = binary(
    name="cifar10",
    url=f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}",
    md5="c32a1d4ab5d03f1284b67883e8d87530",  # as the makers' page gives it
    train=50_000,
    test=10_000,
)

"""How do MNIST and its like arrive? Through torchvision into the cache, verified before each use.

The cache holds the archives as published, in a folder named like the data set. torchvision looks
only at the extracted files and does not check these, so they are never kept: a file that was cut
short cannot go unnoticed.
"""

import gzip
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from initatlas.datasets.base import Dataset, Options, Points
from initatlas.datasets.files import OFFLINE, DatasetError, damaged, missing, verify
from initatlas.datasets.split import stratified
from initatlas.quantities import Quantity

FEWEST = 100  # points of a part: then each of ten classes has some
PATIENCE = 60.0  # seconds without a byte; torchvision would wait for ever


def published(
    *, name: str, kind: str, md5: Mapping[str, str], train: int, test: int, source: str
) -> Dataset:
    """A data set of `torchvision.datasets.<kind>`, with `train` and `test` points."""

    def fetch(cache: Path) -> None:
        if damaged(dataset, cache) or missing(dataset, cache):
            _download(dataset, kind, cache)

    def load(options: Options, cache: Path, rng: np.random.Generator) -> Points:
        with _extracted(dataset, kind, cache) as folder:
            learned = _part(folder, kind, rng, options["train_points"], train=True)
            tested = _part(folder, kind, rng, options["test_points"], train=False)
        inputs, labels = (np.concatenate(pair) for pair in zip(learned, tested, strict=True))
        is_test = np.arange(len(labels)) >= options["train_points"]
        return Points(inputs=inputs, labels=labels, test=is_test)

    def training_points(options: Options) -> int:
        return options["train_points"]

    dataset = Dataset(
        name=name,
        load=load,
        shape=(1, 28, 28),
        options={
            "train_points": _points("training", train),
            "test_points": _points("test", test),
        },
        training_points=training_points,
        files={f"{name}/{file}": digest for file, digest in md5.items()},
        fetch=fetch,
        source=source,
    )
    return dataset


def _points(part: str, of: int) -> Quantity:
    meaning = f"the number of {part} points, every class with its share,"
    return Quantity(meaning=meaning, whole=True, low=min(FEWEST, of), high=of, default=of)


def _part(
    folder: Path, kind: str, rng: np.random.Generator, size: int, *, train: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Pixels (point, pixel) and labels of some of the points of one part."""
    images = _torchvision(kind)(folder, train=train)
    pixels, labels = images.data.numpy(), images.targets.numpy()
    chosen = stratified(rng, labels, size)
    return pixels[chosen].reshape(size, -1), labels[chosen]


def _torchvision(kind: str) -> type:
    import torchvision  # with torch, seconds of import

    return getattr(torchvision.datasets, kind)


def _download(dataset: Dataset, kind: str, cache: Path) -> None:
    """Fetch all files into a temporary folder, verify them, and move them into the cache.

    Raises:
        DatasetError: they cannot be had; data sets that need no network are named.
    """
    import http.client  # a third of the time that reading a study takes, for downloads alone

    cache = Path(cache)
    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=cache, prefix=f".{dataset.name}.") as folder:
        raw = Path(folder, kind, "raw")
        try:
            with _patience():
                _torchvision(kind)(folder, download=True)
        except (RuntimeError, OSError, http.client.HTTPException) as error:
            raise DatasetError(
                f"data set '{dataset.name}' cannot be downloaded: {' '.join(str(error).split())}. "
                f"Try again later, put its files into {cache / dataset.name} by hand, "
                f"or choose a data set that needs no network: {OFFLINE}"
            ) from error
        fetched = Path(folder, dataset.name)
        raw.rename(fetched)
        verify(dataset, Path(folder))
        (cache / dataset.name).mkdir(exist_ok=True)
        for name in dataset.files:
            Path(folder, name).replace(cache / name)


@contextmanager
def _patience() -> Iterator[None]:
    """A connection that falls silent is an error, and not a job that never ends."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


@contextmanager
def _extracted(dataset: Dataset, kind: str, cache: Path) -> Iterator[Path]:
    """A folder in which torchvision finds the extracted files, for as long as they are needed."""
    with TemporaryDirectory(dir=cache, prefix=f".{dataset.name}.") as folder:
        raw = Path(folder, kind, "raw")
        raw.mkdir(parents=True)
        for name in dataset.files:
            archive = Path(cache, name)
            with gzip.open(archive) as packed, (raw / archive.stem).open("wb") as plain:
                shutil.copyfileobj(packed, plain)
        yield Path(folder)

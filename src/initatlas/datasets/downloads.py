"""How do published data sets arrive? Through torchvision into the cache, verified before each use.

The cache holds the archives as published, in a folder named like the data set; nothing that was
unpacked is kept, so that a file that was cut short cannot go unnoticed.
"""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from initatlas.datasets.base import Dataset, Image, Options, Points
from initatlas.datasets.files import OFFLINE, DatasetError, damaged, missing, verify
from initatlas.datasets.split import stratified
from initatlas.quantities import Quantity

FEWEST = 100  # points of a part: then each of ten classes has some
PATIENCE = 60.0  # seconds without a byte; torchvision would wait for ever

Part = tuple[np.ndarray, np.ndarray]
"""Pixels (point, pixel) and labels (point,)."""


def downloaded(
    *,
    name: str,
    md5: Mapping[str, str],
    sizes: tuple[int, int],
    shape: Image,
    source: str,
    download: Callable[[Path], Path],
    read: Callable[[Path], tuple[Part, Part]],
) -> Dataset:
    """A data set of `sizes` training and test points in files that are known by their md5.

    `download(folder)` fetches all files below a folder, and says where they are; `read(folder)`
    gives the training and the test part of the files in a folder.
    """

    def fetch(cache: Path) -> None:
        if damaged(dataset, cache) or missing(dataset, cache):
            _fetch(dataset, Path(cache), download)

    def load(options: Options, cache: Path, rng: np.random.Generator) -> Points:
        counts = (options["train_points"], options["test_points"])
        parts = zip(read(Path(cache, name)), counts, strict=True)
        chosen = [_some(rng, *part, count) for part, count in parts]
        inputs, labels = (np.concatenate(pair) for pair in zip(*chosen, strict=True))
        return Points(inputs=inputs, labels=labels, test=np.arange(len(labels)) >= counts[0])

    def training_points(options: Options) -> int:
        return options["train_points"]

    dataset = Dataset(
        name=name,
        load=load,
        options={
            "train_points": _points("training", sizes[0]),
            "test_points": _points("test", sizes[1]),
        },
        training_points=training_points,
        shape=shape,
        files={f"{name}/{file}": digest for file, digest in md5.items()},
        fetch=fetch,
        source=source,
    )
    return dataset


def _points(part: str, of: int) -> Quantity:
    meaning = f"the number of {part} points, every class with its share,"
    return Quantity(meaning=meaning, whole=True, low=min(FEWEST, of), high=of, default=of)


def _some(rng: np.random.Generator, pixels: np.ndarray, labels: np.ndarray, size: int) -> Part:
    """`size` of the points, in their order."""
    chosen = stratified(rng, labels, size)
    return pixels[chosen], labels[chosen]


def _fetch(dataset: Dataset, cache: Path, download: Callable[[Path], Path]) -> None:
    """Fetch all files into a temporary folder, verify them, and move them into the cache.

    Raises:
        DatasetError: they cannot be had; data sets that need no network are named.
    """
    import http.client  # a third of the time that reading a study takes, for downloads alone

    cache.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=cache, prefix=f".{dataset.name}.") as folder:
        try:
            with _patience():
                arrived = download(Path(folder))
        except (RuntimeError, OSError, http.client.HTTPException) as error:
            raise DatasetError(
                f"data set '{dataset.name}' cannot be downloaded: {' '.join(str(error).split())}. "
                f"Try again later, put its files into {cache / dataset.name} by hand, "
                f"or choose a data set that needs no network: {OFFLINE}"
            ) from error
        arrived.rename(Path(folder, dataset.name))
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

"""How is MNIST and what has its format read? By torchvision, from archives that were verified.

torchvision looks only at the extracted files and does not check these, so they are made anew
from the archives for each use.
"""

import gzip
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from initatlas.datasets.base import Dataset
from initatlas.datasets.downloads import Part, downloaded


def published(
    *, name: str, kind: str, md5: Mapping[str, str], train: int, test: int, source: str
) -> Dataset:
    """A data set of `torchvision.datasets.<kind>`, with `train` and `test` points."""

    def download(folder: Path) -> Path:
        _torchvision(kind)(folder, download=True)
        return folder / kind / "raw"

    def read(folder: Path) -> tuple[Part, Part]:
        with _extracted(folder, kind, list(md5)) as extracted:
            return _part(extracted, kind, train=True), _part(extracted, kind, train=False)

    return downloaded(
        name=name,
        md5=md5,
        sizes=(train, test),
        shape=(1, 28, 28),
        source=source,
        download=download,
        read=read,
    )


def _part(folder: Path, kind: str, *, train: bool) -> Part:
    images = _torchvision(kind)(folder, train=train)
    return images.data.flatten(1).numpy(), images.targets.numpy()


def _torchvision(kind: str) -> type:
    import torchvision  # with torch, seconds of import

    return getattr(torchvision.datasets, kind)


@contextmanager
def _extracted(folder: Path, kind: str, names: list[str]) -> Iterator[Path]:
    """A folder in which torchvision finds the extracted files, for as long as they are needed."""
    with TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as temporary:
        raw = Path(temporary, kind, "raw")
        raw.mkdir(parents=True)
        for name in names:
            archive = folder / name
            with gzip.open(archive) as packed, (raw / archive.stem).open("wb") as plain:
                shutil.copyfileobj(packed, plain)
        yield Path(temporary)

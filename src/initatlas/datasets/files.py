"""Are downloaded files what they should be? Checked before each use, and before any job starts."""

import hashlib
from pathlib import Path

from initatlas.datasets.base import Dataset

OFFLINE = "digits, blobs, two_moons, spirals"  # the data sets that need no network


class DatasetError(RuntimeError):
    """A data set cannot be had, or is not what it should be."""


def damaged(dataset: Dataset, cache: Path) -> list[str]:
    """One sentence for every file that is there and is not as published."""
    found = []
    for name, md5 in dataset.files.items():
        path = Path(cache) / name
        if path.is_file() and not _intact(path, md5):
            found.append(
                f"{path}: is not the file that {dataset.name} consists of (cut short or altered: "
                f"{path.stat().st_size:,} bytes, md5 should be {md5}); "
                f"delete {path.parent} and run again"
            )
    return found


def missing(dataset: Dataset, cache: Path) -> list[Path]:
    """The files that are not there."""
    return [path for path in (Path(cache) / name for name in dataset.files) if not path.is_file()]


def verify(dataset: Dataset, cache: Path) -> None:
    """See that all files are there and intact.

    Raises:
        DatasetError: one is not; every such file is named.
    """
    found = damaged(dataset, cache)
    found += [
        f"{path}: is missing; delete {path.parent} and run again to download it"
        for path in missing(dataset, cache)
    ]
    if found:
        raise DatasetError("\n".join(found))


def _intact(path: Path, md5: str) -> bool:
    """By the md5 that the publishers give: against accidents, for which it is strong enough."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, _md5).hexdigest() == md5


def _md5() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)

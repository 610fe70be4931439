"""What does a study consist of? Every file with its checksum, rows, rule, key, machine, seconds."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from initatlas import tables, usage
from initatlas.output import Output

BUFFER = 2**20  # bytes read at a time


class ManifestError(RuntimeError):
    """A file of the study was not made by the code, the settings and the versions of now."""


def manifest(outputs: Iterable[Output]) -> list[dict[str, object]]:
    """One entry a file, in the order of the outputs.

    Raises:
        ManifestError: a table says of itself that it was made under another key.
    """
    entries = [entry for output in outputs for entry in _entries(output)]
    stale = [e["path"] for e in entries if e.pop("found", e["key"]) != e["key"]]
    if stale:
        raise ManifestError(
            "made by other code, settings or versions than those of now, though the workflow took "
            f"them for up to date; delete them and run again: {', '.join(stale)}"
        )
    return entries


def _entries(output: Output) -> Iterator[dict[str, object]]:
    path = Path(output.path)
    made = {"rule": output.rule, "key": output.key().digest()}
    took = usage.of(output.log()) or {}
    made |= {"host": took.get("host"), "seconds": took.get("seconds")}
    entry = file_entry(path) | made
    if path.suffix in READERS:
        rows, entry["found"] = READERS[path.suffix](path)
        entry["rows"] = rows
        yield entry
        text = path.with_suffix(".csv")
        if text.exists():
            yield file_entry(text) | made | {"rows": rows}
    else:
        yield entry


def versions(outputs: Iterable[Output]) -> dict[str, str]:
    """Versions of Python and of every library that a file of the study depends on."""
    found: dict[str, str] = {}
    for output in outputs:
        found |= output.key().versions
    return dict(sorted(found.items()))


def checksum(path: Path) -> str:
    """sha256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(BUFFER):
            digest.update(part)
    return digest.hexdigest()


def file_entry(path: Path) -> dict[str, object]:
    """What tells a file from every other: its path, checksum and size."""
    return {"path": str(path), "sha256": checksum(path), "bytes": path.stat().st_size}


def _arrow(path: Path) -> tuple[int, str]:
    """Rows, and the key that the file says it was made under."""
    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
    return table.num_rows, tables.provenance(table).get("key", "")


def _parquet(path: Path) -> tuple[int, str]:
    file = pa.parquet.ParquetFile(path)
    table = file.schema_arrow.empty_table()
    return file.metadata.num_rows, tables.provenance(table).get("key", "")


READERS = {".arrow": _arrow, ".parquet": _parquet}

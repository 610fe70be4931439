"""What does a study consist of? Every file with its checksum, rows, rule, key, machine, seconds."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from initatlas import tables, usage
from initatlas.keys import Key
from initatlas.output import Output

BUFFER = 2**20  # bytes read at a time


class ManifestError(RuntimeError):
    """A file of the study was not made by the code, the settings and the versions of now."""


def manifest(outputs: Iterable[Output]) -> dict[str, object]:
    """`rules`: what all files of a rule were made with; `outputs`: an entry a file, in their order.

    Code, settings (`job`) and versions of a file are those of its rule and those of its entry.

    Raises:
        ManifestError: a table says of itself that it was made under another key.
    """
    made = [(output, output.key()) for output in outputs]
    keys: dict[str, list[Key]] = {}
    for output, key in made:
        keys.setdefault(output.rule, []).append(key)
    rules = {rule: _in_common(found) for rule, found in keys.items()}
    entries = [entry for output, key in made for entry in _entries(output, key, rules)]
    stale = [e["path"] for e in entries if e.pop("found", e["key"]) != e["key"]]
    if stale:
        raise ManifestError(
            "made by other code, settings or versions than those of now, though the workflow took "
            f"them for up to date; delete them and run again: {', '.join(stale)}"
        )
    return {"rules": rules, "outputs": entries}


def _entries(output: Output, key: Key, rules: Mapping[str, Mapping]) -> Iterator[dict[str, object]]:
    path = Path(output.path)
    took = usage.of(output.log()) or {}
    made = {"rule": output.rule, "key": key.digest(), **_of_its_own(key, rules[output.rule])}
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


def _in_common(keys: Sequence[Key]) -> dict[str, object]:
    """What a rule's keys have in common: their code and versions, if so, and fields of the job."""
    parts = _shared([{"code": key.code, "versions": key.versions} for key in keys])
    return parts | {"job": _shared([key.job for key in keys])}


def _shared(parts: Sequence[Mapping]) -> dict[str, object]:
    first, *others = parts
    return {k: v for k, v in first.items() if all(k in o and o[k] == v for o in others)}


def _of_its_own(key: Key, common: Mapping) -> dict[str, object]:
    """What a key has that not all of its rule have."""
    parts = {"code": key.code, "versions": key.versions}
    own = {name: value for name, value in parts.items() if name not in common}
    job = {name: value for name, value in key.job.items() if name not in common["job"]}
    return own | ({"job": job} if job else {})


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

"""How does a table reach the disk and come back? Written whole or not at all, checked when read.

A table file (Arrow IPC or Parquet) carries what a reader needs to trust it: the table's name, its
number of rows, the provenance of what made it, and a seal over every byte of the file.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

from initatlas.tables import seals
from initatlas.tables.kinds import Table

PROVENANCE = b"initatlas.provenance"
ENVELOPE = b"initatlas.table"
SEAL = b"initatlas.seal"
COMPRESSED = pa.ipc.IpcWriteOptions(compression="zstd")


class TableError(ValueError):
    """A file is not the table that it should be: foreign, torn or altered."""


def content_digest(table: pa.Table) -> str:
    """sha256 of what the table holds, whatever its metadata and its division into chunks."""
    plain = table.replace_schema_metadata(None).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, plain.schema) as writer:
        writer.write_table(plain)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def write_arrow(path: Path, kind: Table, table: pa.Table, provenance: Mapping[str, object]) -> None:
    """Write an Arrow IPC file whole or not at all."""
    labelled = _labelled(kind, table, provenance)

    def write(partial: Path) -> None:
        with pa.ipc.new_file(partial, labelled.schema, options=COMPRESSED) as writer:
            writer.write_table(labelled)
        seals.seal(partial)

    write_atomically(path, write)


def write_parquet(
    path: Path, kind: Table, table: pa.Table, provenance: Mapping[str, object]
) -> None:
    """Write a Parquet file whole or not at all."""
    labelled = _labelled(kind, table, provenance)

    def write(partial: Path) -> None:
        pa.parquet.write_table(labelled, partial, compression="zstd")
        seals.seal(partial)

    write_atomically(path, write)


def _labelled(kind: Table, table: pa.Table, provenance: Mapping[str, object]) -> pa.Table:
    complaint = _mismatch(kind, table)
    if complaint:
        raise TableError(f"not a {kind.name} table: {complaint}")
    envelope = {"table": kind.name, "rows": table.num_rows}
    labels = {ENVELOPE: _json(envelope), PROVENANCE: _json(provenance), SEAL: seals.BLANK}
    # One chunk, so that equal tables make equal files however they were put together.
    return table.replace_schema_metadata(labels).combine_chunks()


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`; flush it and rename it into place."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    partial = Path(name)
    try:
        write(partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.chmod(0o644)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file whole or not at all."""
    write_atomically(path, lambda partial: partial.write_text(text, encoding="utf-8"))


def read(path: Path, kind: Table) -> pa.Table:
    """Read an Arrow or Parquet file and check that it is, whole and unaltered, a `kind` table.

    Raises:
        TableError: the file is torn, of another kind, or its content does not match its digest.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
        complaint = seals.broken(content)
        table = None if complaint else _parsed(path.suffix, content)
    except (OSError, pa.ArrowException) as error:
        raise TableError(
            f"{path}: cannot be read as a {kind.name} table ({error}); delete it and run again"
        ) from error
    complaint = complaint or _mismatch(kind, table) or _mislabelled(kind, table)
    if complaint:
        raise TableError(
            f"{path}: not a sound {kind.name} table: {complaint}; delete it and run again"
        )
    return table


def provenance(table: pa.Table) -> dict:
    """What the writer recorded about how the table came about."""
    return json.loads((table.schema.metadata or {}).get(PROVENANCE, b"{}"))


def statistics(table: pa.Table, kind: Table) -> list[pa.Field]:
    """The columns of an open table that stand behind its required ones."""
    return [table.schema.field(i) for i in range(len(kind.columns), table.num_columns)]


def _parsed(suffix: str, content: bytes) -> pa.Table:
    source = pa.BufferReader(content)
    if suffix == ".parquet":
        return pa.parquet.read_table(source, partitioning=None)
    return pa.ipc.open_file(source).read_all()


def _mismatch(kind: Table, table: pa.Table) -> str:
    found = [(f.name, _plain(f.type)) for f in table.schema]
    wanted = [(f.name, f.type) for f in kind.columns]
    for position, (name, type_) in enumerate(wanted):
        if position >= len(found) or found[position] != (name, type_):
            seen = "nothing" if position >= len(found) else "{} {}".format(*found[position])
            return f"column {position} should be {name} {type_}, found {seen}"
    if len(found) > len(wanted) and not kind.open:
        return f"unexpected column {found[len(wanted)][0]}"
    return ""


def _plain(kind: pa.DataType) -> pa.DataType:
    """A list type without the name of its items, which Parquet changes."""
    return pa.list_(kind.value_type) if pa.types.is_list(kind) else kind


def _mislabelled(kind: Table, table: pa.Table) -> str:
    envelope = json.loads((table.schema.metadata or {}).get(ENVELOPE, b"{}"))
    if envelope.get("table") != kind.name:
        return f"its envelope says {envelope.get('table')!r}"
    if envelope.get("rows") != table.num_rows:
        return f"{envelope.get('rows')} rows were written, {table.num_rows} found"
    return ""


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()

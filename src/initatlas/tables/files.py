"""How does a table reach the disk and come back? Written whole or not at all, checked when read.

A table file (Arrow IPC or Parquet) carries what a reader needs to trust it: the table's name, its
number of rows, the provenance of what made it, and a checksum: sha256 of the content in Arrow
files, a CRC of every page (the format's own) in Parquet files.
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

from initatlas.tables.kinds import Table

PROVENANCE = b"initatlas.provenance"
ENVELOPE = b"initatlas.table"
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
    """Write an Arrow IPC file whole or not at all, its content's sha256 in its envelope."""
    sealed = _seal(kind, table, provenance, sha256=content_digest(table))

    def write(partial: Path) -> None:
        with pa.ipc.new_file(partial, sealed.schema, options=COMPRESSED) as writer:
            writer.write_table(sealed)

    write_atomically(path, write)


def write_parquet(
    path: Path, kind: Table, table: pa.Table, provenance: Mapping[str, object]
) -> None:
    """Write a Parquet file whole or not at all, with a checksum on every page."""
    sealed = _seal(kind, table, provenance)

    def write(partial: Path) -> None:
        pa.parquet.write_table(sealed, partial, compression="zstd", write_page_checksum=True)

    write_atomically(path, write)


def _seal(
    kind: Table, table: pa.Table, provenance: Mapping[str, object], **checksum: str
) -> pa.Table:
    complaint = _mismatch(kind, table)
    if complaint:
        raise TableError(f"not a {kind.name} table: {complaint}")
    envelope = {"table": kind.name, "rows": table.num_rows, **checksum}
    return table.replace_schema_metadata({ENVELOPE: _json(envelope), PROVENANCE: _json(provenance)})


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
        table = _load(path)
    except (OSError, pa.ArrowException) as error:
        raise TableError(
            f"{path}: cannot be read as a {kind.name} table ({error}); delete it and run again"
        ) from error
    envelope = json.loads((table.schema.metadata or {}).get(ENVELOPE, b"{}"))
    complaint = _mismatch(kind, table) or _broken_seal(kind, table, envelope)
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


def _load(path: Path) -> pa.Table:
    if path.suffix == ".parquet":
        return pa.parquet.read_table(path, partitioning=None, page_checksum_verification=True)
    with pa.memory_map(str(path)) as source:
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


def _broken_seal(kind: Table, table: pa.Table, envelope: Mapping[str, object]) -> str:
    if envelope.get("table") != kind.name:
        return f"its envelope says {envelope.get('table')!r}"
    if envelope.get("rows") != table.num_rows:
        return f"{envelope.get('rows')} rows were written, {table.num_rows} found"
    if "sha256" in envelope and envelope["sha256"] != content_digest(table):
        return "its content does not match its checksum"
    return ""


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()

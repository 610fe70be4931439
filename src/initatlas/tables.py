"""What does each table hold? Its columns, their units, its grain; atomic writes and checked reads.

A table file (Arrow IPC or Parquet) carries what a reader needs to trust it: the table's name, its
number of rows, the provenance of what made it, and a checksum: sha256 of the content in Arrow
files, a CRC of every page (the format's own) in Parquet files.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

PROVENANCE = b"initatlas.provenance"
ENVELOPE = b"initatlas.table"
COMPRESSED = pa.ipc.IpcWriteOptions(compression="zstd")


class TableError(ValueError):
    """A file is not the table that it should be: foreign, torn or altered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """A named float64 column: what it is, and in which unit."""

    name: str
    unit: str
    definition: str

    def field(self) -> pa.Field:
        """The column, with unit and definition as field metadata."""
        return column(self.name, pa.float64(), self.unit, self.definition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A kind of table: its required columns, and the columns that tell its rows apart.

    An `open` table may hold further columns behind the required ones (its statistics); their
    units and definitions stand in the file's own field metadata.
    """

    name: str
    columns: tuple[pa.Field, ...]
    grain: tuple[str, ...]
    open: bool = False

    def schema(self, statistics: Iterable[pa.Field] = ()) -> pa.Schema:
        """The Arrow schema, with `statistics` behind the required columns."""
        return pa.schema([*self.columns, *statistics])


def column(name: str, kind: pa.DataType, unit: str, definition: str) -> pa.Field:
    """A column with its unit and definition as field metadata."""
    return pa.field(name, kind, metadata={"unit": unit, "definition": definition})


def _text(name: str, definition: str) -> pa.Field:
    return column(name, pa.string(), "name", definition)


def _count(name: str, definition: str, unit: str = "count") -> pa.Field:
    return column(name, pa.int64(), unit, definition)


def _number(name: str, definition: str, unit: str = "1") -> pa.Field:
    return column(name, pa.float64(), unit, definition)


CELL = (
    _text("study", "name of the study"),
    _text("dataset", "data set that the network saw"),
    _text("architecture", "kind of network"),
    _text("initializer", "initialization scheme"),
    _text("activation", "activation function φ"),
    _count("depth", "number of hidden layers L", "layers"),
    _count("width", "units of each hidden layer n", "units"),
)
SEED = _count("seed", "replicate number; with the rest of the address it fixes every draw", "1")
VARIANCES = (
    _number("sigma_w2", "effective weight variance times fan_in of a square hidden layer, σ_w²"),
    _number("sigma_b2", "bias variance of a square hidden layer, σ_b²"),
)
LAYER = _count("layer", "0 is the input, 1…depth the hidden layers, depth + 1 the readout", "1")
LAYER_FACTS = (
    _count("fan_in", "inputs of the layer; null for the input", "units"),
    _count("fan_out", "outputs of the layer", "units"),
    _number("layer_sigma_w2", "this layer's own weight variance times its fan_in"),
)
RUN = (
    _text("optimizer", "optimizer of the training run"),
    _number("learning_rate", "step size of the optimizer"),
)
STEP = _count("step", "optimizer updates done before the measurement", "updates")
N_SEEDS = _count("n_seeds", "networks averaged over", "networks")

_CELL_KEYS = tuple(f.name for f in (*CELL, *VARIANCES))
_NETWORK_KEYS = (*_CELL_KEYS, "seed")

INITIALIZATION = Table(
    name="initialization",
    columns=(*CELL, SEED, *VARIANCES, LAYER, *LAYER_FACTS),
    grain=(*_NETWORK_KEYS, "layer"),
    open=True,
)
TRAINING = Table(
    name="training",
    columns=(
        *CELL,
        SEED,
        *VARIANCES,
        *RUN,
        LAYER,
        *LAYER_FACTS,
        STEP,
        _number("train_loss", "cross-entropy on the training set (readout rows only)", "nat"),
        _number("train_accuracy", "accuracy on the training set (readout rows only)"),
        _number("test_loss", "cross-entropy on the test set (readout rows only)", "nat"),
        _number("test_accuracy", "accuracy on the test set (readout rows only)"),
        column(
            "batch_loss",
            pa.list_(pa.float32()),
            "nat",
            "loss of each mini-batch since the last recorded step (readout rows only)",
        ),
        column(
            "batch_accuracy",
            pa.list_(pa.float32()),
            "1",
            "accuracy of each mini-batch since the last recorded step (readout rows only)",
        ),
        column(
            "activation_histogram",
            pa.list_(pa.int32()),
            "count",
            "activations below, in each bin of, and above the range in the provenance; not finite",
        ),
        column(
            "weight_histogram",
            pa.list_(pa.int32()),
            "count",
            "weights times √fan_in: below, in each bin, above the range; not finite",
        ),
    ),
    grain=(*_NETWORK_KEYS, "optimizer", "learning_rate", "step", "layer"),
    open=True,
)
DATASET = Table(
    name="dataset",
    columns=(
        _text("split", "train or test"),
        _count("label", "class number", "1"),
        column("inputs", pa.list_(pa.float32()), "1", "standardized inputs of one point"),
    ),
    grain=(),
)

LAYERS = Table(
    name="layers",
    columns=(*CELL, *VARIANCES, LAYER, *LAYER_FACTS, N_SEEDS),
    grain=(*_CELL_KEYS, "layer"),
    open=True,
)
TRACES = Table(
    name="traces",
    columns=(*CELL, *VARIANCES, *RUN, STEP, LAYER, *LAYER_FACTS, N_SEEDS),
    grain=(*_CELL_KEYS, "optimizer", "learning_rate", "step", "layer"),
    open=True,
)
OUTCOMES = Table(
    name="outcomes",
    columns=(
        *CELL,
        SEED,
        *VARIANCES,
        *RUN,
        _text("outcome", "trained, stalled or diverged"),
        _number("steps_to_threshold", "first step at the threshold; NaN if never", "updates"),
        _number("diverged_step", "step at which the loss was not finite; NaN if never", "updates"),
        _number("final_train_loss", "cross-entropy on the training set at the end", "nat"),
        _number("final_train_accuracy", "accuracy on the training set at the end"),
        _number("final_test_accuracy", "accuracy on the test set at the end"),
        _number("generalization_gap", "final train minus final test accuracy"),
    ),
    grain=(*_NETWORK_KEYS, "optimizer", "learning_rate"),
)


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

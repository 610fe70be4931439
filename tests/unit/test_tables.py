"""Claims about table files: whole or not there, and refused when a single bit is off."""

import json
import math
import os
import random
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from initatlas import tables
from initatlas.tables import (
    Statistic,
    Table,
    TableError,
    column,
    read,
    write_arrow,
    write_parquet,
)
from initatlas.tables.kinds import count, number, text

TOY = Table(
    name="toy",
    columns=(
        text("name", "what it is called"),
        count("seed", "replicate"),
        number("q", "second moment"),
        column("counts", pa.list_(pa.int32()), "count", "in each bin"),
    ),
    grain=("name", "seed"),
    open=True,
)
CLOSED = Table(name="closed", columns=TOY.columns, grain=TOY.grain)
KAPPA = Statistic(name="kappa", unit="1", definition="excess kurtosis")
WRITERS = {".arrow": write_arrow, ".parquet": write_parquet}
PROVENANCE = {"job": {"sigma_w2": [0.1, 2.0]}, "key": "φ"}


def toy(rows: int = 20) -> pa.Table:
    """Values of every kind: NaN, infinities and −0 are values, null is none."""
    numbers = [math.nan, math.inf, -math.inf, -0.0, 1 / 3, 5e-324, None]
    lists = [[1, 2], [], None, [-(2**31), 2**31 - 1]]
    columns = [
        pa.array([f"φ{i % 3}" for i in range(rows)]),
        pa.array([2**62 + i for i in range(rows)], pa.int64()),
        pa.array([numbers[i % 7] for i in range(rows)], pa.float64()),
        pa.array([lists[i % 4] for i in range(rows)], pa.list_(pa.int32())),
        pa.array([i / 7 for i in range(rows)], pa.float64()),
    ]
    return pa.table(columns, schema=TOY.schema([KAPPA.field()]))


@pytest.fixture(params=WRITERS)
def path(request, tmp_path) -> Path:
    return tmp_path / "folder" / f"toy{request.param}"


def written(path: Path, table: pa.Table | None = None, kind: Table = TOY) -> bytes:
    """The bytes of a written table."""
    WRITERS[path.suffix](path, kind, toy() if table is None else table, PROVENANCE)
    return path.read_bytes()


def refusal(path: Path, kind: Table = TOY) -> str:
    with pytest.raises(TableError) as caught:
        read(path, kind)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    assert said.endswith("; delete it and run again")
    return said


def bits(table: pa.Table) -> list[list]:
    """Values such that NaN equals NaN and −0 differs from 0."""
    return [[repr(value) for value in column.to_pylist()] for column in table.columns]


def test_what_is_read_is_what_was_written(path):
    written(path)
    table = read(path, TOY)
    assert bits(table) == bits(toy())
    assert table["q"].null_count == toy()["q"].null_count == 2
    assert tables.provenance(table) == PROVENANCE
    assert [field.name for field in tables.statistics(table, TOY)] == ["kappa"]
    for field, wanted in zip(table.schema, toy().schema, strict=True):
        assert {k: field.metadata[k] for k in (b"unit", b"definition")} == wanted.metadata


def test_an_empty_table_is_a_table(path):
    written(path, toy(0))
    assert read(path, TOY).num_rows == 0


def test_others_can_read_the_files(path):
    written(path)
    if path.suffix == ".parquet":
        theirs = pa.parquet.ParquetFile(path).read()
    else:
        theirs = pa.ipc.open_file(str(path)).read_all()
    assert bits(theirs) == bits(toy())


def test_equal_tables_make_equal_files(path):
    whole = written(path)
    table = toy()
    pieces = pa.concat_tables([table.slice(0, 3), table.slice(3, 9), table.slice(12)])
    assert written(path, pieces) == whole
    code = (
        "from pathlib import Path; from tests.unit.test_tables import toy, written; "
        f"written(Path({str(path)!r}))"
    )
    root = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-c", code], cwd=root, check=True, env=os.environ | {"PYTHONHASHSEED": "1"}
    )
    assert path.read_bytes() == whole


def test_any_flipped_bit_is_noticed(path):
    good = written(path)
    rng = random.Random(0)
    for position in rng.sample(range(len(good)), 500):
        spoiled = bytearray(good)
        spoiled[position] ^= 1 << rng.randrange(8)
        path.write_bytes(spoiled)
        assert "not a sound toy table" in refusal(path)


def test_any_shortened_file_is_noticed(path):
    good = written(path)
    for size in range(0, len(good), 7):
        path.write_bytes(good[:size])
        assert "not a sound toy table" in refusal(path)
    path.write_bytes(good + b"\0")
    assert "its content does not match its checksum" in refusal(path)


def test_a_file_that_is_empty_or_missing_is_named(path):
    path.parent.mkdir()
    assert f"cannot be read as a toy table ([Errno 2] No such file or directory: '{path}')" in (
        refusal(path)
    )
    path.touch()
    assert refusal(path) == (f"{path}: not a sound toy table: it is empty; delete it and run again")


def test_a_foreign_file_is_named(path):
    path.parent.mkdir()
    table = toy()
    if path.suffix == ".parquet":
        pa.parquet.write_table(table, path)
    else:
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table)
    assert "it has no seal: it was cut short, or something else wrote it" in refusal(path)
    path.write_text("<html>")
    assert "it has no seal" in refusal(path)


def test_a_file_of_the_other_format_is_named(path):
    content = written(path)
    other = path.with_suffix(".arrow" if path.suffix == ".parquet" else ".parquet")
    other.write_bytes(content)
    assert "cannot be read as a toy table" in refusal(other)


def test_a_table_of_another_kind_is_named(path):
    other = Table(name="other", columns=TOY.columns[:2], grain=())
    written(path, toy().select(["name", "seed"]), other)
    assert "column 2 should be q double, found nothing" in refusal(path)
    written(path, toy(), Table(name="twin", columns=TOY.columns, grain=(), open=True))
    assert "its envelope says 'twin'" in refusal(path)


WRONG = {
    "order": (["seed", "name", "q", "counts"], "column 0 should be name string, found seed int64"),
    "missing": (["name", "seed", "q"], "column 3 should be counts list<item: int32>"),
    "none": ([], "column 0 should be name string, found nothing"),
}


@pytest.mark.parametrize(("names", "said"), WRONG.values(), ids=WRONG)
def test_a_table_that_is_none_of_its_kind_is_not_written(path, names, said):
    with pytest.raises(TableError) as caught:
        written(path, toy().select(names))
    assert str(caught.value).startswith(f"not a toy table: {said}")
    assert not path.exists()


def test_a_column_of_another_type_is_not_written(path):
    table = toy().set_column(2, "q", toy()["q"].cast(pa.float32()))
    with pytest.raises(TableError, match="column 2 should be q double, found q float"):
        written(path, table)


def test_only_an_open_table_has_further_columns(path):
    with pytest.raises(TableError, match="not a closed table: unexpected column kappa"):
        written(path, toy(), CLOSED)
    written(path, toy().drop_columns(["kappa"]), CLOSED)
    assert read(path, CLOSED).num_columns == 4


def test_provenance_that_json_cannot_hold_is_not_written(path):
    for value, error in ((math.nan, ValueError), ({1, 2}, TypeError), (path, TypeError)):
        with pytest.raises(error):
            WRITERS[path.suffix](path, TOY, toy(), {"key": value})
    assert not path.exists()


def test_a_text_like_a_seal_in_the_data_does_no_harm(path):
    from initatlas.tables import seals

    table = toy().set_column(0, "name", pa.array([seals.BLANK.decode()] * 20))
    written(path, table)
    assert read(path, TOY)["name"].to_pylist() == [seals.BLANK.decode()] * 20


def test_the_kinds_of_tables_have_distinct_columns_with_unit_and_definition():
    from initatlas.tables import reduced, trained

    kinds = [tables.DATASET, tables.INITIALIZATION, tables.TRAINABILITY, tables.TRAINING]
    for module in (reduced, trained):
        kinds += [kind for kind in vars(module).values() if isinstance(kind, Table)]
    assert len({kind.name for kind in kinds}) == len(kinds) > 10
    for kind in kinds:
        names = [field.name for field in kind.columns]
        assert len(set(names)) == len(names)
        assert set(kind.grain) <= set(names)
        for field in kind.columns:
            assert field.metadata[b"unit"]
            assert len(field.metadata[b"definition"]) > 3


def test_the_digest_of_a_content_ignores_metadata_and_chunks():
    table = toy()
    pieces = pa.concat_tables([table.slice(0, 7), table.slice(7)])
    digest = tables.content_digest(table)
    assert tables.content_digest(pieces) == digest
    assert tables.content_digest(table.replace_schema_metadata({"a": "b"})) == digest
    assert tables.content_digest(table.slice(1)) != digest
    assert json.dumps(digest)

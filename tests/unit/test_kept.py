"""Claims about kept results: found by all that they depend on, never torn, never in the way."""

import json
import os
from argparse import Namespace
from pathlib import Path

import pytest

from initatlas import kept, keys
from initatlas.manifest import checksum

TOOK = {"seconds": 12.5, "host": "elsewhere"}
OUTPUT = Path("results/s/block.arrow")


@pytest.fixture(autouse=True)
def _workflow(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("dataset.arrow").write_bytes(b"points")


def place(code: str = "c", dataset: str | None = "dataset.arrow", **job: object) -> Path:
    key = keys.Key(job=job, code=code, versions={"torch": "2"})
    return kept.place(Namespace(key=key, dataset=dataset and Path(dataset), output=OUTPUT))


def keep(content: bytes = b"numbers") -> Path:
    """As a job does: it writes its output anew, and keeps it."""
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    OUTPUT.unlink(missing_ok=True)
    OUTPUT.write_bytes(content)
    kept.keep(place(), OUTPUT, "key", TOOK)
    return place()


def test_the_place_depends_on_key_and_content_of_the_data_and_on_nothing_else():
    places = [place(), place(code="d"), place(depth=2), place(dataset=None)]
    Path("dataset.arrow").write_bytes(b"other points")
    places.append(place())
    Path("copy.arrow").write_bytes(b"other points")
    assert len(set(places)) == 5
    assert place(dataset="copy.arrow") == places[-1]
    assert {path.parent for path in places} == {kept.folder("s")}


def test_what_was_kept_comes_back_with_what_it_took_after_another_result_had_its_place():
    where = keep()
    OUTPUT.unlink()
    OUTPUT.write_bytes(b"other numbers")
    before = os.stat(OUTPUT).st_mtime_ns
    assert kept.take(where, OUTPUT) == TOOK
    assert OUTPUT.read_bytes() == b"numbers"
    assert os.stat(OUTPUT).st_mtime_ns >= before
    assert [path.name for path in OUTPUT.parent.iterdir()] == [OUTPUT.name]


def test_keeping_takes_no_room_and_taking_what_is_there_changes_nothing():
    where = keep()
    assert os.path.samefile(where, OUTPUT)
    assert kept.take(where, OUTPUT) == TOOK
    assert os.path.samefile(where, OUTPUT)
    assert sorted(path.suffix for path in where.parent.iterdir()) == [".arrow", ".json"]


def test_where_files_cannot_have_two_names_a_copy_is_kept(monkeypatch):
    def refuse(*_):
        raise OSError("Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    where = keep()
    assert not os.path.samefile(where, OUTPUT)
    OUTPUT.unlink()
    assert kept.take(where, OUTPUT) == TOOK
    assert OUTPUT.read_bytes() == b"numbers"


@pytest.mark.parametrize("what", ["arrow torn", "arrow lost", "json torn", "json lost"])
def test_what_is_not_as_it_was_kept_has_to_be_computed(what):
    where = keep()
    suffix, fate = what.split()
    victim = where.with_suffix(f".{suffix}")
    if fate == "lost":
        victim.unlink()
    else:
        victim.write_bytes(victim.read_bytes()[:-1])
    OUTPUT.unlink()
    assert kept.take(where, OUTPUT) is None
    assert not OUTPUT.exists()
    assert kept.take(keep(), OUTPUT) == TOOK


def test_a_result_that_cannot_be_kept_is_there_and_the_job_says_why(capsys):
    Path(".cache").write_text("in the way")
    keep()
    assert OUTPUT.read_bytes() == b"numbers"
    assert f"{OUTPUT} is not kept for later runs" in capsys.readouterr().err


def test_results_of_other_settings_are_told_from_those_of_the_present_ones():
    where = keep()
    assert list(kept.of_other_settings("s", {(str(OUTPUT), "key")})) == []
    both = [where, where.with_suffix(".json")]
    assert list(kept.of_other_settings("s", {(str(OUTPUT), "another")})) == both
    both[1].write_text("torn")
    assert list(kept.of_other_settings("s", {(str(OUTPUT), "key")})) == both
    assert list(kept.of_other_settings("none", set())) == []


def test_the_record_says_what_is_kept():
    record = json.loads(keep().with_suffix(".json").read_text())
    assert record == {
        "path": str(OUTPUT),
        "key": "key",
        "sha256": checksum(OUTPUT),
        "usage": TOOK,
    }

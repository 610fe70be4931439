"""Whatever lies among results: studies are read, other files are named with what is wrong."""

import json
import shutil

import pytest

from initatlas import index
from tests.shelf import facts, finding, number, put


def test_studies_are_read_by_the_names_of_their_folders(tmp_path):
    put(tmp_path, "b")
    put(tmp_path, "a")
    shelf = index.read(tmp_path)
    assert [study.folder for study in shelf.studies] == ["a", "b"]
    assert shelf.studies[0].facts == facts(study="a")
    assert shelf.left_out == {}


def test_files_and_folders_without_a_report_are_nobodys_business(tmp_path):
    (tmp_path / "README.md").write_text("Results")
    (tmp_path / "index.html").write_text("<html>")
    (tmp_path / "running" / "tables").mkdir(parents=True)
    assert index.read(tmp_path) == index.Shelf(studies=[], left_out={})
    assert index.read(tmp_path / "nowhere") == index.Shelf(studies=[], left_out={})


def test_a_report_from_before_there_were_facts_is_named(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "report.html").write_text("<html>")
    said = index.read(tmp_path).left_out["old"]
    assert said == "it has no report.json; run its study again"


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", "is no JSON"),
        (b'{"study": "a', "is no JSON"),
        (b"\xff\xfe{}", "is no JSON"),
        (b"[" * 100_000, "is no JSON"),
        (b'{"study": "\\ud800"}', "is no JSON"),
        (b"[]", "is not of a report: $: [] is not of type 'object'"),
        (b'{"study": "a"}', "is not of a report: $: 'format' is a required property"),
        (json.dumps(facts(format="initatlas report 9")).encode(), "$.format"),
        (json.dumps(facts(findings=[{"text": 3}])).encode(), "$.findings[0]"),
        (json.dumps(facts(config=None)).encode(), "$.config: None is not of type 'object'"),
        (json.dumps(facts(size={"cells": float("nan")})).encode(), "NaN is not a number of JSON"),
        (json.dumps(facts(summary=["x" * 9999])).encode(), "…"),
    ],
)
def test_a_broken_or_foreign_file_is_named_and_the_others_are_read(tmp_path, content, wanted):
    put(tmp_path, "sound")
    put(tmp_path, "broken").write_bytes(content)
    shelf = index.read(tmp_path)
    assert [study.folder for study in shelf.studies] == ["sound"]
    said = shelf.left_out["broken"]
    assert said.startswith("report.json is no")
    assert wanted in said
    assert said.endswith("; run its study again")
    assert len(said) < 300


def test_what_cannot_be_read_is_named(tmp_path):
    path = put(tmp_path, "a")
    path.unlink()
    path.mkdir()
    assert index.read(tmp_path).left_out == {"a": "report.json cannot be read (Is a directory)"}
    shutil.rmtree(tmp_path / "a")
    put(tmp_path, "x\udce9")
    assert index.read(tmp_path).left_out == {"x?": "its name is no UTF-8"}


def test_numbers_that_are_not_known_are_sound(tmp_path):
    put(tmp_path, "a", findings=[finding("frontier", number("k", None, 4.0, None))])
    assert len(index.read(tmp_path).studies) == 1

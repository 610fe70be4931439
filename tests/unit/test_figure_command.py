"""The command that draws a figure for a paper: what it writes, what it says is wrong."""

import json
import signal

import pytest

from initatlas import cli
from initatlas.figures.theme import CONFIG
from tests.small_study import config

CHART = {
    "config": CONFIG,
    "data": {"values": [{"a": 1}]},
    "datasets": {},
    "mark": "bar",
    "width": 300,
    "height": 100,
    "encoding": {"x": {"field": "a", "type": "quantitative"}},
}


@pytest.fixture(autouse=True)
def figures(tmp_path, monkeypatch):
    """Those of a study in the working folder: one."""
    (tmp_path / "study.yaml").write_text(json.dumps(config()))
    folder = tmp_path / "results" / "synthetic" / "figures"
    folder.mkdir(parents=True)
    (folder / "correlation.json").write_text(json.dumps(CHART))
    monkeypatch.chdir(tmp_path)
    handler = signal.getsignal(signal.SIGTERM)  # which the command line sets
    yield folder
    signal.signal(signal.SIGTERM, handler)


def figure(*options: str) -> None:
    assert cli.main(["figure", *options, "--study", "study.yaml"]) == 0


def complaint(capsys, *options: str) -> str:
    with pytest.raises(SystemExit) as ended:
        figure(*options)
    return capsys.readouterr().err if isinstance(ended.value.code, int) else ended.value.code


def test_a_pdf_beside_you_unless_you_say_otherwise(tmp_path, capsys):
    figure("correlation")
    assert (tmp_path / "correlation.pdf").read_bytes().startswith(b"%PDF")
    figure("correlation", "--to", "a/b.svg", "--width", "3in", "--font-size", "9")
    assert 'width="216' in (tmp_path / "a" / "b.svg").read_text()
    figure("correlation", "--to", "c.png")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    said, warned = capsys.readouterr()
    assert said.split() == ["correlation.pdf", "a/b.svg", "c.png"]
    assert warned == ""


def test_what_is_too_narrow_for_the_type_is_told_with_what_would_do(capsys):
    figure("correlation", "--width", "0.5in", "--font-size", "30pt")
    assert "this figure needs a width of about" in capsys.readouterr().err


def test_an_unknown_figure_is_named_with_the_likely_one(capsys):
    assert "did you mean 'correlation'?" in complaint(capsys, "korrelation")


def test_a_figure_that_the_study_has_not_is_told_with_those_that_it_has(capsys):
    assert "no figure 'contrast'; it has: correlation" in complaint(capsys, "contrast")


def test_a_study_without_results_is_told_from_one_without_the_figure(figures, capsys):
    (figures / "correlation.json").unlink()
    figures.rmdir()
    assert "compute it first" in complaint(capsys, "correlation")


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--width", "3px", "3.25in"),
        ("--width", "900in", "more than 60in"),
        ("--font-size", "0", "3.25in"),
        ("--font-size", "2in", "more than 1in"),
        ("--to", "x.jpg", ".pdf, .svg, .png"),
    ],
)
def test_what_cannot_be_is_refused(capsys, option, value, said):
    assert said in complaint(capsys, "correlation", option, value)

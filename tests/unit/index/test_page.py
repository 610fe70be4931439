"""The index as a page: sealed, escaped, the same every time, and complete without scripts."""

import pytest

from initatlas import cli, index
from initatlas.report import embedding
from tests.shelf import advice, finding, number, put
from tests.unit.report.test_page import Page

HOSTILE = "</script><img src=x onerror=alert(1)>'\""


def page(results) -> str:
    return index.page(index.read(results))


def pairs(text: str) -> dict:
    start = text.index('id="content">') + len('id="content">')
    return embedding.unpacked(text[start : text.index("<", start)])


@pytest.fixture
def results(tmp_path):
    """Three studies, of which two have something to compare."""
    put(
        tmp_path,
        "atlas",
        config={"study": "atlas", "depths": [4, 16]},
        findings=[finding("scaling", number("σ_w²", 2.0, 1.9, 2.1), text="Two.", figure="f")],
        figures=[{"name": "f", "chapter": "c", "question": "?", "title": "!"}],
        recommendation=[advice("he_normal")],
    )
    put(
        tmp_path,
        "smoke",
        config={"study": "smoke", "depths": [4, 64]},
        findings=[finding("scaling", number("σ_w²", 3.0, 2.9, 3.1), text="Three.", figure="g")],
        recommendation=[advice("lsuv")],
    )
    put(tmp_path, "tiny")
    return tmp_path


def test_studies_are_listed_with_their_size_main_finding_and_report(results):
    text = page(results)
    for name in ("atlas", "smoke", "tiny"):
        assert f'<a href="{name}/report.html">{name}</a>' in text
    assert text.count("<dt>networks</dt><dd>8</dd>") == 3
    assert "<p>Two. <a" in text


def test_the_first_two_are_compared_on_the_page_and_any_two_for_its_script(results):
    text = page(results)
    held = pairs(text)
    assert {one: sorted(others) for one, others in held.items()} == {
        "atlas": ["smoke", "tiny"],
        "smoke": ["atlas", "tiny"],
        "tiny": ["atlas", "smoke"],
    }
    assert held["atlas"]["smoke"] in text
    assert held["smoke"]["atlas"] not in text


def test_a_comparison_says_what_differs_what_moved_and_who_wins(results):
    text = pairs(page(results))["atlas"]["smoke"]
    assert (
        "1 setting differs; conclusions: 1 moved; another initializer wins in 1 of 1 case." in text
    )
    assert "<td>only here: 16</td><td>only here: 64</td>" in text
    assert "σ_w²: <b>2.00 (1.90 to 2.10)</b> → <b>3.00 (2.90 to 3.10)</b>" in text
    assert "<td>he_normal, 0.900 (0.880 to 0.920)</td><td>lsuv, 0.900" in text


def test_a_finding_leads_to_its_figure_where_its_report_has_it(results):
    text = pairs(page(results))["atlas"]["smoke"]
    assert 'href="atlas/report.html#fig-f"' in text
    assert 'href="smoke/report.html"' in text


def test_the_page_is_sealed_and_loads_nothing(results):
    read = Page(page(results))
    assert read.policy.startswith("default-src 'none'; ")
    assert "http" not in read.policy
    assert sum("type" not in a for tag, a in read.tags if tag == "script") == 2
    for tag, attributes in read.tags:
        assert "src" not in attributes
        assert tag not in {"link", "iframe", "object", "embed", "form"}


def test_all_that_a_user_can_name_is_escaped(tmp_path):
    config = {HOSTILE: HOSTILE, "list": [HOSTILE], "entries": [{HOSTILE: {HOSTILE: 1}}]}
    found = finding("a", number(HOSTILE, 1.0, 0.9, 1.1), text=HOSTILE, figure=HOSTILE)
    evil = {"study": HOSTILE, "summary": HOSTILE, "config": config, "findings": [found]}
    evil["recommendation"] = [advice(HOSTILE, activation=HOSTILE)]
    put(tmp_path, "<u>&'\"", **evil)
    moved = finding("a", number(HOSTILE, 2.0, 1.9, 2.1))
    put(tmp_path, "x", findings=[moved], recommendation=[advice("y", activation=HOSTILE)])
    put(tmp_path, "<i>").write_text(HOSTILE)
    text = page(tmp_path)
    for each in (text, *(html for others in pairs(text).values() for html in others.values())):
        for raw in ("<img", "<u>", "<i>", "alert(1)>"):
            assert raw not in each
    assert "%3Cu%3E%26%27%22/report.html" in text
    assert "&lt;img src=x" in text


def test_one_study_is_listed_without_a_comparison_and_none_is_said(tmp_path):
    put(tmp_path, "alone")
    text = page(tmp_path)
    assert 'id="comparison"' not in text
    put(tmp_path, "broken").write_text("{}")
    (tmp_path / "alone" / "report.json").write_text("{}")
    text = page(tmp_path)
    assert "No study here has a report that can be read." in text
    assert "<b>alone</b>: report.json is not of a report" in text


def test_the_same_studies_make_the_same_page(results):
    assert page(results) == page(results)


def test_the_command_writes_the_page_and_says_where(results, capsys):
    assert cli.main(["index", "--results", str(results)]) == 0
    assert capsys.readouterr().out == f"{results}/index.html\n"
    assert (results / "index.html").read_text(encoding="utf-8") == page(results)
    assert sorted(path.name for path in results.iterdir()) == [
        "atlas",
        "index.html",
        "smoke",
        "tiny",
    ]


def test_without_any_study_the_command_says_what_to_do_and_writes_nothing(tmp_path, capsys):
    assert cli.main(["index", "--results", str(tmp_path)]) == 1
    assert "run `make reproduce`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []

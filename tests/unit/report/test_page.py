"""The page: sealed, escaped, complete, the same every time."""

import base64
import hashlib
import json
import re

import pytest

from initatlas.figures import FIGURES
from initatlas.figures.theme import LIGHT
from initatlas.report import bibliography, charts, embedding, listings
from initatlas.report.chapters import CHAPTERS
from initatlas.report.page import content
from tests import synthetic
from tests.presented import Page, presented

BUDGET = 2_000_000  # bytes of a report
REFERENCES = {work.address for work in bibliography.WORKS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("study")
    text = presented(made, synthetic.config())
    (made / "report.html").write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def text(folder):
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_the_policy_allows_nothing_but_the_pages_own_scripts(page):
    assert page.policy.startswith("default-src 'none'; ")
    assert "unsafe-eval" not in page.policy
    assert "http" not in page.policy
    scripts = [s for s, (_, a) in zip(page.scripts, _scripts(page), strict=True) if "type" not in a]
    assert len(scripts) == 2
    scripts.append(_held(page)["vega"])
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
        for s in scripts
    }
    assert hashes == set(re.findall(r"'sha256-[^']+'", page.policy))


def _scripts(page):
    return [(tag, attributes) for tag, attributes in page.tags if tag == "script"]


def _held(page):
    """What the page's script unpacks."""
    (packed,) = [
        script
        for script, (_, attributes) in zip(page.scripts, _scripts(page), strict=True)
        if attributes.get("id") == "content"
    ]
    return embedding.unpacked(packed)


def test_nothing_is_loaded_from_anywhere(page):
    for tag, attributes in page.tags:
        for name in ("src", "srcset", "poster", "action", "data"):
            assert name not in attributes, tag
        if tag in {"link", "iframe", "object", "embed", "form"}:
            pytest.fail(f"<{tag}> could load something")
        if "href" in attributes:
            assert tag == "a"
            address = attributes["href"]
            assert address.startswith(("#", "tables/")) or address in REFERENCES


def test_references_are_links_to_where_they_are_found(page):
    assert {a["href"] for _, a in page.tags if a.get("class") == "doi"} == REFERENCES
    assert "https://arxiv.org/abs/1611.01232" in REFERENCES


def test_the_parts_come_in_the_order_in_which_they_are_read(page):
    order = [a["id"] for tag, a in page.tags if tag == "section" and "id" in a]
    wanted = [chapter.name for chapter in CHAPTERS if not chapter.appended]
    wanted += ["method", "provenance", "agreement", "references"]
    assert [name for name in wanted if name in order] == order
    assert {"findings", "recommendation", "signals", "gradients", "training"} <= set(order)


def test_links_to_tables_lead_to_the_files_beside_the_page(page, folder):
    links = {a["href"] for _, a in page.tags if a.get("href", "").startswith("tables/")}
    files = {f"tables/{path.name}" for path in (folder / "tables").iterdir()}
    assert files <= links
    text = {link for link in links if link.endswith(".csv")}
    assert links - text == files
    small = {f"tables/{path.stem}.csv" for path in (folder / "tables").iterdir()}
    assert text == small  # the workflow writes these beside tables of few rows


def test_a_large_table_has_no_link_to_text(monkeypatch):
    monkeypatch.setattr(listings, "CSV_ROWS", 10)
    (found,) = listings.files({"small": 9, "large": 10})
    assert ["csv" in str(row[2]) for row in found.rows] == [True, False]


def test_there_is_one_copy_of_vega_and_the_page_keeps_within_its_budget(page, text):
    assert _held(page)["vega"].count("window.vegaInterpreter") == 1
    assert "window.vegaInterpreter" not in text
    assert len(text.encode()) < BUDGET


def test_the_page_says_how_it_is_cited(text):
    assert "@software{initatlas," in text
    assert "Version 0.1.0, study “synthetic”" in text


def test_every_figure_has_its_picture_caption_and_downloads(page, text):
    for name in FIGURES:
        assert f'id="fig-{name}"' in text
    pictures = [
        attributes for tag, attributes in page.tags if tag == "div" and "aria-label" in attributes
    ]
    labels = [a for a in pictures if a.get("role") == "img"]
    assert len(labels) == len(FIGURES)
    takes = [a["data-take"] for tag, a in page.tags if tag == "button" and "data-take" in a]
    assert takes == ["csv", "svg", "png", "json"] * len(FIGURES)


def test_findings_link_to_figures_that_are_there(text):
    section = text[text.index('id="findings"') : text.index('id="recommendation"')]
    links = re.findall(r'href="#(fig-\w+)">Figure (\d+)<', section)
    assert links
    for anchor, number in links:
        assert f'id="{anchor}"' in text
        assert list(FIGURES).index(anchor.removeprefix("fig-")) + 1 == int(number)


def test_ids_are_unique(page):
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_settings_versions_digests_and_times_are_there(text):
    for said in ("2.15.0", "c0de", "train_networks", "q⁰", "prescribed correlation 0.5"):
        assert said in text
    assert "10.1109/ICCV.2015.123" in text
    assert "University of Washington" in text


def test_the_page_is_the_same_when_it_is_made_again(text, tmp_path):
    assert presented(tmp_path, synthetic.config()) == text


def test_a_study_without_training_has_a_report_without_that_chapter(tmp_path):
    found = presented(tmp_path, synthetic.config(**synthetic.UNTRAINED))
    assert 'id="training"' not in found
    assert "No network was trained in this study." in found


def test_names_of_a_users_own_are_escaped(folder):
    hostile = "</script><img src=x onerror=alert(1)>"
    read = (folder / "figures" / "correlation.json").read_text(encoding="utf-8")
    meta = json.loads(read)
    meta["usermeta"]["initatlas"]["title"] = hostile
    made = charts.chart(json.dumps(meta), "<svg></svg>")
    assert hostile not in embedding.packed(content("s", [made]))
    from initatlas.report.page import page as render
    from initatlas.study import Study
    from tests.presented import frames

    settings = synthetic.config()
    tables = frames(folder, ["rates", "crossings"])
    origin = {"measured": {hostile: 1.0}, "versions": {"x": hostile}, "code": {}, "rows": {}}
    citation = {"title": hostile, "version": "1", "authors": [{"name": hostile}]}
    found = render(Study.from_config(settings), settings, tables, [made], origin, citation)
    assert hostile not in found
    assert "&lt;img src=x" in found


def test_columns_that_figures_share_are_kept_once_and_come_back_whole():
    rows = [{"name": "a", "x": 1.5}, {"name": "b", "x": None}]
    other = [{"name": "a", "y": [1, 2]}, {"name": "b", "y": []}]
    held = embedding.columns({"one": rows, "two": other, "none": []})
    assert len(held["columns"]) == 3
    back = json.loads(json.dumps(held))
    for name, wanted in (("one", rows), ("two", other), ("none", [])):
        assert _rows(back, name) == wanted


def _rows(held, name):
    dataset = held["datasets"][name]
    columns = {}
    for field, number in dataset["fields"]:
        column = held["columns"][number]
        if isinstance(column, dict):
            column = [column["names"][code] for code in column["codes"]]
        columns[field] = column
    return [{f: columns[f][i] for f in columns} for i in range(dataset["rows"])]


def test_what_is_packed_comes_back_and_never_changes():
    value = {"ä": [1, 2.5, None, "x</script>"]}
    assert embedding.unpacked(embedding.packed(value)) == value
    assert embedding.packed(value) == embedding.packed(dict(value))
    assert re.fullmatch(r"[A-Za-z0-9+/=]+", embedding.packed(value))
    with pytest.raises(ValueError, match="JSON"):
        embedding.packed([float("nan")])


@pytest.mark.parametrize("name", FIGURES)
def test_a_picture_follows_the_theme_and_shares_no_id(folder, name):
    stem = folder / "figures" / name
    made = charts.chart(
        stem.with_suffix(".json").read_text(encoding="utf-8"),
        stem.with_suffix(".svg").read_text(encoding="utf-8"),
    )
    assert not set(re.findall(r"#[0-9a-f]{6}\b", made.picture)) & set(LIGHT.values())
    # A figure with nothing to show says so in the softer ink.
    assert re.search(r"var\(--(ink|soft)\)", made.picture)
    for found in re.findall(r'id="([^"]+)"', made.picture):
        assert found.startswith(f"{name}-")
        assert made.picture.count(f"#{found})") >= 1
    assert len(made.picture) < len(stem.with_suffix(".svg").read_text(encoding="utf-8"))


def test_choices_are_those_of_the_data(folder):
    stem = folder / "figures" / "training_curves"
    made = charts.chart(stem.with_suffix(".json").read_text(encoding="utf-8"), "<svg></svg>")
    found = {choice["signal"]: choice["options"] for choice in made.choices}
    assert found["sel_run"] == ["sgd, 0.1", "adam, 0.001"]
    assert found["sel_quantity"] == ["training accuracy", "test accuracy"]
    assert "datasets" not in made.lite
    assert all("values" not in source for source in made.vega["data"])

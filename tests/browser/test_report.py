"""The report in Chromium: it opens from disk, draws everything, answers, and asks for nothing."""

import csv
import io
import json
import xml.etree.ElementTree as ElementTree

import pytest

from initatlas.figures import FIGURES
from initatlas.figures.theme import DARK, LIGHT
from initatlas.report import embedding
from tests.browser.conftest import SCREENSHOTS, mount_all, rgb, settle, too_wide

# The synthetic study has one architecture, and too few cells to fit a factor k.
NOTHING = ("frontier_factor", "architectures")
SHOWN = [name for name in FIGURES if name not in NOTHING]


def held(path) -> dict:
    """What the page holds for its script."""
    text = path.read_text(encoding="utf-8")
    start = text.index('id="content">') + len('id="content">')
    return embedding.unpacked(text[start : text.index("<", start)])


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")], ids=str
)
def test_every_figure_is_drawn_with_marks_at_any_width(visit, report, width, scheme):
    page = visit(report, width=width, scheme=scheme)
    folder = SCREENSHOTS / f"{width}-{scheme}"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / "top.png")
    assert mount_all(page) == list(FIGURES)
    for name in FIGURES:
        figure = page.locator(f"#fig-{name}")
        assert figure.get_attribute("data-state") == "ready"
        kinds = ("line", "rect", "area", "symbol")
        marks = ", ".join(f"[class*='mark-{kind}'] path" for kind in kinds)
        live = figure.locator(".live")
        if name in NOTHING:
            assert "no networks that answer" in live.inner_text()
        else:
            assert live.locator(marks).count() > 0
        assert not figure.locator(".static").is_visible()
        figure.screenshot(path=folder / f"{name}.png")
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == rgb((DARK if scheme == "dark" else LIGHT)["paper"])


def test_charts_fit_their_places_at_every_width(visit, report):
    """Panels are laid out anew when the window changes."""
    page = visit(report)
    mount_all(page)
    for width in (1280, 700, 600, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        assert too_wide(page) == []


def test_charts_of_a_page_that_is_hidden_for_a_while_are_as_they_were(visit, report):
    page = visit(report)
    mount_all(page)
    chart = page.locator("#fig-activation_variance .live svg")
    before = chart.get_attribute("viewBox")
    for display in ("none", ""):
        page.evaluate("display => { document.body.style.display = display; }", display)
        settle(page)
    assert chart.get_attribute("viewBox") == before
    assert too_wide(page) == []


def test_panels_beside_long_names_stand_alone_on_a_phone(visit, report):
    page = visit(report, width=390)
    mount_all(page)
    frames = page.locator("#fig-predictor_leaderboard .live .cell > g > .background")
    boxes = [frame.bounding_box() for frame in frames.all()]
    assert len(boxes) > 1
    assert len({box["x"] for box in boxes}) == 1
    assert min(box["width"] for box in boxes) > 390 / 3


def taken(page, name: str, form: str) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.locator(f"#fig-{name} [data-take={form}]").click()
    return download.value.suggested_filename, download.value.path().read_bytes()


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_taken_away_is_whole(visit, report, name):
    page = visit(report)
    mount_all(page)
    dataset = held(report)["data"]["datasets"][name]
    filename, content = taken(page, name, "csv")
    assert filename == f"synthetic-{name}.csv"
    lines = list(csv.reader(io.StringIO(content.decode())))
    assert lines[0] == [field for field, _ in dataset["fields"]]
    assert len(lines) == dataset["rows"] + 1
    spec = json.loads(taken(page, name, "json")[1])
    assert len(spec["datasets"][name]) == dataset["rows"]
    assert spec["$schema"].endswith("vega-lite/v6.4.1.json")
    picture = taken(page, name, "svg")[1].decode()
    assert "var(" not in picture
    assert ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
    image = taken(page, name, "png")[1]
    assert image.startswith(b"\x89PNG")
    width = page.locator(f"#fig-{name} .live svg").evaluate("s => s.getBoundingClientRect().width")
    assert int.from_bytes(image[16:20], "big") == pytest.approx(2 * width, abs=4)


def test_numbers_behind_a_figure_can_be_read_and_tables_sorted(visit, report):
    page = visit(report)
    mount_all(page)
    figure = page.locator("#fig-correlation")
    figure.locator("summary").click()
    figure.locator(".table table").wait_for()
    # 4 initializers, 2 activations, layers 0 … 3 and 0 … 12.
    assert figure.locator(".table tbody tr").count() == 4 * 2 * (4 + 13)
    head = page.locator("#training table.sortable th", has_text="trained").first
    place = 1 + head.evaluate("th => th.cellIndex")
    cells = page.locator(f"#training table.sortable tbody tr td:nth-child({place})")
    head.locator("button").click()
    up = [int(text) for text in cells.all_inner_texts()]
    assert up == sorted(up)
    head.locator("button").click()
    assert [int(text) for text in cells.all_inner_texts()] == up[::-1]


def test_without_scripts_the_pictures_are_there_and_no_dead_button_is(visit, report):
    page = visit(report, scripts=False)
    for name in FIGURES:
        figure = page.locator(f"#fig-{name}")
        assert figure.locator(".static svg").is_visible()
        assert not figure.locator(".take").is_visible()
    assert not page.locator("#theme").is_visible()


def test_a_chart_that_fails_keeps_its_picture_and_leaves_the_others_alone(visit, report, tmp_path):
    text, content = report.read_text(encoding="utf-8"), held(report)
    whole = embedding.packed(content)
    content["figures"]["correlation"]["vega"]["scales"] = [{"name": "x", "type": "nonsense"}]
    broken = tmp_path / "broken.html"
    broken.write_text(text.replace(whole, embedding.packed(content)), encoding="utf-8")
    page = visit(broken)
    mount_all(page)
    assert page.locator("#fig-correlation").get_attribute("data-state") == "failed"
    assert page.locator("#fig-correlation .static svg").is_visible()
    assert page.locator("figure[data-state=ready]").count() == len(FIGURES) - 1
    assert page.complaints  # the console says what went wrong
    page.complaints.clear()


def test_the_page_is_quick(visit, report):
    """Budget of the design: 0.5 s to the first paint on an idle machine, a heap of 120 MB.

    Tests share their machine, hence four times as long.
    """
    page = visit(report)
    page.locator("#fig-activation_variance").scroll_into_view_if_needed()
    page.locator("#fig-activation_variance[data-state]").wait_for()
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert paint < 4 * 500
    heap = page.evaluate("performance.memory.usedJSHeapSize")
    assert heap < 120e6

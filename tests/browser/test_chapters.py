"""A chapter in Chromium: its choices act on all its figures, what is looked at stands out."""

import time

import pytest

from initatlas.report.fading import FADED, NAMED
from tests import synthetic
from tests.browser.conftest import SCREENSHOTS, faded, mount_all, picked, settle, settled, view
from tests.presented import presented

BUDGET = (
    0.4  # s for a change with eight charts in view, on an idle machine; four times on a busy one
)


def clear(page, name: str) -> list[str]:
    """The names that stand out in a chart's legend."""
    labels = page.locator(f"#fig-{name} .live .role-legend-label text")
    looks = labels.evaluate_all("all => all.map(t => [t.textContent, t.getAttribute('opacity')])")
    return [text for text, opacity in looks if opacity != str(NAMED)]


def test_a_chapters_choice_is_that_of_every_figure_which_offers_it(visit, report):
    page = visit(report)
    mount_all(page)
    bar = page.locator("#signals .whole-chapter select[data-column=depth]")
    own = "#signals figure select[data-signal=sel_depth]"
    assert len(picked(page, own)) >= 3
    drawn = page.locator("#fig-activation_variance .live svg")
    page.locator("#fig-activation_variance").scroll_into_view_if_needed()
    before = drawn.inner_html()
    bar.select_option(label="3")
    settled(page, "activation_variance")
    assert set(picked(page, own)) == {"3"}
    assert drawn.inner_html() != before
    assert "3 in" in page.locator("#signals .outcome p").inner_text()
    assert set(picked(page, "#spectra select[data-signal=sel_depth]")) == {"12"}  # another chapter
    page.locator(own).first.select_option(label="12")
    assert picked(page, "#signals .whole-chapter select[data-column=depth]") == ["as chosen below"]
    page.locator("#signals .reset").click()
    assert set(picked(page, own)) == {"12"}
    settled(page, "activation_variance")
    assert drawn.inner_html() == before
    assert view(page) == {}


def test_charts_far_away_wait_until_they_are_near(visit, report):
    page = visit(report)
    mount_all(page)
    page.locator("#training-title").scroll_into_view_if_needed()
    page.wait_for_timeout(1500)  # until the browser has told what is near
    far = page.locator("#fig-weight_histograms")
    panels = far.locator(".live svg")
    before = panels.text_content()
    page.locator("#training .whole-chapter select[data-column=depth]").select_option(label="3")
    page.wait_for_timeout(1000)
    assert far.get_attribute("data-state") == "stale"
    assert panels.text_content() == before
    far.scroll_into_view_if_needed()
    settled(page, "weight_histograms")
    assert panels.text_content() != before  # panels are layers


def test_choices_without_networks_give_way_to_the_nearest_that_have_some(visit, tmp_path):
    grid = [{"depths": [3], "widths": [32]}, {"depths": [12], "widths": [64]}]
    settings = synthetic.config(**synthetic.UNTRAINED, spectra=None, widths=[32, 64])
    settings["measurement"] = settings["measurement"] | {"grid": grid}
    path = tmp_path / "report.html"
    path.write_text(presented(tmp_path, settings), encoding="utf-8")
    page = visit(path)
    page.locator("#fig-activation_variance").scroll_into_view_if_needed()
    settled(page, "activation_variance")
    assert picked(page, "#fig-activation_variance select") == ["12", "64"]
    page.locator("#signals .whole-chapter select[data-column=depth]").select_option(label="3")
    assert picked(page, "#fig-activation_variance select") == ["3", "32"]
    said = page.locator("#signals .outcome p").inner_text()
    number = page.locator("#fig-activation_variance .question a").inner_text()
    assert f"{number} shows it with Width 32" in said
    page.locator("#signals .whole-chapter select[data-column=initializer]").select_option(index=1)
    page.keyboard.press("Escape")
    said = page.locator("#signals .outcome p").inner_text()
    assert said == "Nothing stands out; Reset takes all choices back."
    settled(page, "activation_variance")
    assert page.locator("#fig-activation_variance .live .mark-shape path[stroke]").count() > 0


def test_a_legends_entry_stands_out_of_all_charts_of_its_chapter(visit, report):
    page = visit(report)
    mount_all(page)
    names = ("activation_variance", "distributions")
    page.set_viewport_size({"width": 1280, "height": 3000})
    page.locator("#fig-activation_variance").scroll_into_view_if_needed()
    settled(page, *names)
    entry = page.locator("#fig-activation_variance .live .role-legend-label text")
    entry.get_by_text("orthogonal", exact=True).click()
    page.mouse.move(0, 0)
    settle(page)
    for name in names:
        assert faded(page, name) > 0
        assert clear(page, name) == ["orthogonal"]
    assert faded(page, "correlation") == 0  # another chapter
    bar = "#signals .whole-chapter select[data-column=initializer]"
    assert picked(page, bar) == ["orthogonal"]
    assert view(page) == {"signals.initializer": ["orthogonal"]}
    assert "stands out" in page.locator("#signals .outcome p").inner_text()
    page.keyboard.press("Escape")
    settle(page)
    assert [faded(page, name) for name in names] == [0, 0]
    assert picked(page, bar) == ["all"]
    assert page.locator("#signals .outcome p").inner_text() == "Nothing stands out."


def test_an_activation_stands_out_where_panels_are_activations(visit, report):
    page = visit(report)
    mount_all(page)
    page.locator("#fig-activation_variance").scroll_into_view_if_needed()
    page.locator("#signals .whole-chapter select[data-column=activation]").select_option(
        label="tanh"
    )
    settled(page, "activation_variance")
    settle(page)
    panels = page.locator("#fig-activation_variance .live .mark-group.role-scope.cell > g")
    seen = [panel.locator(f"path[opacity='{FADED}']").count() > 0 for panel in panels.all()]
    assert sorted(seen) == [False, True]


def test_a_point_of_a_phase_diagram_stands_out_of_the_chapters_curves(visit, report):
    page = visit(report)
    mount_all(page)
    page.set_viewport_size({"width": 1280, "height": 4000})
    figure = page.locator("#fig-phase_diagrams")
    figure.scroll_into_view_if_needed()
    settled(page, "phase_diagrams", "correlation")
    settle(page)
    point = figure.locator(".live .mark-symbol.role-mark path").first
    point.hover(force=True)
    behind = page.locator(f"#fig-correlation .live path[opacity='{FADED}']")
    behind.first.wait_for(state="attached")
    settled(page, "phase_diagrams")
    assert faded(page, "phase_diagrams") > 0
    assert view(page) == {}  # pointing is no choice
    page.mouse.move(0, 0)
    behind.first.wait_for(state="detached")
    point.click(force=True)
    page.mouse.move(0, 0)
    settle(page)
    members = view(page)["phases.initializer"]
    assert clear(page, "correlation") == members
    assert len(members) < page.locator("#fig-correlation .live .role-legend-label text").count()


def test_all_of_it_can_be_done_with_the_keyboard(visit, report):
    page = visit(report)
    mount_all(page)
    page.locator("#fig-activation_variance").scroll_into_view_if_needed()
    page.locator("#signals .whole-chapter select").first.focus()
    said = []
    for _ in range(20):
        page.keyboard.press("Tab")
        said.append(
            page.evaluate(
                "document.activeElement.className || document.activeElement.dataset.column"
            )
        )
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", said[-1]
        if said[-1] == "reset":
            break
    assert said[-1] == "reset"
    page.locator("#signals .whole-chapter select[data-column=initializer]").focus()
    page.keyboard.press("ArrowDown")
    settle(page)
    assert faded(page, "activation_variance") > 0
    page.keyboard.press("Escape")
    settle(page)
    assert faded(page, "activation_variance") == 0


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (1150, "light"), (390, "light")], ids=str
)
def test_a_chapters_choices_cover_nothing(visit, report, width, scheme):
    page = visit(report, width=width, scheme=scheme)
    mount_all(page)
    folder = SCREENSHOTS / f"chapter-{width}-{scheme}"
    folder.mkdir(parents=True, exist_ok=True)
    page.locator("#signals .whole-chapter select[data-column=initializer]").select_option(
        label="he_normal"
    )
    for name in ("distributions", "phase_diagrams", "training_curves"):
        page.goto(f"{page.url.partition('#')[0]}#fig-{name}")
        page.wait_for_timeout(800)  # for what is drawn when it is near
        page.screenshot(path=folder / f"{name}.png")
        top = page.locator(f"#fig-{name} h3").bounding_box()["y"]
        bars = page.locator(f".bar, section:has(#fig-{name}) .whole-chapter")
        lowest = max(box["y"] + box["height"] for box in (b.bounding_box() for b in bars.all()))
        assert lowest <= top + 1
    if width == 390:
        position = "getComputedStyle(document.querySelector('.whole-chapter')).position"
        assert page.evaluate(position) == "static"
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1]


def test_a_change_of_all_a_chapters_charts_in_view_is_quick(visit, report):
    """The design's budget, for the chapter with most figures; tests share their machine."""
    page = visit(report)
    mount_all(page)
    height = page.locator("#training").bounding_box()["height"]
    page.set_viewport_size({"width": 1280, "height": int(height)})
    page.locator("#training").evaluate("section => section.scrollIntoView()")
    page.wait_for_timeout(1500)
    settle(page)
    assert page.locator("#training figure[data-state=ready]").count() >= 6
    choice = page.locator("#training .whole-chapter select[data-column=activation]")
    seconds = []
    for label in ("tanh", "relu", "tanh"):
        started = time.monotonic()
        choice.select_option(label=label)
        page.locator("#training figure[data-state=stale]").first.wait_for(state="detached")
        seconds.append(time.monotonic() - started)
    assert "tanh" in page.locator("#training .outcome p").inner_text()
    assert min(seconds) < 4 * BUDGET, seconds

"""The report in Chromium: choices, legends, pointing and the theme act on what is drawn."""

import itertools

from initatlas.figures.bands import FAINT, POINTED
from initatlas.figures.theme import DARK, LIGHT
from tests import synthetic
from tests.browser.conftest import mount_all, rgb
from tests.presented import presented


def test_a_choice_changes_what_is_drawn(visit, report):
    page = visit(report)
    figure = page.locator("#fig-activation_variance")
    mount_all(page)
    figure.scroll_into_view_if_needed()  # what is far away waits
    before = figure.locator(".live svg").inner_html()
    figure.locator("select[data-signal=sel_depth]").select_option(label="3")
    page.wait_for_function(
        "([f, old]) => f.querySelector('.live svg').innerHTML !== old",
        arg=[figure.element_handle(), before],
    )
    lines = figure.locator(".live .mark-shape path[stroke]").count()
    assert lines > 0
    # Depth 3 has three layers: a line of three points.
    path = figure.locator(".live .mark-shape path[stroke]").first.get_attribute("d")
    assert path.count("L") == 2


def test_a_legend_gives_its_names_room_whatever_is_chosen(visit, tmp_path):
    names = [*(f"m{k}" for k in range(8)), *(f"a_name_of_{'x' * k}_letters" for k in range(8, 16))]
    own = {"distribution": "normal", "sigma_w2": [1.0]}
    changes = {"initializers": [{name: own} for name in names], "depths": [3]}
    changes |= synthetic.UNTRAINED | {"spectra": None}
    path = tmp_path / "report.html"
    path.write_text(presented(tmp_path, synthetic.config(**changes)), encoding="utf-8")
    page = visit(path)
    figure = page.locator("#fig-activation_variance")
    figure.scroll_into_view_if_needed()
    page.locator("#fig-activation_variance[data-state]").wait_for()
    labels = figure.locator(".live .role-legend-label text")
    figure.locator("select[data-signal=sel_group]").select_option(index=1)
    labels.get_by_text(names[-1]).wait_for()
    page.wait_for_timeout(500)
    boxes = [label.bounding_box() for label in labels.all()]
    assert len(boxes) == 8
    for one, other in itertools.pairwise(boxes):
        if abs(one["y"] - other["y"]) < 2:
            assert one["x"] + one["width"] + 10 < other["x"]  # between them is the next symbol


def test_pointing_at_a_dot_shows_where_single_networks_should_lie(visit, report):
    page = visit(report)
    figure = page.locator("#fig-gradient_norm")
    mount_all(page)
    figure.scroll_into_view_if_needed()
    pointed = figure.locator(f".live .mark-shape path[fill-opacity='{POINTED}']")
    assert figure.locator(f".live .mark-shape path[fill-opacity='{FAINT}']").count() > 0
    assert pointed.count() == 0
    panels = len(synthetic.config()["activations"])
    figure.locator(".live").hover()  # points answer where a pointer is on their chart
    figure.locator(".live .mark-symbol path[opacity='0']").first.hover(force=True)
    pointed.first.wait_for(state="attached")
    assert pointed.count() == panels
    told = page.locator("#tip").inner_text()
    assert "theory" in told
    assert "95 % of networks, from" in told


def test_a_choice_made_before_a_chart_is_there_is_kept(visit, report):
    name = "training_layers"  # far below what is seen first
    drawings = []
    for activation in ("relu", "tanh"):
        page = visit(report)
        figure = page.locator(f"#fig-{name}")
        assert figure.get_attribute("data-state") is None
        figure.locator("select[data-signal=sel_activation]").evaluate(
            """(select, wanted) => {
                select.value = [...select.options].find((o) => o.text === wanted).value;
                select.dispatchEvent(new Event("change"));
            }""",
            activation,
        )
        mount_all(page)
        drawings.append(figure.locator(".live svg").inner_html())
    assert drawings[0] != drawings[1]


def test_a_hover_says_the_value_with_its_interval(visit, report):
    page = visit(report)
    mount_all(page)
    page.locator("#fig-correlation .live").hover()
    point = page.locator("#fig-correlation .live .mark-symbol.role-mark path[opacity='0']").last
    point.scroll_into_view_if_needed()
    point.hover(force=True)
    tip = page.locator("#tip")
    tip.wait_for()
    said = tip.inner_text()
    assert "± (95 %)" in said
    assert "finite networks" in said


def test_a_tap_says_the_same_and_another_one_ends_it(visit, report):
    page = visit(report, width=390, touch=True)
    mount_all(page)
    point = page.locator("#fig-correlation .live .mark-symbol.role-mark path[opacity='0']").last
    point.scroll_into_view_if_needed()
    point.tap(force=True)
    tip = page.locator("#tip")
    tip.wait_for()
    assert "± (95 %)" in tip.inner_text()
    page.locator("#fig-correlation figcaption").tap()
    tip.wait_for(state="hidden")


def test_the_theme_can_be_switched_without_drawing_again(visit, report):
    page = visit(report)
    mount_all(page)
    label = page.locator("#fig-correlation .live .role-axis-label text").first
    assert label.evaluate("t => getComputedStyle(t).fill") == rgb(LIGHT["soft"])
    page.locator("#theme").click()
    assert label.evaluate("t => getComputedStyle(t).fill") == rgb(DARK["soft"])
    page.reload()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == rgb(DARK["paper"])

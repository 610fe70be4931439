"""The report as axe-core sees it, and whether what is written in charts can be read."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from initatlas.figures.theme import DARK, LIGHT
from tests.browser.conftest import mount_all, rgb
from tests.contrast import contrast

OPENED = "section > details, #fig-correlation details"  # all but other figures' rows, of one kind
# Those with an outline are the ground of the same words, drawn over them.
WORDS = """() => [...document.querySelectorAll('.live svg text')]
  .filter((text) => text.textContent && text.getClientRects().length)
  .filter((text) => getComputedStyle(text).stroke === 'none')
  .map((text) => [getComputedStyle(text).fill, text.textContent])"""
ON_VIRIDIS = ("#10131a", "#f7f8fa")  # black or white, whichever reads on the cell


@pytest.fixture(scope="module", params=[(1440, "light"), (390, "dark")], ids=str)
def seen(request, chromium, report):
    """The page with all its charts, and the theme's colours."""
    width, scheme = request.param
    size = {"width": width, "height": 900}
    context = chromium.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    page.goto(report.as_uri())
    mount_all(page)
    page.evaluate(f"document.querySelectorAll('{OPENED}').forEach((d) => {{ d.open = true; }})")
    page.locator("#fig-correlation .table table").wait_for()
    yield page, DARK if scheme == "dark" else LIGHT
    context.close()


def violations(page, context: dict | None, **options: object) -> dict:
    found = Axe().run(page, context, {"resultTypes": ["violations"], **options}).response
    return {v["id"]: [node["html"][:120] for node in v["nodes"][:5]] for v in found["violations"]}


def test_axe_finds_nothing(seen):
    page, _ = seen
    assert violations(page, None, rules={"color-contrast": {"enabled": False}}) == {}


def test_axe_finds_enough_contrast(seen):
    """Outside of charts: there it cannot tell, and looks for minutes."""
    page, _ = seen
    assert violations(page, {"exclude": [[".vis svg"]]}, runOnly=["color-contrast"]) == {}


def test_every_word_in_a_chart_has_a_contrast_of_four_and_a_half(seen):
    page, inks = seen
    named = {rgb(ink): ink for ink in inks.values()}
    words = [(ink, said) for ink, said in page.evaluate(WORDS) if ink not in map(rgb, ON_VIRIDIS)]
    assert len(words) > 1000
    faint = {(ink, said) for ink, said in words if contrast(named[ink], inks["paper"]) < 4.5}
    assert faint == set()

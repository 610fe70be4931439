"""The index in Chromium: two studies are chosen, kept in the address, shown without scripts too."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from initatlas import index
from initatlas.figures.theme import DARK, LIGHT
from tests.browser.conftest import SCREENSHOTS, rgb
from tests.shelf import advice, finding, number, put

LONG = "very_long_names_have_as_many_letters_as_a_name_may_have_and_more"


@pytest.fixture
def page_path(tmp_path):
    """An index of three studies and a broken file, with names and texts of all lengths."""
    for k, name in enumerate(("atlas", "smoke", LONG)):
        scale = number("σ_w² that keeps the signal of relu", 2.0 + k, 1.9 + k, 2.1 + k)
        put(
            tmp_path,
            name,
            config={"study": name, "depths": [4, 16 + k], "a": {LONG: {LONG: LONG * (k + 1)}}},
            findings=[
                finding("scaling", scale, text=f"It is {2 + k}."),
                finding("defaults", text="By theory, " + "so it is, " * 30),
            ],
            recommendation=[advice(f"initializer_{k}")],
        )
    put(tmp_path, "broken").write_text("<html>")
    path = tmp_path / "index.html"
    path.write_text(index.page(index.read(tmp_path)), encoding="utf-8")
    return path


def compared(page) -> list[str]:
    """The names of the two studies that the table of settings shows."""
    return page.locator("#pair thead tr").first.locator("th").all_inner_texts()[1:]


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")], ids=str
)
def test_the_page_fits_and_follows_the_theme(visit, page_path, width, scheme):
    page = visit(page_path, width=width, scheme=scheme)
    assert compared(page) == ["atlas", "smoke"]
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == rgb((DARK if scheme == "dark" else LIGHT)["paper"])
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"index-{width}-{scheme}.png", full_page=True)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")], ids=str)
def test_axe_finds_nothing(chromium, page_path, width, scheme):
    size = {"width": width, "height": 900}
    # The page's policy would keep axe out, too.
    context = chromium.new_context(viewport=size, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(page_path.as_uri())
    page.locator("#said", has_text="From").wait_for(state="attached")
    found = Axe().run(page)
    context.close()
    assert found.violations_count == 0, found.generate_report()


def test_any_two_studies_are_compared_and_named_in_the_address(visit, page_path):
    page = visit(page_path)
    assert page.locator("h4.moved").inner_text() == "Moved"
    page.locator("#left").select_option("smoke")
    page.locator("#right").select_option("atlas")
    assert compared(page) == ["smoke", "atlas"]
    assert page.locator("#said").inner_text().startswith("From smoke to atlas: 2 settings differ")
    assert "3.00 (2.90 to 3.10) → 2.00 (1.90 to 2.10)" in page.locator("#pair").inner_text()
    assert page.url.endswith("#left=smoke&right=atlas")
    page.reload()
    assert compared(page) == ["smoke", "atlas"]
    page.locator("#swap").click()
    assert compared(page) == ["atlas", "smoke"]
    assert page.url.endswith("#left=atlas&right=smoke")


def test_an_address_restores_a_comparison_and_a_wrong_one_does_no_harm(visit, page_path):
    page = visit(page_path)
    page.evaluate("location.hash = '#left=smoke&right=atlas'")
    page.locator("#pair thead th", has_text="smoke").first.wait_for()
    page.wait_for_function("document.getElementById('left').value === 'smoke'")
    assert compared(page) == ["smoke", "atlas"]
    page.evaluate("location.hash = '#left=<img src=x onerror=alert(1)>&right=nobody'")
    page.wait_for_timeout(200)
    assert compared(page) == ["smoke", "atlas"]
    page.evaluate("location.hash = '#left=atlas&right=atlas'")
    page.locator("#pair", has_text="Choose two studies that differ.").wait_for()
    assert page.locator("#said").inner_text() == "Choose two studies that differ."


def test_the_keyboard_reaches_and_moves_all_of_it(visit, page_path):
    page = visit(page_path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert {"theme", "left", "right", "swap"} <= reached
    page.locator("#right").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function(f"location.hash.includes('{LONG[:20]}')")


def test_without_scripts_the_first_two_are_there_and_no_dead_control_is(visit, page_path):
    page = visit(page_path, scripts=False)
    assert compared(page) == ["atlas", "smoke"]
    for control in ("#left", "#right", "#swap", "#theme"):
        assert not page.locator(control).is_visible()


def test_the_theme_is_switched_and_kept(visit, page_path):
    page = visit(page_path)
    page.locator("#theme").click()
    page.reload()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == rgb(DARK["paper"])


def test_what_is_left_out_is_named(visit, page_path):
    page = visit(page_path)
    assert "broken: report.json is no JSON" in page.locator("#left-out").inner_text()

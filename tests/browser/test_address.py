"""The address in Chromium: it keeps the view, brings it back, and does no harm."""

import pytest

from tests.browser.conftest import faded, mount_all, picked, settle, settled, view


def state(page) -> list:
    """All that a view consists of."""
    tables = "all => all.map(b => [...b.rows].filter(r => !r.hidden).map(r => r.innerText))"
    return [picked(page, "select"), page.locator("tbody").evaluate_all(tables)]


def test_an_address_brings_back_the_view(visit, report):
    page = visit(report)
    mount_all(page)
    page.locator("#signals .whole-chapter select[data-column=depth]").select_option(label="3")
    page.locator("#fig-distributions select[data-signal=sel_depth]").select_option(label="12")
    page.locator("#signals .whole-chapter select[data-column=initializer]").select_option(
        label="he_normal"
    )
    listing = page.locator("#training .listing", has_text="How training ended")
    page.locator("#recommendation .listing select").first.select_option(index=1)
    listing.locator("th", has_text="test accuracy").locator("button").click()
    listing.locator("th", has_text="test accuracy").locator("button").click()
    page.locator("#fig-activation_variance select[data-signal=sel_depth]").select_option(label="12")
    settle(page)
    address, kept = page.evaluate("location.hash"), state(page)
    assert address.startswith("#fig-activation_variance?")
    other = visit(report)
    untouched = state(other)
    assert untouched != kept
    other.goto(report.as_uri() + address)  # the page is there: a change of the fragment alone
    other.wait_for_function("() => location.hash.includes('signals')")
    assert state(other) == kept
    other.reload()
    other.locator("#fig-activation_variance[data-state=ready]").wait_for()
    assert state(other) == kept
    assert faded(other, "activation_variance") > 0
    top = other.locator("#fig-activation_variance").bounding_box()["y"]
    assert 0 <= top < 300
    other.locator("a[href='#method']").click()  # a link to a place keeps the view
    other.wait_for_function("() => location.hash.startsWith('#method?')")
    assert state(other) == kept
    other.evaluate("location.hash = '#method?'")
    other.wait_for_function("() => location.hash === '#method'")
    assert state(other) == untouched


@pytest.mark.parametrize(
    "fragment",
    [
        "#?signals.depth=99&signals.initializer=nobody&fig-nothing.depth=3&__proto__.x=1",
        "#fig-correlation?phases.depth=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&phases.initializer=",
        "#%E0%A4%A?%=%&&&=&signals.constructor=x",
        "#top?" + "x=1&" * 20_000,
    ],
    ids=["unknown", "markup", "malformed", "long"],
)
def test_an_address_that_says_nothing_known_changes_nothing(visit, report, tmp_path, fragment):
    page = visit(report)
    before = state(page)
    other = visit(report)
    other.goto("about:blank")
    other.goto(report.as_uri() + fragment)
    other.locator("#fig-activation_variance").scroll_into_view_if_needed()
    settled(other, "activation_variance")
    assert state(other) == before
    assert view(other) == {}
    assert faded(other, "activation_variance") == 0

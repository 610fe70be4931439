"""Chromium, and a report for it to open."""

import shutil
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import sync_playwright

from initatlas.report.fading import FADED
from tests import synthetic
from tests.presented import presented

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / ".cache" / "screenshots"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium on this machine: `apt install chromium` runs the browser tests")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory) -> Path:
    """The report of the synthetic study, with everything that can go wrong in it."""
    folder = tmp_path_factory.mktemp("study")
    path = folder / "report.html"
    path.write_text(presented(folder, synthetic.config()), encoding="utf-8")
    return path


@pytest.fixture
def visit(chromium):
    """Open a page; afterwards see that it neither complained nor asked for anything."""
    contexts, complaints = [], []

    def opened(
        path: Path,
        *,
        width: int = 1280,
        scheme: str = "light",
        scripts: bool = True,
        touch: bool = False,
    ):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",  # jumps take no time
            java_script_enabled=scripts,
            has_touch=touch,
            is_mobile=touch,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = complaints
        page.on("console", lambda m: m.type in {"error", "warning"} and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: local(r.url) or complaints.append(r.url))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def local(url: str) -> bool:
    return url.startswith(("file:", "blob:", "data:"))


def mount_all(page) -> list[str]:
    """Scroll past every figure until its chart is there; their names."""
    names = []
    for figure in page.locator("figure[data-figure]").all():
        figure.scroll_into_view_if_needed()
        name = figure.get_attribute("data-figure")
        page.locator(f"#fig-{name}[data-state]").wait_for(timeout=30_000)
        names.append(name)
    return names


def too_wide(page) -> list[str]:
    """Figures whose charts are wider than the places they have; figures must be mounted."""
    return page.locator("figure[data-figure]").evaluate_all(
        "all => all.filter(f => f.querySelector('.live svg').getBoundingClientRect().width"
        " > f.querySelector('.vis').clientWidth).map(f => f.dataset.figure)"
    )


def picked(page, select: str) -> list[str]:
    """What the selects of this kind say."""
    return page.locator(select).evaluate_all("all => all.map(s => s.selectedOptions[0].text)")


def settled(page, *names: str) -> None:
    """Wait until the charts of these figures show what is chosen."""
    for name in names:
        page.locator(f"#fig-{name}[data-state=ready]").wait_for()


def faded(page, name: str) -> int:
    """How many marks of a chart do not stand out."""
    return page.locator(f"#fig-{name} .live .role-mark path[opacity='{FADED}']").count()


def view(page) -> dict[str, list[str]]:
    """What the address says of the view."""
    return parse_qs(page.evaluate("location.hash").partition("?")[2])


def settle(page) -> None:
    """Wait for a moment that a chart would need to change."""
    page.wait_for_timeout(300)
    page.wait_for_function("() => !document.querySelector('.busy')")


def rgb(ink: str) -> str:
    """A colour of the theme, #rrggbb, as the browser's computed styles say it."""
    return f"rgb({int(ink[1:3], 16)}, {int(ink[3:5], 16)}, {int(ink[5:7], 16)})"

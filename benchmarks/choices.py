"""(f) How soon does a choice show, with eight charts in view? In the report of the default study.

Headless Chromium shows a chapter in a window so high that eight charts are in it; a select of the
whole chapter is set, and the time taken until each of them shows what was chosen, and is painted.
"""

import shutil
import statistics
from pathlib import Path

import yaml
from playwright.sync_api import Browser, sync_playwright

from benchmarks.project import ROOT
from benchmarks.result import Result
from initatlas.plan import Plan

WINDOW = {"width": 1440, "height": 9000}
IN_VIEW = 8
REPEATS = 3  # openings of the report
CHOICES = {
    ("signals", "depth"): ["4", "16", "64", "4"],
    ("signals", "activation"): ["tanh", "relu", "sin"],
    ("signals", "initializer"): ["critical", "orthogonal", "lsuv"],
    ("training", "depth"): ["4", "16", "64"],
    ("training", "activation"): ["tanh", "gelu", "relu"],
}
SCRIPT = """
() => {
  globalThis.figures = () => [...document.querySelectorAll("figure[data-figure]")].filter((f) => {
    const { top, bottom } = f.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  });
  globalThis.late = (f) => f.dataset.state !== "ready" || f.querySelector(".busy");
  globalThis.choose = async (select, wanted) => {
    const seen = figures(), began = performance.now();
    select.selectedIndex = [...select.options].findIndex(({ text }) => text === wanted);
    select.dispatchEvent(new Event("change"));
    while (seen.some(late)) await new Promise((done) => setTimeout(done, 2));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - began;
  };
}
"""


def measure() -> list[Result]:
    plan = Plan.of(yaml.safe_load((ROOT / "config.yaml").read_text()))
    report = ROOT / plan.results / "report.html"
    if not report.exists():
        raise FileNotFoundError(f"{report}: `make reproduce` makes it")
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        rows = [row(browser, report, *where) for where in CHOICES]
        browser.close()
    columns = ("chapter, what is chosen", "first change", "later ones", "longest")
    remark = f"Medians of {REPEATS} openings of the report, {IN_VIEW} charts in view."
    return [Result(title="(f) A choice", columns=columns, rows=rows, remarks=(remark,))]


def row(browser: Browser, report: Path, chapter: str, column: str) -> tuple[str, ...]:
    taken = [changes(browser, report, chapter, column) for _ in range(REPEATS)]
    first = statistics.median(times[0] for times in taken)
    later = statistics.median(time for times in taken for time in times[1:])
    longest = max(max(times) for times in taken)
    return (f"{chapter}, {column}", *(f"{time:.0f} ms" for time in (first, later, longest)))


def changes(browser: Browser, report: Path, chapter: str, column: str) -> list[float]:
    """Milliseconds that each of the choices takes after another, in a report just opened."""
    page = browser.new_page(viewport=WINDOW, bypass_csp=True)
    page.goto(report.as_uri())
    page.evaluate("chapter => document.getElementById(chapter).scrollIntoView()", chapter)
    page.evaluate(SCRIPT)
    page.wait_for_function(f"figures().length >= {IN_VIEW} && !figures().some(late)")
    select = page.locator(f"#{chapter} .whole-chapter select[data-column={column}]")
    times = []
    for wanted in CHOICES[chapter, column]:
        page.wait_for_timeout(400)
        times.append(select.evaluate("(select, wanted) => choose(select, wanted)", wanted))
    page.close()
    return times

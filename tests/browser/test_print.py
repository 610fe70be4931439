"""The report on paper: light, without controls, every figure whole, and readable as text."""

import unicodedata

import pytest
from pypdf import PdfReader

from initatlas.figures import FIGURES
from initatlas.figures.theme import LIGHT
from tests.browser.conftest import SCREENSHOTS, mount_all, rgb

# One of these is in every picture: axes of panels, those of single charts, or that there is none.
WORDS = ("→", "ln growth per layer, on", "no networks that answer")


@pytest.fixture(params=["mounted", "as opened"])
def opened(request, visit, report):
    """The page of a reader who has looked at all charts, and of one who has not."""
    page = visit(report, scheme="dark")
    if request.param == "mounted":
        mount_all(page)
    return page


@pytest.fixture
def sheets(opened, tmp_path):
    """The text of each page of the PDF."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / "report.pdf"
    opened.pdf(path=path, format="A4")
    return [plain(page.extract_text()) for page in PdfReader(path).pages]


def plain(text: str) -> str:
    """Without ligatures and line ends."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def test_it_is_light_and_without_controls(opened):
    opened.emulate_media(media="print", color_scheme="dark")
    ground = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == rgb(LIGHT["paper"])
    for control in (".bar", ".take", ".choices", ".skip"):
        assert not opened.locator(control).first.is_visible()


def test_every_figure_is_there_once_with_its_question_and_caption(sheets):
    text = " ".join(sheets)
    for number, figure in enumerate(FIGURES.values(), start=1):
        assert text.count(plain(f"Figure {number} · {figure.question}")) == 1
    assert "Vega-Lite CSV" not in text
    assert 8 <= len(sheets) <= 50


def test_a_figure_is_on_one_sheet_with_its_words(sheets):
    """Its axes, which are text in the picture, beside its question."""
    for number in range(1, len(FIGURES) + 1):
        (sheet,) = [sheet for sheet in sheets if f"Figure {number} · " in sheet]
        own = sheet.partition(f"Figure {number} · ")[2].partition(f"Figure {number + 1} · ")[0]
        assert any(said in own for said in WORDS)

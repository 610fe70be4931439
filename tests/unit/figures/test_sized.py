"""Figures for paper: as wide as asked, in type of the size asked, whole."""

import json
import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from initatlas.figures import FIGURES, drawn
from initatlas.figures.sized import TYPE, points, sized
from tests import synthetic
from tests.presented import frames, reduced

SHOWN = ("activation_variance", "contrast", "final_accuracy", "training_layers", "phase_diagrams")
INCH = 72


@pytest.fixture(scope="module")
def lites(tmp_path_factory):
    """The figures' JSON, of the synthetic study."""
    folder = tmp_path_factory.mktemp("study")
    study, names = reduced(folder, synthetic.config())
    tables = frames(folder, names)
    initializers = tuple(entry["name"] for entry in study.whole.initializers)
    return {
        name: json.loads(
            drawn(FIGURES[name], {n: tables[n] for n in FIGURES[name].needs}, initializers).json
        )
        for name in SHOWN
    }


@pytest.mark.parametrize(("length", "wanted"), [("1in", 72), ("2.54cm", 72), ("25.4mm", 72)])
def test_lengths_are_those_of_tex(length, wanted):
    assert points(length) == pytest.approx(wanted)
    assert points("72.27pt") == pytest.approx(72)
    assert points(".5 in") == 36


@pytest.mark.parametrize("length", ["", "3", "in", "3px", "-3in", "0cm", "3in4", "nanin", "1e9in"])
def test_what_is_no_length_is_refused(length):
    with pytest.raises(ValueError, match=r"3\.25in"):
        points(length)


@pytest.fixture(scope="module", params=[(3.25, 7), (5.5, 8), (6.75, 9)], ids=str)
def asked(request):
    """Inches and points."""
    return request.param


@pytest.mark.parametrize("name", SHOWN)
def test_a_figure_is_as_wide_as_asked_in_type_of_the_size_asked(lites, name, asked):
    inches, size = asked
    found = sized(lites[name], inches * INCH, size)
    page = PdfReader(BytesIO(found.pdf())).pages[0]
    assert float(page.mediabox.width) == pytest.approx(inches * INCH, rel=0.001)
    assert float(page.mediabox.height) == pytest.approx(found.height, rel=0.001)
    # Widths that Vega lays out are whole pixels, of which there are more than 250.
    assert found.font_size == pytest.approx(size, rel=0.01)
    # Labels are TYPE high in the picture's own units, which its box scales.
    *_, width, _ = (
        float(number) for number in re.search(r'viewBox="([^"]*)"', found.svg)[1].split()
    )
    assert f'font-size="{TYPE}px"' in found.svg
    assert found.width / width * TYPE == pytest.approx(found.font_size)
    words = "".join(page.extract_text().split())
    for panel in panels(lites[name]):
        assert "".join(panel.replace(",", "").split()) in words.replace(",", "")


def panels(lite: dict) -> list[str]:
    """Names of the panels of a figure."""
    if "facet" in lite:
        return lite["facet"]["sort"]
    return [panel["title"] for panel in lite["concat"]]


def test_panels_are_narrower_and_type_is_not(lites):
    lite = lites["activation_variance"]
    wide, slim = (sized(lite, inches * INCH, 8) for inches in (6.75, 3.25))
    assert slim.font_size == pytest.approx(wide.font_size, rel=0.01)
    assert slim.height / slim.width > wide.height / wide.width


def test_where_nothing_fits_all_is_smaller_and_the_width_still_right(lites):
    found = sized(lites["final_accuracy"], INCH, 8)
    assert found.font_size < 6
    assert float(PdfReader(BytesIO(found.pdf())).pages[0].mediabox.width) == pytest.approx(INCH)


def test_a_png_has_three_hundred_pixels_an_inch(lites):
    image = sized(lites["contrast"], 3 * INCH, 8).png()
    assert int.from_bytes(image[16:20], "big") == pytest.approx(900, abs=1)

"""How is a figure drawn for a page of paper? As wide as the text, in type of the text's size.

Panels give way, not type: as many stand side by side as fit, and they share the width.
"""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass

import vl_convert
from scipy.optimize import brentq

from initatlas.figures.drawing import VEGA_LITE, on_paper, steady
from initatlas.figures.multiples import LINES, PARTED
from initatlas.figures.theme import CONFIG

INCH = 72.0  # points of a PDF
UNITS = {"in": INCH, "cm": INCH / 2.54, "mm": INCH / 25.4, "bp": 1.0, "pt": INCH / 72.27}  # TeX's
LENGTH = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d+) ?(?P<unit>[a-z]+)")
DENSITY = 300  # pixels an inch of a PNG

# Pixels of what is drawn, before it is scaled:
TYPE = CONFIG["axis"]["labelFontSize"]  # becomes the size that is asked for
NARROWEST, LOWEST = 56, 50  # a panel
STEP = 24  # a column of a table: a number of three digits
LETTER = 6.2  # of a panel's name, on average
PHONE = 560  # below which a heading needs more lines, as in the page
NEAR = 1  # Vega rounds the width of the whole
LEGENDS = {"color", "fill", "stroke", "strokeDash", "shape", "opacity"}  # channels that have one
SIZE = re.compile(r' width="(?P<width>[\d.]+)" height="(?P<height>[\d.]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """A picture as SVG; its size in points of a PDF, and that of the type of its axes."""

    svg: str
    width: float
    height: float
    font_size: float

    def pdf(self) -> bytes:
        """As PDF, of vectors and text."""
        return vl_convert.svg_to_pdf(self.svg)

    def png(self) -> bytes:
        """As PNG, for print."""
        return vl_convert.svg_to_png(on_paper(self.svg), ppi=DENSITY)


def points(length: str) -> float:
    """A length such as 3.25in, 8.5cm, 84mm or 240pt (TeX's point) in points of a PDF.

    Raises:
        ValueError: it is no length, or none that anything could be drawn in.
    """
    match = LENGTH.fullmatch(length.strip())
    if match is None or match["unit"] not in UNITS or not float(match["number"]):
        raise ValueError(f"{length!r} is no length; write it as 3.25in, 8.5cm, 84mm or 240pt")
    return float(match["number"]) * UNITS[match["unit"]]


def sized(lite: Mapping, width: float, font_size: float) -> Sized:
    """The figure of a JSON file, `width` points wide, its axes labelled in type of `font_size`.

    Where not even one narrow panel has room, all is made smaller, type too.
    """
    svg = _filled(lite, width * TYPE / font_size)
    size = SIZE.search(svg)
    scale = width / float(size["width"])
    height = scale * float(size["height"])
    svg = SIZE.sub(f' width="{width:.3f}" height="{height:.3f}"', svg, count=1)
    return Sized(svg=svg, width=width, height=height, font_size=TYPE * scale)


def _filled(lite: Mapping, room: float) -> str:
    """The figure so many pixels wide: its panels first, then its legend beside itself."""
    bare = _bare(lite)
    columns = _columns(bare, room)
    factor = _factor(bare, columns, room)
    for legend in range(CONFIG["legend"]["columns"], 0, -1):
        svg = _svg(_arranged(lite, columns, factor, legend=legend, narrow=room < PHONE))
        if _width(svg) <= room + NEAR:
            break
    return svg


def _columns(bare: Mapping, room: float) -> int:
    """How many of its narrowest panels, and names above them, fit side by side."""
    drawn, named = bare.get("columns", 1), LETTER * _longest_name(bare)
    for columns in range(drawn, 1, -1):
        if columns * named > room:
            continue
        if _width(_svg(_arranged(bare, columns, _narrowest(bare)))) <= room:
            return columns
    return 1


def _factor(bare: Mapping, columns: int, room: float) -> float:
    """What panels must be widened by to fill the room."""

    def over(factor: float) -> float:
        return _width(_svg(_arranged(bare, columns, factor))) - room

    low = high = _narrowest(bare)
    if over(low) >= 0:
        return low
    while over(high) < 0:
        high *= 4
    return brentq(over, low, high, xtol=NEAR * low / NARROWEST)


def _narrowest(lite: Mapping) -> float:
    """The factor that makes panels as narrow as they may be."""
    widths = [panel["width"] for panel in _panels(lite)]
    return max(STEP / w["step"] if isinstance(w, Mapping) else NARROWEST / w for w in widths)


def _longest_name(lite: Mapping) -> int:
    """Letters of the longest line in a name above a panel."""
    field = lite.get("facet", {}).get("field")
    rows = (row for rows in lite["datasets"].values() for row in rows)
    names = (str(row[field]) for row in rows if field in row)
    return max((len(line) for name in names for line in name.split(PARTED)), default=0)


def _panels(lite: Mapping) -> list[dict]:
    return [lite["spec"]] if "spec" in lite else lite.get("concat", [lite])


def _bare(lite: Mapping) -> dict:
    """The figure without heading and legends, which have widths of their own."""
    return _without_legends({name: part for name, part in lite.items() if name != "title"})


def _without_legends(part: object) -> object:
    if isinstance(part, list):
        return [_without_legends(inner) for inner in part]
    if not isinstance(part, Mapping):
        return part
    found = {}
    for name, inner in part.items():
        found[name] = inner if name in {"datasets", "config"} else _without_legends(inner)
        if name in LEGENDS and isinstance(inner, Mapping):
            found[name] |= {"legend": None}
    return found


def _arranged(
    lite: Mapping, columns: int, factor: float, *, legend: int = 1, narrow: bool = False
) -> dict:
    """The figure with so many columns of panels and of legend entries, panels so much wider."""
    spec = copy.deepcopy({name: part for name, part in lite.items() if name != "datasets"})
    spec |= {"datasets": lite["datasets"], "columns": columns}
    spec["config"]["legend"]["columns"] = legend
    if "facet" in spec:
        spec["facet"]["header"] = {"labelExpr": LINES}
    for parameter in spec.get("params", []):
        if parameter["name"] == "narrow":
            parameter["value"] = narrow
    for panel in _panels(spec):
        if isinstance(panel["width"], Mapping):
            panel["width"]["step"] *= factor
        else:
            panel["width"] *= factor
        if not isinstance(panel["height"], Mapping):
            panel["height"] = max(LOWEST, panel["height"] * min(1.0, factor))
    return spec


def _svg(spec: Mapping) -> str:
    return steady(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE))


def _width(svg: str) -> float:
    return float(SIZE.search(svg)["width"])

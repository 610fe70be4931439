"""What of a figure's files does the page hold? Vega without data, and its picture, in the theme."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import vl_convert

from initatlas.figures.controls import LABELS, LARGEST
from initatlas.figures.drawing import VEGA_LITE
from initatlas.report.fading import fading
from initatlas.report.pictures import picture, themed
from initatlas.report.sparing import spared
from initatlas.report.tracing import traced

CHOICE = "sel_"  # prefix of the parameters that a reader sets


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A figure as the page shows it.

    vega: compiled, without data and configuration. lite: Vega-Lite without data, for whoever takes
    the figure away. datasets: its rows. choices: what a reader may set. fades: columns of which
    a reader may let a value stand out. live: whether the page holds more of it than the picture.
    """

    meta: dict
    lite: dict
    vega: dict
    config: dict
    datasets: dict
    choices: list
    fades: list
    picture: str
    live: bool = True


def chart(text: str, svg: str) -> Chart:
    """A figure from its JSON and SVG files."""
    lite = json.loads(text)
    datasets = lite.pop("datasets")
    meta = lite["usermeta"]["initatlas"]
    compiled = vl_convert.vegalite_to_vega(lite, vl_version=VEGA_LITE)
    vega = json.loads(themed(json.dumps(compiled)))
    config = vega.pop("config", {})
    for name in ("$schema", "description", "usermeta"):
        vega.pop(name, None)
    offered = choices(lite, datasets)
    several = _columns(datasets) - {choice["column"] for choice in offered}
    vega = responsive(silent(vega))
    fades = fading(vega, several)
    return Chart(
        meta=meta,
        lite=lite,
        vega=spared(traced(vega)),
        config=config,
        datasets=datasets,
        choices=offered,
        fades=fades,
        picture=picture(svg, meta["name"]),
    )


def silent(part: dict) -> dict:
    """Let no mark, axis or legend speak: the page tells of the whole, thousands would drown it."""
    for kind in ("marks", "axes", "legends"):
        for inner in part.get(kind, []):
            inner["aria"] = False
            inner.get("encode", {}).get("update", {}).pop("description", None)
            silent(inner)
    return part


def responsive(vega: dict) -> dict:
    """Let the page set how many panels and legend entries stand side by side.

    Signals: columns, legend_columns. They start as the figure was drawn.
    """
    signals = vega.setdefault("signals", [])
    if "columns" in vega.get("layout", {}):
        signals.append({"name": "columns", "value": vega["layout"]["columns"]})
        vega["layout"]["columns"] = {"signal": "columns"}
    signals.append({"name": "legend_columns", "value": 5})
    for legend in vega.get("legends", []):
        if "gradientLength" not in legend:
            legend["columns"] = {"signal": "legend_columns"}
    return vega


def _columns(datasets: Mapping) -> set[str]:
    return {name for rows in datasets.values() for row in rows[:1] for name in row}


def choices(lite: Mapping, datasets: Mapping) -> list[dict]:
    """For each parameter that a reader may set: its label, its options, where it starts."""
    rows = [row for rows in datasets.values() for row in rows]
    found = []
    for parameter in lite.get("params", []):
        if not parameter["name"].startswith(CHOICE):
            continue
        column = parameter["name"].removeprefix(CHOICE)
        named = (row.get(column) for row in rows)
        options = list(dict.fromkeys(value for value in named if value is not None))
        found.append(
            {
                "signal": parameter["name"],
                "column": column,
                "label": LABELS[column],
                "options": sorted(options) if column in LARGEST else options,
                "value": parameter["value"],
            }
        )
    return found

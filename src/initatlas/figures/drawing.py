"""How does a figure become files? Frames are rounded, charts compiled once, bytes repeatable."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd
import vl_convert

from initatlas import tables
from initatlas.figures.base import Drawn, Figure, Frames
from initatlas.figures.controls import parameters
from initatlas.figures.frames import ROWS, fitted, omitted
from initatlas.figures.theme import CONFIG, LIGHT
from initatlas.tables import Table

VEGA_LITE = "6.4"  # the version whose schema altair 6.3 writes
DIGITS = 4  # significant digits of what is drawn: a pixel is a few thousandths of a panel
CUT = ("depth", "width", "sigma_b2", "activation", "initializer")  # what goes first where too much
LISTED = 3  # of the many numbers of a density, of which none is told
UNTOLD = ("architecture", "dataset", "group", "variances")
IDENTIFIER = re.compile(r"\b(clip|gradient_)\d+\b")
SCALE = 2  # pixels of a PNG per point


def read_frames(figure: Figure, kinds: Mapping[str, Table], folder: Path) -> dict:
    """The tables that a figure needs."""
    return {
        name: tables.read(Path(folder) / f"{name}.parquet", kinds[name]).to_pandas()
        for name in figure.needs
    }


def drawn(figure: Figure, needed: Frames, initializers: Sequence[str]) -> Drawn:
    """The figure's files, from the tables that it needs."""
    frames = {name: bounded(frame) for name, frame in figure.tidy(needed).items()}
    if all(frame.empty for frame in frames.values()):
        spec = nothing(figure)
    else:
        spec = specification(figure, frames, initializers)
    text = json.dumps(
        spec, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    svg = steady(vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE))
    png = vl_convert.svg_to_png(on_paper(svg), scale=SCALE)
    return Drawn(json=text + "\n", svg=svg + "\n", png=png)


def bounded(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of at most ROWS rows, if leaving out depths, widths … can make it so."""
    if len(frame) <= ROWS:
        return frame
    return fitted(frame, [column for column in CUT if column in frame])


def specification(figure: Figure, frames: Frames, initializers: Sequence[str]) -> dict:
    """The chart as Vega-Lite, with its data, and what the report says about it."""
    title, caption = figure.title(frames), figure.caption(frames) + omitted(frames.values())
    spec = figure.draw(frames, initializers).to_dict()
    spec.pop("$schema", None)
    return {
        "$schema": alt.SCHEMA_URL,
        **spec,
        "config": CONFIG,
        "description": f"{title}. {caption}",
        "datasets": {name: records(frame) for name, frame in frames.items()},
        "usermeta": {"initatlas": meta(figure, title, caption)},
    }


def meta(figure: Figure, title: str, caption: str) -> dict:
    """What the report needs besides the chart."""
    return {
        "name": figure.name,
        "chapter": figure.chapter,
        "question": figure.question,
        "title": title,
        "caption": caption,
        "needs": list(figure.needs),
    }


def nothing(figure: Figure) -> dict:
    """A figure for a study whose tables hold no row for it."""
    lines = ["This study has", "no networks that answer the question."]
    text = " ".join(lines)
    chart = (
        alt.Chart(alt.NamedData("nothing"))
        .mark_text(fontSize=13, color=LIGHT["soft"], baseline="bottom")
        .encode(text=alt.value(lines))
    )
    chart = chart.properties(width=270, height=60).add_params(*parameters([]))
    spec = chart.to_dict()
    spec |= {"config": CONFIG, "description": f"{figure.question} {text}"}
    spec |= {"data": {"values": [{}]}, "datasets": {}}
    return spec | {"usermeta": {"initatlas": meta(figure, text.rstrip("."), "")}}


def records(frame: pd.DataFrame) -> list[dict]:
    """Rows as JSON has them: numbers rounded, what is not finite null.

    Columns that name the study's one architecture, data set or group of initializers are left out.
    """
    frame = frame[[name for name in frame if name not in UNTOLD or frame[name].nunique() > 1]]
    columns = {name: _plain(frame[name]) for name in frame}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _plain(values: pd.Series) -> list:
    if pd.api.types.is_float_dtype(values):
        return [round_to(value) for value in values.to_numpy()]
    return [_item(value) for value in values.tolist()]


def _item(value: object) -> object:
    if isinstance(value, np.ndarray):
        return [round_to(number, LISTED) for number in value]
    if isinstance(value, float):  # a column of names, null where there is none
        return round_to(value)
    return None if value is pd.NA else value


def round_to(value: float, digits: int = DIGITS) -> float | int | None:
    """So many significant digits; whole numbers as such; null for what is not finite."""
    if not np.isfinite(value):
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded


def steady(svg: str) -> str:
    """The SVG with its ids counted from 1: Vega counts on over all that a process draws."""
    numbers: dict[str, str] = {}

    def renumbered(match: re.Match) -> str:
        kind = match[1]
        known = sum(name.startswith(kind) for name in numbers)
        return numbers.setdefault(match[0], f"{kind}{known + 1}")

    return IDENTIFIER.sub(renumbered, svg)


def on_paper(svg: str) -> str:
    """The SVG with the light background: a PNG is pasted anywhere."""
    head, end, rest = svg.partition(">")
    return f'{head}{end}<rect width="100%" height="100%" fill="{LIGHT["paper"]}"/>{rest}'

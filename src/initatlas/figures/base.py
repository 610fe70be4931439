"""What is a figure? One question, what it needs, and four functions from tables to an answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure's record.

    chapter: the part of the report that it belongs to (`report/chapters.py`).
    tidy: the reduced tables it `needs`, by name → the frames that are drawn, by name; the first
        holds what its data file says. A frame named like the figure is its main one.
    title: the finding in words, from those frames. caption: what to see, n, what intervals mean.
    draw: the chart, from those frames and the study's initializers in their order.
    """

    name: str
    chapter: str
    question: str
    needs: tuple[str, ...]
    tidy: Callable[[Frames], Frames]
    title: Callable[[Frames], str]
    caption: Callable[[Frames], str]
    draw: Callable[[Frames, Sequence[str]], alt.TopLevelMixin]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A figure's files: Vega-Lite with its data, the same drawn as SVG and as PNG (2 ×)."""

    json: str
    svg: str
    png: bytes


def data(name: str) -> alt.NamedData:
    """The frame called `name`: its values are put in beside the chart, unparsed."""
    return alt.NamedData(name, format=alt.DataFormat(parse=None))

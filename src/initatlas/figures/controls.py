"""What may a reader choose? One value of each column along which a figure shows one at a time."""

import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import altair as alt
import pandas as pd

LABELS = {
    "depth": "Depth (hidden layers)",
    "width": "Width",
    "run": "Optimizer, learning rate",
    "activation": "Activation",
    "initializer": "Initializer",
    "group": "Group of initializers",
    "variances": "Initializers of equal variance",
    "quantity": "Quantity",
    "place": "Layer",
    "sigma_b2": "Bias variance σ_b²",
    "architecture": "Architecture",
    "dataset": "Data set",
    "optimizer": "Optimizer",
    "step": "Optimizer updates",
    "side": "Side of criticality",
    "score_of": "Score, of parts",
}
# A figure starts with the largest of these, of others with the first.
LARGEST = ("depth", "width", "step")
LINE = 46  # letters of a heading's line, where it is as wide as a phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A choice among the values of a column; `value` is the one a figure starts with."""

    column: str
    label: str
    options: list
    value: object

    @property
    def signal(self) -> str:
        """The parameter's name in the chart."""
        return f"sel_{self.column}"

    def as_dict(self) -> dict:
        """Plain values, for the page that offers the choice."""
        return asdict(self) | {"signal": self.signal}


def controls(frame: pd.DataFrame, columns: Sequence[str]) -> list[Control]:
    """A control for each of the columns that has more than one value."""
    found = []
    for column in columns:
        options = list(dict.fromkeys(frame[column].dropna().tolist()))
        if len(options) < 2:
            continue
        if column in LARGEST:
            options.sort()
        value = options[-1] if column in LARGEST else options[0]
        found.append(Control(column=column, label=LABELS[column], options=options, value=value))
    return found


def chosen(frame: pd.DataFrame, choices: Sequence[Control]) -> pd.DataFrame:
    """The rows that a figure starts with."""
    for control in choices:
        frame = frame[frame[control.column] == control.value]
    return frame


def controlled(chart: alt.LayerChart, choices: Sequence[Control]) -> alt.LayerChart:
    """The chart, showing the chosen rows only."""
    for control in choices:
        chart = chart.transform_filter(f"datum.{control.column} === {control.signal}")
    return chart


def among(chart: alt.LayerChart, choices: Sequence[Control]) -> alt.LayerChart:
    """The chart, showing the chosen rows, and those that say nothing of a choice."""
    for control in choices:
        name = control.column
        chart = chart.transform_filter(
            f"!isValid(datum.{name}) || datum.{name} === {control.signal}"
        )
    return chart


def parameters(choices: Sequence[Control]) -> list[alt.Parameter]:
    """What a chart must declare at its top: what is chosen, and how the page shows it.

    live: what is chosen stands beside the chart; reached: a pointer is on it, so that it needs
    points that answer; narrow: it is as wide as a phone.
    """
    page = [alt.param(name=name, value=False) for name in ("live", "reached", "narrow")]
    return [*page, *(alt.param(name=c.signal, value=c.value) for c in choices)]


def heading(up: str, right: str, choices: Sequence[Control]) -> alt.Title:
    """A chart's heading: its axes, upwards and to the right, and what is chosen.

    Axes of panels have no room for titles of their own.
    """
    up, right = f"↑ {up}", f"→ {right}"
    beside = [repr(up + chr(8195) + right)]
    below = [repr(line) for axis in (up, right) for line in textwrap.wrap(axis, LINE)]
    axes = f"narrow ? {_lines(below)} : {_lines(beside)}"
    if not choices:
        return alt.Title(alt.expr(axes))
    said = [f"'{choice.label}: ' + {choice.signal}" for choice in choices]
    whole = [*beside, " + ' · ' + ".join(said)]
    told = f"narrow ? {_lines([*below, *said])} : {_lines(whole)}"
    return alt.Title(alt.expr(f"live ? ({axes}) : ({told})"))


def _lines(expressions: Sequence[str]) -> str:
    return f"[{', '.join(expressions)}]"

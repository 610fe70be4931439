"""How are values drawn that span powers of ten, and may be 0, infinite or no number?

Within a window, whose margin strips hold a mark for what is zero or not finite, so that nothing
is dropped. Curves that leave the window go on beyond it, which captions say.
"""

from dataclasses import dataclass

import altair as alt
import numpy as np
import pandas as pd

from initatlas.figures.theme import LIGHT
from initatlas.figures.words import tick

# What vanished by ten decades, or grew by five, is lost for training: more would only flatten
# the range in which curves differ.
FLOOR, CEILING = -10, 5
STRIP = 0.1  # height of a strip, as a share of the window
ZERO, NOT_FINITE = "zero", "not finite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What of a quantity is shown: from `low` to `high`, with named ticks, and strips beside."""

    low: float
    high: float
    ticks: dict[float, str]
    zero: bool
    not_finite: bool

    @classmethod
    def decades(cls, log10: pd.Series, outside: pd.Series, count: int = 4) -> "Window":
        """The decades that hold these logarithms, as far as FLOOR and CEILING allow."""
        finite = log10[np.isfinite(log10)]
        low = int(np.floor(np.clip(finite.min(), FLOOR, CEILING - 1))) if len(finite) else -1
        high = int(np.ceil(np.clip(finite.max(), low + 1, CEILING))) if len(finite) else 1
        step = max(1, -(-(high - low) // count))
        marks = {
            float(k): f"1e{tick(k)}" if k else "1" for k in range(low, high + 1) if k % step == 0
        }
        return cls(low=low, high=high, ticks=marks, **_strips(outside))

    @classmethod
    def linear(cls, low: float, high: float, ticks: list[float], outside: pd.Series) -> "Window":
        """A range of plain numbers."""
        marks = {float(place): tick(place) for place in ticks}
        return cls(low=low, high=high, ticks=marks, **_strips(outside))

    @property
    def strip(self) -> float:
        """Height of a strip, in units of the axis."""
        return STRIP * (self.high - self.low)

    def scale(self) -> alt.Scale:
        """A linear scale over the window and its strips."""
        below = self.strip if self.zero else 0
        above = self.strip if self.not_finite else 0
        return alt.Scale(domain=[self.low - below, self.high + above], nice=False, zero=False)

    def axis(self) -> alt.Axis:
        """The ticks, and at the strips what they hold."""
        strips = {}
        if self.zero:
            strips[self.low - self.strip / 2] = "0"
        if self.not_finite:
            strips[self.high + self.strip / 2] = "∞, NaN"
        marks = {
            place: name
            for place, name in self.ticks.items()
            if all(abs(place - strip) > self.strip for strip in strips)
        } | strips
        return named_axis(marks)

    def grounds(self, panel: str) -> list[alt.Chart]:
        """The strips' ground, once a panel."""
        ends = []
        if self.zero:
            ends.append((self.low - self.strip, self.low))
        if self.not_finite:
            ends.append((self.high, self.high + self.strip))
        return [
            alt.Chart()
            .transform_aggregate(rows="count()", groupby=[panel])
            .mark_rect(color=LIGHT["strip"])
            .encode(y=alt.YDatum(low), y2=alt.Y2Datum(high))
            for low, high in ends
        ]

    def position(self) -> str:
        """Vega expression: where in a strip a row that is `outside` stands."""
        low, high = self.low - self.strip / 2, self.high + self.strip / 2
        return f"datum.outside === '{ZERO}' ? {low} : {high}"


def named_axis(marks: dict[float, str]) -> alt.Axis:
    """An axis with these names at these places, all of them."""
    places = sorted(marks)
    label = "".join(f"datum.value === {place!r} ? {marks[place]!r} : " for place in places) + "''"
    # Without a count of its own Vega leaves out every other place where they stand close.
    return alt.Axis(
        values=places, tickCount=len(places), labelExpr=label, labelOverlap=False, title=None
    )


def outside(value: pd.Series, n_finite: pd.Series, n_seeds: pd.Series) -> pd.Series:
    """What keeps a value, or some of the networks behind it, off the axis; else None."""
    lost = ~np.isfinite(value) | (n_finite < n_seeds)
    names = np.select([value == 0, lost], [ZERO, NOT_FINITE], default="")
    return pd.Series(names, index=value.index).replace("", None)


def _strips(outside: pd.Series) -> dict[str, bool]:
    return {
        "zero": bool((outside == ZERO).any()),
        "not_finite": bool((outside == NOT_FINITE).any()),
    }

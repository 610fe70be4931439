"""How are thousands of points with intervals drawn in few words? As one path a series.

A point of its own costs a picture some hundred characters. A line that is broken before the next
point begins is as short as its numbers: round ends make a dot of it, or it has two ends.
"""

import altair as alt

GAP = "gap"  # of no row: what is drawn there breaks the line


def dots(rows: alt.Chart, value: str, y: dict, *, size: float = 4) -> alt.Chart:
    """A dot at each row's `value`; rows are of one series by their colour."""
    return (
        rows.transform_fold([value, GAP], as_=["end", "place"])
        .mark_line(clip=True, strokeCap="round", strokeWidth=size)
        .encode(y=alt.Y("place:Q", **y))
    )


def answering(rows: alt.Chart) -> alt.Chart:
    """Points that nobody sees, while a pointer is on the chart: they answer it with a tooltip."""
    return rows.transform_filter("reached").mark_point(opacity=0, size=70, clip=True)


def whiskers(rows: alt.Chart, low: str, high: str, y: dict) -> alt.Chart:
    """A thin line from each row's `low` to its `high`, if it has them."""
    return (
        rows.transform_filter(f"isValid(datum.{low}) && isValid(datum.{high})")
        .transform_fold([low, high, GAP], as_=["end", "place"])
        .mark_line(clip=True, strokeWidth=1)
        .encode(y=alt.Y("place:Q", **y))
    )

"""How large may a page become? What has no room in it is in the files beside it.

Sizes of the rest do not grow with a study: tables are cut to so many rows, findings are few.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from initatlas.report.charts import Chart
from initatlas.report.embedding import columns, packed

# Characters of all figures together.
CHARTS = 2_500_000  # with their rows, as the page holds them
PICTURES = 2_000_000


def bounded(charts: Sequence[Chart]) -> list[Chart]:
    """The charts, the largest without rows or without a picture where all would be too much."""
    sizes = {chart.meta["name"]: _size(chart) for chart in charts}
    live = within(sizes, CHARTS)
    drawn = within({chart.meta["name"]: len(chart.picture) for chart in charts}, PICTURES)
    return [_bounded(chart, live, drawn) for chart in charts]


def within(sizes: Mapping[str, int], room: int) -> set[str]:
    """Names of as many as there is room for, the smallest first."""
    found, total = set(), 0
    for name in sorted(sizes, key=sizes.__getitem__):
        total += sizes[name]
        if total <= room:
            found.add(name)
    return found


def _size(chart: Chart) -> int:
    return len(packed([chart.vega, chart.lite, columns(chart.datasets)]))


def _bounded(chart: Chart, live: set[str], drawn: set[str]) -> Chart:
    name = chart.meta["name"]
    if name not in live:
        chart = replace(chart, datasets={}, choices=[], fades=[], live=False)
    if name not in drawn:
        chart = replace(chart, picture=f"<p>See figures/{name}.svg.</p>")
    return chart

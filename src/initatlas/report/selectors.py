"""What may a reader choose for a whole chapter? What several of its figures let choose."""

from collections import Counter
from collections.abc import Iterable, Sequence

from initatlas.figures.controls import LABELS
from initatlas.report.charts import Chart
from initatlas.report.fading import EVERYWHERE

SHARED = 2  # figures that must offer a value


def selectors(charts: Sequence[Chart]) -> list[dict]:
    """Choices of a chapter: column, label, options as text, and what stands before any is chosen.

    Where an initializer or activation is no choice of a figure's, the chosen one stands out of it,
    and a reader may have none of them.
    """
    found = []
    for column in (*EVERYWHERE, *(name for name in LABELS if name not in EVERYWHERE)):
        offered = [c["options"] for chart in charts for c in chart.choices if c["column"] == column]
        standing = [_values(chart, column) for chart in charts if column in chart.fades]
        optional = column in EVERYWHERE
        options = _once([*standing, _shared(offered)] if optional else [_shared(offered)])
        if len(options) > 1:
            found.append(
                {
                    "column": column,
                    "label": LABELS[column],
                    "options": options,
                    "before": "as chosen below" if offered else "all",
                    "optional": optional,
                }
            )
    return found


def _shared(offers: Sequence[Sequence[object]]) -> list[str]:
    """The values that several figures offer, in their order, as the page says them."""
    counts = Counter(str(option) for options in offers for option in options)
    return [text for text, figures in counts.items() if figures >= SHARED]


def _once(lists: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(text for texts in lists for text in texts))


def _values(chart: Chart, column: str) -> list[str]:
    """What of a column a chart shows; where one initializer stands for others, all of them."""
    named = "members" if column == "initializer" else column
    rows = [row for rows in chart.datasets.values() for row in rows]
    values = (row.get(named) or row.get(column) for row in rows)
    texts = [str(value) for value in values if value is not None]
    return _once(text.split(", ") if column == "initializer" else [text] for text in texts)

"""Lines of a compiled chart become one mark a series, which looks as its line did."""

import json

import pytest

from initatlas.report.tracing import traceable, traced

PLACED = {"field": "layer", "scale": "x"}


def lines(**look: object) -> dict:
    """A group of lines, one for each initializer."""
    update = {"x": PLACED, "y": {"field": "theory", "scale": "y"}, "defined": {"signal": "true"}}
    series = {"type": "line", "clip": True, "sort": {"field": "x"}}
    facet = {"data": "rows", "groupby": ["initializer", "initializer"], "name": "series"}
    series["encode"] = {"update": update | look}
    return {"type": "group", "from": {"facet": facet}, "marks": [series]}


def test_a_series_is_one_mark_that_looks_as_its_first_row():
    group = {
        "marks": [
            lines(
                stroke={"field": "initializer", "scale": "color"},
                opacity=[{"test": "faded(datum, focus)", "value": 0.1}, {"value": 1}],
            )
        ]
    }
    (mark,) = traced(group)["marks"]
    look = mark["encode"]["update"]
    assert (mark["type"], mark["clip"]) == ("shape", True)
    assert look["stroke"] == {"field": "rows[0].initializer", "scale": "color"}
    assert look["opacity"][0]["test"] == "faded(datum.rows[0], focus)"
    assert look["shape"] == {"signal": "traced(datum.rows, 'layer', 'x', 'theory', 'y')"}
    (source,) = group["data"]
    assert (source["source"], source["transform"][0]["groupby"]) == ("rows", ["initializer"])


@pytest.mark.parametrize(
    "look",
    [{"interpolate": {"value": "step"}}, {"tooltip": {"signal": "datum"}}, {"x": {"value": 0}}],
    ids=json.dumps,
)
def test_other_lines_are_left_as_they_are(look):
    assert not traceable(lines(**look))

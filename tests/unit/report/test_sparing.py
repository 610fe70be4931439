"""Nothing is left out that a compiled chart needs: ranges of its scales, rows of its marks."""

import pytest

from initatlas.report.sparing import spared

FILTER = {"type": "filter", "expr": "datum.shown"}


def chart(*steps: dict, domain: list | None = None) -> dict:
    """Rows, some of them, and a scale of both."""
    fields = [{"data": name, "field": "layer"} for name in domain or ("rows", "some")]
    return {
        "data": [{"name": "rows"}, {"name": "some", "source": "rows", "transform": [*steps]}],
        "scales": [{"name": "x", "type": "linear", "domain": {"fields": fields}}],
    }


def names(vega: dict) -> list[str]:
    return [data["name"] for data in vega["data"]]


def test_rows_that_only_repeat_what_a_scale_knows_are_left_out():
    vega = spared(chart(FILTER))
    assert vega["scales"][0]["domain"] == {"fields": [{"data": "rows", "field": "layer"}]}
    assert names(vega) == ["rows"]


@pytest.mark.parametrize(
    "step",
    [
        {"type": "formula", "as": "layer", "expr": "2 * datum.layer"},
        {"type": "fold", "as": ["layer", "end"], "fields": ["low", "high"]},
        {"type": "aggregate", "groupby": ["layer"]},
    ],
    ids=lambda step: step["type"],
)
def test_rows_that_may_have_another_range_are_kept(step):
    assert len(spared(chart(step))["scales"][0]["domain"]["fields"]) == 2


def test_an_order_of_names_is_left_as_it_is():
    vega = chart(FILTER)
    vega["scales"][0]["type"] = "band"
    assert names(spared(vega)) == ["rows", "some"]


def test_rows_that_a_mark_reads_are_kept_and_those_of_a_panel_do_not_count():
    panel = {"type": "group", "from": {"data": "rows"}, "data": [{"name": "some"}]}
    panel["marks"] = [{"type": "symbol", "from": {"data": "some"}}]
    assert names(spared(chart(FILTER) | {"marks": [panel]})) == ["rows"]
    read = {"type": "symbol", "from": {"data": "some"}}
    assert names(spared(chart(FILTER) | {"marks": [panel, read]})) == ["rows", "some"]

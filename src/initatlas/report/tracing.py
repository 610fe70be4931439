"""How are dozens of lines drawn fast? Each as one mark, a shape, rather than a mark a point.

Vega-Lite makes a group of each series, with a line or an area of as many items as it has rows,
each with all of their looks. Here a series is a row that holds its `rows`; the page defines the
function `traced(rows, x, its scale, y, its scale, y2 of an area)`, which makes an outline of them.
"""

import re

PLACES = ("x", "y", "y2", "defined", "orient")  # channels that the outline stands for
ROW = "datum.rows[0]"  # which says how a series looks: it is the same for all of its rows
DATUM = re.compile(r"\bdatum\b")


def traced(group: dict) -> dict:
    """Draw the series in the group, however deep, as shapes: straight ones without tooltips."""
    for mark in group.get("marks", []):
        if traceable(mark):
            _trace(group, mark)
        else:
            traced(mark)
    return group


def traceable(mark: dict) -> bool:
    """Is it a group for each series of rows, each one line or area from left to right?"""
    if "facet" not in mark.get("from", {}) or len(mark["marks"]) != 1:
        return False
    series = mark["marks"][0]
    if series["type"] not in ("line", "area") or series.get("sort") != {"field": "x"}:
        return False
    look = series["encode"]["update"]
    scaled = all({"field", "scale"} == set(look[name]) for name in PLACES[:3] if name in look)
    return scaled and not {"interpolate", "tooltip", "x2"} & set(look)


def _trace(group: dict, mark: dict) -> None:
    """The group's mark as one of shapes, of data that hold a row for each series."""
    facet, series = mark["from"]["facet"], mark["marks"][0]
    look = series["encode"]["update"]
    x, y = look["x"], look["y"]
    ends = [x["field"], x["scale"], y["field"], y["scale"]]
    ends += [look["y2"]["field"]] if "y2" in look else []
    outline = f"traced(datum.rows, {', '.join(map(repr, ends))})"
    shown = {name: _first(channel) for name, channel in look.items() if name not in PLACES}
    collected = {
        "type": "aggregate",
        "groupby": list(dict.fromkeys(facet["groupby"])),
        "fields": [x["field"]],
        "ops": ["values"],
        "as": ["rows"],
    }
    source = {"name": facet["name"], "source": facet["data"], "transform": [collected]}
    group.setdefault("data", []).append(source)
    kept = {key: value for key, value in series.items() if key != "sort"}
    mark.clear()
    mark |= kept | {"type": "shape", "encode": {"update": shown | {"shape": {"signal": outline}}}}


def _first(channel: object) -> object:
    """A channel of a series, as its first row has it."""
    if isinstance(channel, list):
        return [_first(rule) for rule in channel]
    found = dict(channel)
    for key in ("test", "signal"):
        if key in found:
            found[key] = DATUM.sub(ROW, found[key])
    if "field" in found:
        found["field"] = f"rows[0].{found['field']}"
    return found

"""How does a chart let one thing stand out? Marks of all others fade; its legend can be clicked.

The page sets the signal `focus`: for some columns the values that stand out, or null. It defines
the function `faded(row, focus)`.
"""

from collections.abc import Collection, Iterator

FADED, NAMED = 0.1, 0.4  # opacity of what does not stand out, of its name in a legend
EVERYWHERE = ("initializer", "activation")  # stand out in figures that have no colour for them, too
CHANNELS = ("stroke", "fill", "shape", "strokeDash")  # of a legend that shows symbols


def fading(vega: dict, columns: Collection[str]) -> list[str]:
    """Let the chart's marks fade; the columns of its data by which they do.

    Those of its legends come first: what is clicked is known by the first that it has.
    """
    legends = {id(legend): _column(vega, legend) for legend in vega.get("legends", [])}
    coloured = [name for name in dict.fromkeys(legends.values()) if name in columns]
    coloured.sort(key=lambda name: name not in EVERYWHERE)
    found = list(dict.fromkeys([*coloured, *(name for name in EVERYWHERE if name in columns)]))
    if not found:
        return []
    vega.setdefault("signals", []).append({"name": "focus", "value": None})
    for mark in _marks(vega):
        _fade(mark["encode"]["update"], "datum", FADED)
    for number, legend in enumerate(vega.get("legends", [])):
        if legends[id(legend)] in found:
            _clickable(legend, legends[id(legend)], number)
    return found


def _marks(group: dict) -> Iterator[dict]:
    """All marks that are drawn for rows, however deep in groups."""
    for mark in group.get("marks", []):
        if mark["type"] == "group":
            yield from _marks(mark)
        elif "update" in mark.get("encode", {}):
            yield mark


def _column(vega: dict, legend: dict) -> str | None:
    """The column that a legend tells of: that of the marks with its scale. None of a gradient."""
    if "gradientLength" in legend:
        return None
    scales = {legend[channel] for channel in CHANNELS if channel in legend}
    for mark in _marks(vega):
        for channel in mark["encode"]["update"].values():
            for rule in channel if isinstance(channel, list) else [channel]:
                if rule.get("scale") in scales and isinstance(rule.get("field"), str):
                    return rule["field"]
    return None


def _fade(look: dict, row: str, least: float) -> None:
    """Less opacity where the row does not stand out; what is never seen stays so."""
    own = look.get("opacity", {"value": 1})
    rules = own if isinstance(own, list) else [own]
    if not any(rule.get("value") == 0 for rule in rules):
        look["opacity"] = [{"test": f"focus && faded({row}, focus)", "value": least}, *rules]


def _clickable(legend: dict, column: str, number: int) -> None:
    """Let the page hear of clicks on the legend's entries, by names that are unique in a chart."""
    parts = legend.setdefault("encode", {})
    for name in ("labels", "symbols"):
        part = parts.setdefault(name, {})
        part |= {"name": f"legend_{name}{number}_{column}", "interactive": True}
        look = part.setdefault("update", {})
        look["cursor"] = {"value": "pointer"}
        _fade(look, f"{{{column}: datum.value}}", NAMED)

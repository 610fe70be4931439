"""What need a chart not compute? Rows that only tell a scale what other rows tell it.

Vega-Lite makes the rows of each layer in each panel, and again for all panels, where a scale may
ask for their range. What was made of other rows by leaving some out has no other range.
"""

import re
from collections.abc import Mapping

WORD = re.compile(r"\w+")
CONTINUOUS = ("linear", "log", "symlog", "pow", "sqrt")  # scales whose domain is a range
KEEPING = ("filter", "formula", "fold")  # steps that leave columns as they are but those they make


def spared(vega: dict) -> dict:
    """Let scales read a column at its source, and leave out rows that nothing reads any more."""
    sources = {data["name"]: data for data in vega["data"]}
    for scale in vega.get("scales", []):
        domain = scale.get("domain")
        if scale["type"] in CONTINUOUS and isinstance(domain, dict) and "fields" in domain:
            domain["fields"] = [
                field
                for field in domain["fields"]
                if not any(_repeats(field, other, sources) for other in domain["fields"])
            ]
    for data in reversed(vega["data"]):
        others = [other for other in vega["data"] if other is not data]
        if data["name"] not in _read([*(vega | {"data": others}).values()]):
            vega["data"] = others
    return vega


def _repeats(field: object, other: object, sources: Mapping[str, dict]) -> bool:
    """Is it the other's column, of rows that were made of the other's?"""
    if not isinstance(field, dict) or not isinstance(other, dict):
        return False
    made = field["field"] == other["field"] and field["data"] != other["data"]
    data = sources[field["data"]]
    while made and data["name"] != other["data"]:
        made = "source" in data and all(
            _keeps(step, field["field"]) for step in data.get("transform", [])
        )
        data = sources[data["source"]] if made else data
    return made


def _keeps(step: Mapping, column: str) -> bool:
    made = step.get("as", [])
    return step["type"] in KEEPING and column not in (made if isinstance(made, list) else [made])


def _read(part: object) -> set[str]:
    """All words in a part, but for the names of data that a group has of its own."""
    if isinstance(part, str):
        return set(WORD.findall(part))
    if isinstance(part, list):
        return set().union(*map(_read, part))
    if not isinstance(part, dict):
        return set()
    own = part["data"] if isinstance(part.get("data"), list) else []
    inside = set().union(*map(_read, part.values())) - {data["name"] for data in own}
    return inside | _read(part.get("from"))

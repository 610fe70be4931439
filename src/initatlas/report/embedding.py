"""How does data get into the page, each column once? Packed, the same bytes every time."""

import base64
import gzip
import json
from collections.abc import Mapping, Sequence

Rows = Sequence[Mapping[str, object]]


def packed(content: object) -> str:
    """Any JSON value as base64 of gzip: the same bytes for the same value, at any time."""
    text = json.dumps(
        content, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return base64.b64encode(gzip.compress(text.encode(), compresslevel=9, mtime=0)).decode()


def unpacked(text: str) -> object:
    """What `packed` packed."""
    return json.loads(gzip.decompress(base64.b64decode(text)))


def columns(datasets: Mapping[str, Rows]) -> dict:
    """Data sets by columns, of which equal ones are kept once: figures share their keys.

    A column of names is a list of them and, for each row, a number in it.
    """
    store: list[object] = []
    places: dict[str, int] = {}
    found = {}
    for name, rows in datasets.items():
        fields = list(rows[0]) if rows else []
        placed = {}
        for field in fields:
            column = _encoded([row[field] for row in rows])
            text = json.dumps(column)
            if text not in places:
                places[text] = len(store)
                store.append(column)
            placed[field] = places[text]
        found[name] = {"rows": len(rows), "fields": [[field, placed[field]] for field in fields]}
    return {"columns": store, "datasets": found}


def _encoded(values: list) -> object:
    if not any(isinstance(value, str) for value in values):
        return values
    names = list(dict.fromkeys(values))
    place = {name: number for number, name in enumerate(names)}
    return {"names": names, "codes": [place[value] for value in values]}

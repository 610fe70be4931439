"""What reports say of studies that nobody computed, as small as it can be, and written to files."""

import json
from pathlib import Path

from initatlas.report.facts import FORMAT


def number(name: str, value: float | None, low: float | None = None, high: float | None = None):
    return {"name": name, "value": value, "low": low, "high": high}


def finding(kind: str, *numbers: dict, text: str = "It is so.", figure: str = "") -> dict:
    return {"kind": kind, "text": text, "figure": figure, "chapter": "", "numbers": list(numbers)}


def advice(initializer: str, **changes: object) -> dict:
    """A recommendation for one case, with an interval of 0.02 around its score."""
    return {
        "architecture": "mlp",
        "activation": "relu",
        "depth": 64,
        "width": 128,
        "initializer": initializer,
        "score": 0.9,
        "score_low": 0.88,
        "score_high": 0.92,
        "decisive": 1,
        "as_good": "",
    } | changes


def facts(**changes: object) -> dict:
    """The content of a report.json without findings or recommendations."""
    return {
        "format": FORMAT,
        "initatlas": "0.1.0",
        "study": "atlas",
        "question": "Which?",
        "summary": "8 untrained networks.",
        "size": {"cells": 2, "networks": 8, "training_runs": 0},
        "findings": [],
        "figures": [],
        "recommendation": [],
        "config": {"study": "atlas", "seed": 1},
        "provenance": {"measured": {}, "versions": {}, "code": {}},
    } | changes


def put(results: Path, folder: str, **changes: object) -> Path:
    """Write what the report of a study in `folder` says; the path of the file."""
    path = results / folder / "report.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(facts(study=folder) | changes), encoding="utf-8")
    return path

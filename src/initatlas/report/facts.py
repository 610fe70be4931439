"""What does the report say, to a program? Findings with their numbers, advice, settings.

`report.schema.json` describes it. No date and no time: the same tables make the same bytes.
"""

import json
import math
from collections.abc import Mapping, Sequence

from initatlas import __version__
from initatlas.report import method
from initatlas.report.chapters import in_order
from initatlas.report.charts import Chart
from initatlas.report.evidence import Tables
from initatlas.report.finding import Finding
from initatlas.report.findings import findings
from initatlas.report.page import QUESTION
from initatlas.study import Study

FORMAT = "initatlas report 1"
ADVICE = (  # columns of the table of recommendations
    "architecture",
    "activation",
    "depth",
    "width",
    "initializer",
    "runner_up",
    "score",
    "score_low",
    "score_high",
    "difference",
    "difference_low",
    "difference_high",
    "decisive",
    "as_good",
    "theory_pick",
    "n_seeds",
)


def facts(
    study: Study,
    config: Mapping,
    tables: Tables,
    charts: Sequence[Chart],
    provenance: Mapping[str, Mapping],
) -> dict[str, object]:
    """All that the page says in words and that is not in the tables; arguments as of `page`."""
    return {
        "format": FORMAT,
        "initatlas": __version__,
        "study": study.name,
        "question": QUESTION,
        "summary": method.summary(tables, study),
        "size": method.size(tables),
        "findings": [_finding(found) for found in findings(tables)],
        "figures": [
            {name: chart.meta[name] for name in ("name", "chapter", "question", "title")}
            for chart in in_order(charts)
        ],
        "recommendation": _advice(tables),
        "config": dict(config),
        "provenance": dict(provenance),
    }


def text(content: Mapping[str, object]) -> str:
    """The facts as a file has them."""
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _finding(found: Finding) -> dict[str, object]:
    return {
        "kind": found.kind,
        "text": found.text,
        "figure": found.figure,
        "chapter": found.chapter,
        "numbers": [
            {
                "name": number.name,
                "value": _finite(number.value),
                "low": _finite(number.low),
                "high": _finite(number.high),
            }
            for number in found.numbers
        ],
    }


def _advice(tables: Tables) -> list[dict[str, object]]:
    """The recommendations: what a reader needs to use them, and to tell whether others differ."""
    if "recommendation" not in tables:
        return []
    rows = tables["recommendation"][list(ADVICE)].to_dict("records")
    return [
        {name: _finite(v) if isinstance(v, float) else v for name, v in row.items()} for row in rows
    ]


def _finite(value: float) -> float | None:
    """JSON has neither NaN nor infinity."""
    return float(value) if math.isfinite(value) else None

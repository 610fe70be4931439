"""The report: one file that opens offline, made of tables and figures alone.

What the command line calls:

    build(results, config=…, tables=[…], figures=[…], citation=…) -> Report

`results` is the study's folder, `config` its configuration, `tables` and `figures` the names of
what the study has of each, `citation` what CITATION.cff says: nothing else in the folder is read,
but the provenance of the data set and of one block of each stage. Write it with
`tables.write_text(results / "report.html", …)`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from initatlas.figures import FIGURES
from initatlas.report import facts
from initatlas.report.charts import Chart, chart
from initatlas.report.origin import origin
from initatlas.report.page import page
from initatlas.report.reading import read_tables, row_counts
from initatlas.study import Study

__all__ = ["Report", "build"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a study says, to a reader as HTML and to a program as JSON."""

    page: str
    facts: str


def build(
    results: Path,
    *,
    config: Mapping,
    tables: Sequence[str],
    figures: Sequence[str],
    citation: Mapping[str, object],
) -> Report:
    """The study's report."""
    results, study = Path(results), Study.from_config(config)
    charts = [_chart(results, name) for name in FIGURES if name in set(figures)]
    provenance = origin(results, study)
    made_of = (study, config, read_tables(results, tables), charts)
    rows = {"rows": row_counts(results, tables)}
    return Report(
        page=page(*made_of, provenance | rows, citation),
        facts=facts.text(facts.facts(*made_of, provenance)),
    )


def _chart(results: Path, name: str) -> Chart:
    stem = results / "figures" / name
    texts = (stem.with_suffix(suffix).read_text(encoding="utf-8") for suffix in (".json", ".svg"))
    return chart(*texts)

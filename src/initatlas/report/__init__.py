"""The report: one file that opens offline, made of tables and figures alone.

What the command line calls:

    build(results, config=…, tables=[…], figures=[…], citation=…) -> str

`results` is the study's folder, `config` its configuration, `tables` and `figures` the names of
what the study has of each, `citation` what CITATION.cff says: nothing else in the folder is read,
but the provenance of the data set and of one block of each stage. Write it with
`tables.write_text(results / "report.html", …)`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from initatlas.figures import FIGURES
from initatlas.report.charts import Chart, chart
from initatlas.report.origin import origin
from initatlas.report.page import page
from initatlas.report.reading import read_tables, row_counts
from initatlas.study import Study

__all__ = ["build"]


def build(
    results: Path,
    *,
    config: Mapping,
    tables: Sequence[str],
    figures: Sequence[str],
    citation: Mapping[str, object],
) -> str:
    """The study's report as HTML."""
    results, study = Path(results), Study.from_config(config)
    charts = [_chart(results, name) for name in FIGURES if name in set(figures)]
    provenance = origin(results, study) | {"rows": row_counts(results, tables)}
    return page(study, config, read_tables(results, tables), charts, provenance, citation)


def _chart(results: Path, name: str) -> Chart:
    stem = results / "figures" / name
    texts = (stem.with_suffix(suffix).read_text(encoding="utf-8") for suffix in (".json", ".svg"))
    return chart(*texts)

"""How do tables and figures become one page? Collected, put in order, and sealed by its policy."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import jinja2
import vl_convert
import yaml
from markupsafe import Markup

from initatlas import __version__
from initatlas.figures.theme import DARK, LIGHT
from initatlas.report import bibliography, listings, method
from initatlas.report.charts import Chart
from initatlas.report.embedding import columns, packed
from initatlas.report.evidence import Tables
from initatlas.report.findings import findings
from initatlas.study import Study

QUESTION = "Which initialization should a deep network start from, and why?"
INTERPRETER = "2.0.0"  # of vega-interpreter, in vl-convert 1.9
TRAINING_TABLES = {"traces", "histograms", "outcomes", "convergence"}


def page(
    study: Study,
    config: Mapping,
    tables: Tables,
    charts: Sequence[Chart],
    provenance: Mapping[str, Mapping],
) -> str:
    """The report as HTML; `provenance` holds "measured", "versions" and "code"."""
    numbered = {chart.meta["name"]: place for place, chart in enumerate(charts, start=1)}
    scripts = {
        "theme_script": template("theme.js"),
        "vega_script": vega_bundle(),
        "page_script": template("report.js"),
    }
    found = [
        {"text": f.text, "figure": f.figure, "number": numbered.get(f.figure)}
        for f in findings(tables)
    ]
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals["table_of"] = lambda table: Markup(
        environment.from_string(template("table.html.jinja")).render(table=table)
    )
    return environment.from_string(template("report.html.jinja")).render(
        study=study.name,
        question=QUESTION,
        version=__version__,
        policy=policy(scripts.values()),
        style=Markup(style()),
        summary=method.summary(tables, study),
        findings=found,
        chapters=chapters(charts, numbered, tables),
        method=method.paragraphs(study, provenance["measured"]),
        provenance=_provenance(tables, provenance),
        configuration=yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True),
        references=bibliography.WORKS,
        licences=template("licences.txt").replace("{{vega}}", vl_convert.get_vega_version()),
        content=packed(content(study.name, charts)),
        **{name: Markup(script) for name, script in scripts.items()},
    )


def chapters(
    charts: Sequence[Chart], numbered: Mapping[str, int], tables: Tables
) -> list[dict[str, object]]:
    """Before training and during it; a chapter without figures is left out."""
    before = [c for c in charts if not TRAINING_TABLES & set(c.meta["needs"])]
    during = [c for c in charts if TRAINING_TABLES & set(c.meta["needs"])]
    found = [
        ("signals", "Signals", "Signals and gradients before training", before, listings.zeros),
        ("training", "Training", "What training makes of them", during, listings.endings),
    ]
    return [
        {
            "anchor": anchor,
            "short": short,
            "title": title,
            "figures": [_figure(chart, numbered) for chart in shown],
            "tables": listing(tables),
        }
        for anchor, short, title, shown, listing in found
        if shown
    ]


def _figure(chart: Chart, numbered: Mapping[str, int]) -> dict[str, object]:
    extra = {"number": numbered[chart.meta["name"]], "choices": chart.choices}
    return chart.meta | extra | {"picture": Markup(chart.picture)}


def _provenance(tables: Tables, provenance: Mapping[str, Mapping]) -> list[listings.Listing]:
    note = "Measured of what the networks were shown: theory starts from these."
    code = "sha256 of the source that each result depends on, without comments and docstrings."
    return [
        *listings.facts("Data set", note, provenance["measured"]),
        *listings.facts("Versions", "Of what computed the results.", provenance["versions"]),
        *listings.facts("Source", code, provenance["code"]),
        *listings.timings(tables),
    ]


def content(study: str, charts: Sequence[Chart]) -> dict[str, object]:
    """What the page's script reads: charts, and their rows by columns that they share."""
    rows = {name: data for chart in charts for name, data in chart.datasets.items()}
    return {
        "study": study,
        "config": charts[0].config if charts else {},
        "data": columns(rows),
        "figures": {
            chart.meta["name"]: {
                "vega": chart.vega,
                "lite": chart.lite,
                "choices": chart.choices,
                "datasets": list(chart.datasets),
            }
            for chart in charts
        },
    }


def policy(scripts: Sequence[str]) -> str:
    """Content-Security-Policy: nothing from anywhere; these scripts alone, by their hashes.

    Vega sets styles of elements; PNGs are made of an image of the page's own (blob).
    """
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def style() -> str:
    """The style sheet, with the theme's colours: light, dark by the system or by choice, print."""
    light, dark = (
        "".join(f"--{name}:{ink};" for name, ink in theme.items()) + f"color-scheme:{scheme}"
        for theme, scheme in ((LIGHT, "light"), (DARK, "dark"))
    )
    return (
        f":root{{{light}}}"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f":root[data-theme=dark]{{{dark}}}"
        f"@media print{{:root:root:root{{{light}}}}}\n"  # outdoes both dark rules
        f"{template('style.css')}"
    )


@cache
def vega_bundle() -> str:
    """Vega and its interpreter as one script, from the package that also draws the pictures.

    The addresses name modules inside that package; nothing is fetched. The interpreter runs
    expressions without compiling them to functions, so the page needs no right to do so.
    """
    modules = f"https://cdn.jsdelivr.net/npm/vega@{vl_convert.get_vega_version()}/+esm"
    interpreter = f"https://cdn.jsdelivr.net/npm/vega-interpreter@{INTERPRETER}/+esm"
    return vl_convert.javascript_bundle(
        f"import * as all from '{modules}'; window.vega = all;"
        f"import {{expressionInterpreter}} from '{interpreter}';"
        "window.vegaInterpreter = expressionInterpreter;"
    )


def template(name: str) -> str:
    """A file of this package."""
    return files("initatlas.report").joinpath("templates", name).read_text(encoding="utf-8")

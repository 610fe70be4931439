"""How do tables and figures become one page? Collected, put in order, and sealed by its policy."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache

import vl_convert
import yaml
from markupsafe import Markup

from initatlas import __version__
from initatlas.figures.theme import DARK, LIGHT
from initatlas.report import bibliography, listings, method
from initatlas.report import citation as cited
from initatlas.report.bounds import bounded
from initatlas.report.chapters import OPENING, chapters, numbered
from initatlas.report.charts import Chart
from initatlas.report.embedding import columns, packed
from initatlas.report.evidence import Tables
from initatlas.report.finding import Finding
from initatlas.report.findings import findings
from initatlas.report.listing import Listing
from initatlas.report.rendering import rendered, template
from initatlas.study import Study

QUESTION = "Which initialization should a deep network start from, and why?"
FIRST = 5  # findings that open the report
SCRIPTS = (
    "holding.js",
    "choosing.js",
    "exploring.js",
    "evaluating.js",
    "tracing.js",
    "fitting.js",
    "fragment.js",
    "listings.js",
    "taking.js",
    "report.js",
)
INTERPRETER = "2.0.0"  # of vega-interpreter, in vl-convert 1.9


def page(
    study: Study,
    config: Mapping,
    tables: Tables,
    charts: Sequence[Chart],
    provenance: Mapping[str, Mapping],
    citation: Mapping[str, object],
) -> str:
    """The report as HTML; `provenance` holds "measured", "versions", "code" and "rows"."""
    charts = bounded(charts)
    numbers = numbered(charts)
    scripts = {
        "theme_script": template("theme.js"),
        "page_script": "".join(map(template, SCRIPTS)),
    }
    vega = vega_bundle()
    shown = chapters(charts, tables)
    told = told_in(findings(tables), shown)
    return rendered(
        "report.html.jinja",
        study=study.name,
        question=QUESTION,
        version=__version__,
        policy=policy([*scripts.values(), vega]),
        style=Markup(style()),
        summary=method.summary(tables, study),
        opening=OPENING,
        chapters=[
            chapter | {"findings": [_found(f, numbers, shown) for f in told[chapter["anchor"]]]}
            for chapter in shown
        ],
        method=method.paragraphs(study, provenance["measured"]),
        provenance=_provenance(tables, provenance),
        citation=cited.words(citation, study.name),
        bibtex=cited.bibtex(citation, study.name),
        configuration=yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True),
        references=bibliography.WORKS,
        licences=template("licences.txt").replace("{{vega}}", vl_convert.get_vega_version()),
        content=packed(content(study.name, charts) | {"vega": vega}),
        **{name: Markup(script) for name, script in scripts.items()},
    )


def told_in(
    found: Sequence[Finding], shown: Sequence[Mapping[str, object]]
) -> dict[str, list[Finding]]:
    """The findings of each chapter: the first ones open the report, as do those of no chapter."""
    home = {f["name"]: chapter["anchor"] for chapter in shown for f in chapter["figures"]}
    told: dict[str, list[Finding]] = {chapter["anchor"]: [] for chapter in shown}
    for place, finding in enumerate(found):
        own = home.get(finding.figure, finding.chapter)
        told[OPENING if place < FIRST or own not in told else own].append(finding)
    return told


def _found(
    finding: Finding, numbers: Mapping[str, int], shown: Sequence[Mapping[str, object]]
) -> dict[str, str]:
    """A finding with the link to what shows it: a figure or a chapter, none if neither is there."""
    names = {f"fig-{figure}": f"Figure {number}" for figure, number in numbers.items()}
    names |= {chapter["anchor"]: chapter["short"] for chapter in shown}
    to = f"fig-{finding.figure}" if finding.figure else finding.chapter
    text = finding.text.replace(" %", "\N{NO-BREAK SPACE}%")
    return {"text": text, "to": to, "name": names.get(to, "")}


def _provenance(tables: Tables, provenance: Mapping[str, Mapping]) -> list[Listing]:
    note = "Measured of what the networks were shown: theory starts from these."
    code = "sha256 of the source that each result depends on, without comments and docstrings."
    return [
        *listings.files(provenance["rows"]),
        *listings.facts("Data set", note, provenance["measured"]),
        *listings.facts("Versions", "Of what computed the results.", provenance["versions"]),
        *listings.facts("Source", code, provenance["code"]),
        *listings.timings(tables),
    ]


def content(study: str, charts: Sequence[Chart]) -> dict[str, object]:
    """What the page's script reads: charts, and their rows by columns that they share."""
    charts = [chart for chart in charts if chart.live]
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
                "fades": chart.fades,
                "datasets": list(chart.datasets),
            }
            for chart in charts
        },
    }


def policy(scripts: Sequence[str]) -> str:
    """Content-Security-Policy: nothing from anywhere; these scripts alone, by their hashes.

    So one that the page unpacks may run like those that stand in it as text. Vega sets styles of
    elements; PNGs are made of an image of the page's own (blob).
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

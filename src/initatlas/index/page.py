"""How do studies become one page? A list, and any two of them side by side."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from urllib.parse import quote

from markupsafe import Markup

from initatlas import __version__
from initatlas.figures.words import counted
from initatlas.index.advice import Advice, compared
from initatlas.index.conclusions import Conclusion, Verdict, conclusions
from initatlas.index.reading import PAGE, Shelf, Shelved
from initatlas.index.settings import differences
from initatlas.report.embedding import packed
from initatlas.report.page import policy, style
from initatlas.report.rendering import rendered, template

PACKAGE = "initatlas.index"
OWN_NAME = "study"  # the setting by which studies differ anyway


def page(shelf: Shelf) -> str:
    """The index as HTML: the same bytes for the same studies."""
    scripts = {
        "theme_script": template("theme.js"),
        "page_script": template("index.js", PACKAGE),
    }
    names = [study.folder for study in shelf.studies]
    pairs = {
        left.folder: {
            right.folder: comparison(left, right) for right in shelf.studies if right is not left
        }
        for left in shelf.studies
    }
    return rendered(
        "index.html.jinja",
        package=PACKAGE,
        version=__version__,
        policy=policy(scripts.values()),
        style=Markup(style() + template("index.css", PACKAGE)),
        studies=[_listed(study) for study in shelf.studies],
        left_out=shelf.left_out,
        names=names,
        first=pairs[names[0]][names[1]] if len(names) > 1 else "",
        pairs=packed(pairs),
        **{name: Markup(script) for name, script in scripts.items()},
    )


def comparison(left: Shelved, right: Shelved) -> Markup:
    """Two studies side by side."""
    settings, other = (
        {name: value for name, value in study.facts["config"].items() if name != OWN_NAME}
        for study in (left, right)
    )
    changed = list(differences(settings, other))
    found = conclusions(left.facts["findings"], right.facts["findings"])
    groups = _grouped(found, left, right)
    advice = compared(left.facts["recommendation"], right.facts["recommendation"])
    return rendered(
        "comparison.html.jinja",
        package=PACKAGE,
        left=left.folder,
        right=right.folder,
        summary=_summary(len(changed), groups, advice),
        settings=changed,
        groups=groups,
        advice=advice,
    )


def _listed(study: Shelved) -> dict[str, object]:
    findings = study.facts["findings"]
    return {
        "folder": study.folder,
        "report": _report(study),
        "facts": study.facts,
        "finding": _finding(study, findings[0]) if findings else None,
    }


def _report(study: Shelved, place: str = "") -> str:
    """Where a study's report is, seen from the index."""
    return f"{quote(study.folder)}/{PAGE}{f'#{quote(place)}' if place else ''}"


def _finding(study: Shelved, finding: Mapping) -> dict[str, str]:
    """A finding, and the place in its report that shows it."""
    figures = [figure["name"] for figure in study.facts["figures"]]
    if finding["figure"] in figures:
        name, place = f"Figure {figures.index(finding['figure']) + 1}", f"fig-{finding['figure']}"
    else:
        name, place = "In the report", finding["chapter"]
    return {"text": finding["text"], "to": _report(study, place), "name": name}


def _grouped(
    found: Sequence[Conclusion], left: Shelved, right: Shelved
) -> list[tuple[str, str, list[dict]]]:
    """Conclusions by verdict: its name, its words, what either study says."""
    return [
        (
            verdict.name.lower(),
            _verdict(verdict, left, right),
            [_sides(e, left, right) for e in own],
        )
        for verdict, own in groupby(found, key=lambda each: each.verdict)
    ]


def _sides(found: Conclusion, left: Shelved, right: Shelved) -> dict[str, object]:
    """A conclusion with what either study says, once where both say the same."""
    pairs = ((left, found.left), (right, found.right))
    sides = [(study.folder, _finding(study, said)) for study, said in pairs if said is not None]
    if len({said["text"] for _, said in sides}) < len(sides):
        sides = [(f"{left.folder} and {right.folder}", sides[0][1])]
    return {"sides": sides, "changes": found.changes, "alone": found.alone}


def _verdict(verdict: Verdict, left: Shelved, right: Shelved) -> str:
    return verdict.value.format(left=left.folder, right=right.folder)


def _summary(settings: int, groups: Sequence[tuple[str, str, list]], advice: Advice) -> str:
    """How much differs, in a sentence."""
    parts = [f"{counted(settings, 'setting')} {'differs' if settings == 1 else 'differ'}"]
    if groups:
        verdicts = ", ".join(f"{len(own)} {words}" for _, words, own in groups)
        parts.append(f"conclusions: {verdicts}")
    if advice.shared:
        cases = counted(advice.shared, "case")
        parts.append(f"another initializer wins in {len(advice.changed)} of {cases}")
    return "; ".join(parts)

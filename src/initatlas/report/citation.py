"""How is a study cited? As CITATION.cff has it, in words and for BibTeX."""

import re
from collections.abc import Mapping

SPECIAL = re.compile(r"([&%$#_])")  # what TeX would take for commands
FIELDS = {"version": "version", "doi": "doi", "url": "url", "repository-code": "url"}


def words(citation: Mapping[str, object], study: str) -> str:
    """Authors, title, version, what finds it, and which study."""
    found = [citation[name] for name in ("doi", "url", "repository-code") if name in citation]
    year = _year(citation)
    version = f"Version {citation['version']}, study “{study}”"
    parts = [f"{', '.join(_names(citation))}{f' ({year})' if year else ''}", citation["title"]]
    return f"{'. '.join([*parts, version, *found[:1]])}."


def bibtex(citation: Mapping[str, object], study: str) -> str:
    """An entry of BibTeX; braces keep names of organizations and the title as they are."""
    fields = {
        "author": " and ".join(map(_bibtex_name, citation["authors"])),
        "title": f"{{{_escaped(citation['title'])}}}",
    }
    if _year(citation):
        fields["year"] = _year(citation)
    for name, field in FIELDS.items():
        if name in citation:
            fields.setdefault(field, str(citation[name]))
    fields["note"] = f"Study {_escaped(study)}"
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@software{{initatlas,\n{lines}\n}}"


def _names(citation: Mapping[str, object]) -> list[str]:
    """A person of CITATION.cff has a family name; whatever else writes has a name."""
    return [
        author.get("name") or f"{author.get('given-names', '')} {author['family-names']}".strip()
        for author in citation["authors"]
    ]


def _bibtex_name(author: Mapping[str, str]) -> str:
    if "name" in author:
        return f"{{{_escaped(author['name'])}}}"
    return ", ".join(_escaped(author[n]) for n in ("family-names", "given-names") if n in author)


def _year(citation: Mapping[str, object]) -> str:
    return str(citation.get("date-released", ""))[:4]


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\1", text)

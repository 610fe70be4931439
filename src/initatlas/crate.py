"""What is a finished study, to whom finds it in an archive? An RO-Crate of it, from its manifest.

Written by rocrate after RO-Crate 1.3 and the Workflow RO-Crate profile 1.1. Everything in it comes
from the manifest, the files that it lists and CITATION.cff, so that the same study makes the same
bytes.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from rocrate.model import ContextEntity, Entity, SoftwareApplication
from rocrate.rocrate import ROCrate

from initatlas import sources
from initatlas.manifest import file_entry

MEDIA_TYPES = {  # of IANA's list, where it has one
    ".arrow": "application/vnd.apache.arrow.file",
    ".cff": "application/yaml",
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".yaml": "application/yaml",
}
TEXT = "text/plain"
RULE = re.compile(r"^(?:use )?rule (?:\w+ as )?(\w+)", re.MULTILINE)  # as Snakemake has its name
SPDX = "https://spdx.org/licenses/"


def describe(
    manifest: Mapping, citation: Mapping, results: Path, copied: Sequence[str]
) -> dict[str, object]:
    """The JSON-LD of a crate whose root is `results`; `copied` are the files in its source folder.

    Entities stand in the order of the manifest, and none gets an identifier by chance.
    """
    crate = ROCrate()
    _describe_root(crate, manifest, citation)
    outputs = [_add_file(crate, results, entry) for entry in manifest["outputs"]]
    files = [*outputs, _add_file(crate, results, file_entry(results / "manifest.json"))]
    parts = {name: _add_source(crate, results, name) for name in copied}
    workflow = _add_workflow(crate, results, manifest)
    rules = {name: part for name, part in parts.items() if name.endswith(".smk")}
    workflow["hasPart"] = list(rules.values())
    run = {"name": f"The run that made the study '{manifest['study']}'"}
    made = {"object": [parts[sources.CONFIG]], "result": files, "properties": run}
    whole = crate.add_action(workflow, "#run", **made)
    instruments = {
        rule: part
        for name, part in rules.items()
        for rule in RULE.findall((results / sources.FOLDER / name).read_text(encoding="utf-8"))
    }
    crate.root_dataset["mentions"] = [whole, *_add_jobs(crate, manifest, outputs, instruments)]
    return crate.metadata.generate()


def _add_jobs(
    crate: ROCrate, manifest: Mapping, files: Sequence[Entity], instruments: Mapping[str, Entity]
) -> list[Entity]:
    """What each rule made: one action a rule, for there may be 100,000 jobs, and their number."""
    made: dict[str, list[tuple[Mapping, Entity]]] = {}
    for entry, file in zip(manifest["outputs"], files, strict=True):
        made.setdefault(entry["rule"], []).append((entry, file))
    actions = []
    for rule, results in made.items():
        took = {entry["key"]: entry.get("seconds") or 0.0 for entry, _ in reversed(results)}
        said = {"name": rule, "description": f"{len(took)} jobs, {sum(took.values()):.1f} s in all"}
        files = [file for _, file in results]
        action = crate.add_action(instruments[rule], f"#{rule}", result=files, properties=said)
        actions.append(action)
    return actions


def _describe_root(crate: ROCrate, manifest: Mapping, citation: Mapping) -> None:
    """Name, description, date, licence, authors: what RO-Crate wants of every crate, and these."""
    name = citation["license"]  # SPDX's identifier, as CFF has it
    licence = {"@type": "CreativeWork", "name": name, "url": f"{SPDX}{name}"}
    crate.name = f"{citation['title']} (study '{manifest['study']}')"
    crate.description = citation["abstract"].strip()
    crate.datePublished = manifest["completed"]
    crate.keywords = list(citation.get("keywords", ()))
    crate.license = crate.add(ContextEntity(crate, licence["url"], licence))
    crate.creator = [crate.add(_author(crate, author)) for author in citation["authors"]]


def _author(crate: ROCrate, author: Mapping) -> Entity:
    """A person of CITATION.cff has a family name; whatever else writes has a name."""
    given, family = author.get("given-names"), author.get("family-names")
    name = author.get("name") or " ".join(filter(None, (given, family)))
    identifier = author.get("orcid") or f"#{re.sub('[^a-z0-9]+', '-', name.lower())}"
    properties = {"@type": "Person" if family else "Organization", "name": name}
    properties |= {"givenName": given, "familyName": family} if given and family else {}
    return ContextEntity(crate, identifier, properties)


def _software(crate: ROCrate, manifest: Mapping) -> list[Entity]:
    """Python, the libraries that results depend on, and this package, with their versions."""
    versions = {**manifest["versions"], "initatlas": manifest["initatlas"]}
    return [
        crate.add(
            SoftwareApplication(
                crate, f"#{name}", {"name": name, "version": v, "softwareVersion": v}
            )
        )
        for name, v in sorted(versions.items())
    ]


def _add_workflow(crate: ROCrate, results: Path, manifest: Mapping) -> Entity:
    """The Snakefile, with what it needs to run."""
    entry = file_entry(results / sources.FOLDER / sources.SNAKEFILE)
    workflow = crate.add_workflow(
        dest_path=Path(entry["path"]).relative_to(results),
        properties=_facts(entry),
        main=True,
        lang="snakemake",
        lang_version=manifest["versions"]["snakemake"],
    )
    workflow["name"] = "initatlas"
    workflow["version"] = manifest["initatlas"]
    workflow["license"] = crate.license
    workflow["softwareRequirements"] = _software(crate, manifest)
    return workflow


def _add_source(crate: ROCrate, results: Path, name: str) -> Entity:
    return _add_file(crate, results, file_entry(results / sources.FOLDER / name))


def _add_file(crate: ROCrate, results: Path, entry: Mapping) -> Entity:
    path = Path(entry["path"]).relative_to(results)
    return crate.add_file(dest_path=path, properties=_facts(entry))


def _facts(entry: Mapping) -> dict[str, str]:
    return {
        "sha256": entry["sha256"],
        "contentSize": str(entry["bytes"]),
        "encodingFormat": MEDIA_TYPES.get(Path(entry["path"]).suffix, TEXT),
    }

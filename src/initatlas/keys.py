"""What must a job know, and what made its result? One key: its values, its code, its versions."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from initatlas import provenance

# Where a job's values name a record, or several → the registry that lists it.
NAMED = {
    "activation": "activations",
    "architecture": "networks",
    "architectures": "networks",
    "dataset": "datasets",
    "figure": "figures",
    "initializer": "initializers",
    "initializers": "initializers",
    "prediction": "stages.predictions",
    "reducer": "reducers",
}


class CodeChangedError(RuntimeError):
    """The code on disk is no longer the code that this run was planned with."""


class VersionsDifferError(RuntimeError):
    """A job finds other libraries than those that its run was planned with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """Everything that a result depends on, besides its input files."""

    job: Mapping[str, object]
    code: str
    versions: Mapping[str, str]

    def text(self) -> str:
        """Canonical JSON: the one parameter of a rule."""
        return provenance.key(job=self.job, code=self.code, versions=self.versions)

    def digest(self) -> str:
        """sha256 of the text: what a result is known by."""
        return provenance.sha256(self.text())

    def provenance(self) -> dict[str, object]:
        """What a result's file says about how it came about."""
        return {
            "key": self.digest(),
            "job": self.job,
            "code": self.code,
            "versions": self.versions,
        }


def make(command: str, job: Mapping[str, object]) -> Key:
    """The key of a job, with the code as it is on disk."""
    code, versions = _code(command, *_used(command, job))
    return Key(job=job, code=code, versions=versions)


@cache
def _code(
    command: str, records: tuple[str, ...], objects: tuple[str, ...]
) -> tuple[str, Mapping[str, str]]:
    """Digest and versions: the same for all blocks of an initializer and an activation."""
    sources, modules = _modules(command, records, objects)
    return provenance.code_digest(sources, modules), provenance.versions(sources, modules)


def _modules(
    command: str, records: tuple[str, ...], objects: tuple[str, ...]
) -> tuple[provenance.Sources, frozenset[str]]:
    """All code on disk, and which modules of it may make a result."""
    ours = provenance.read_sources()
    sources, own = provenance.with_own(ours, objects)
    return sources, provenance.closure(ours, _entry(command), records) | own


def _used(command: str, job: Mapping) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The records and the user's own objects that a job names and that its command uses."""
    records: tuple[str, ...] = ()
    while True:  # a record may use lists that its command does not: theory's use activations
        registries = _registries(command, records)
        found = _records(job, registries)
        if found == records:
            return records, _objects(job, registries)
        records = found


@cache
def _registries(command: str, records: tuple[str, ...]) -> frozenset[str]:
    """The lists that a command and these records use, among all the modules that they use."""
    return provenance.closure(provenance.read_sources(), _entry(command), records)


def _entry(command: str) -> str:
    return f"initatlas.commands.{command}"


def parse(text: str) -> Key:
    """The key that a rule handed over."""
    return Key(**json.loads(text))


def check(command: str, key: Key) -> None:
    """Refuse to work under a key that promises other code or libraries than those at work.

    Raises:
        CodeChangedError: a result would be recorded as made by code that did not make it.
        VersionsDifferError: the same of libraries, those of a cluster's node, say.
    """
    found = make(command, key.job)
    if found.code != key.code:
        raise CodeChangedError(
            f"the code of '{command}' was {key.code[:8]} when this run was planned and is "
            f"{found.code[:8]} now: it was edited in between; start the run again"
        )
    differing = sorted(dict(found.versions.items() ^ key.versions.items()))
    if differing:
        said = "; ".join(
            f"{name} {key.versions.get(name, 'absent')}, here {found.versions.get(name, 'absent')}"
            for name in differing
        )
        raise VersionsDifferError(
            f"this run was planned with other libraries than '{command}' finds ({said}): let the "
            "jobs' environment have the versions of Snakemake's own, those of requirements.lock"
        )


def _records(job: Mapping, registries: frozenset[str]) -> tuple[str, ...]:
    """Modules of the records that a job names, of the kinds that its command uses."""
    plan = job.get("training") or job.get("trainability") or {}
    optimizers = plan.get("optimizers", ())
    named = [(kind, value) for kind, value in _named(job) if "object" not in value]
    named += [("training.optimizers", optimizer) for optimizer in optimizers]
    named += [
        ("normalizations", {"name": value["normalization"]})
        for _, value in named
        if "normalization" in value
    ]
    return tuple(_module(kind, v) for kind, v in named if f"initatlas.{kind}" in registries)


def _module(kind: str, value: Mapping) -> str:
    if "distribution" in value:  # a recipe of the study's own, with no record in a file
        return f"initatlas.distributions.{value['distribution']}"
    return f"initatlas.{kind}.{value.get('base', value['name'])}"


def _objects(job: Mapping, registries: frozenset[str]) -> tuple[str, ...]:
    """The user's own objects that a job names, of the kinds that its command uses."""
    return tuple(
        value["object"]
        for kind, value in _named(job)
        if "object" in value and f"initatlas.{kind}" in registries
    )


def _named(job: Mapping) -> Iterator[tuple[str, Mapping]]:
    """(registry, what the job says of its record), for every field that names one or several."""
    for part in (job, *job.get("grids", ())):
        for field, kind in NAMED.items():
            if field in part:
                values = part[field] if isinstance(part[field], list) else [part[field]]
                yield from ((kind, {"name": v} if isinstance(v, str) else v) for v in values)

"""Which names may a configuration use? Those of our records, and of the user's own.

Our activations, architectures, normalizations and distributions are known by their files, which
are not imported: that would take torch seconds. Initializers and data sets are light, but import
theory or torchvision when they are drawn or loaded; naming their registries as text keeps the study
free of these.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import initatlas
from initatlas.provenance import listed_records
from initatlas.references import load_object
from initatlas.study.place import Place
from initatlas.study.problems import show

PACKAGE = Path(initatlas.__file__).parent
SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")  # on any file system, in any shell and in HTML
RULE = "letters a–z, digits and _, a letter first, at most 64"
OWN = "; your own as package.module:OBJECT"
TYPES = {
    "activations": ("initatlas.activations.base:Activation", ("phi",)),
    "datasets": ("initatlas.datasets.base:Dataset", ("load",)),
    "initializers": ("initatlas.initializers.base:Initializer", ()),
}


@cache
def known(registry: str) -> tuple[str, ...]:
    """The names of a registry's records: the stems of the files that its package lists."""
    init = PACKAGE / registry / "__init__.py"
    modules = listed_records(init, f"initatlas.{registry}")
    return tuple(sorted(module.rpartition(".")[2] for module in modules))


def records(registry: str) -> Mapping[str, object]:
    """The records of a registry that imports no torch."""
    return load_object(f"initatlas.{registry}:{registry.upper()}")


def record_of(entry: Mapping[str, object], registry: str) -> object:
    """The record that a valid entry of a study stands for."""
    if "object" in entry:
        return load_object(entry["object"])
    return records(registry)[entry["name"]]


def distribution_of(entry: Mapping[str, object]) -> object:
    """The distribution of a valid initializer's entry: named by a recipe, or the record's."""
    if "distribution" in entry:
        return records("distributions")[entry["distribution"]]
    return record_of(entry, "initializers").distribution


def own_name(place: Place, name: object, registry: str) -> str | None:
    """The name of a record of the study's own: fit for a path, and not that of one of ours."""
    if not isinstance(name, str) or not SAFE.fullmatch(name):
        place.problem(f"the name {show(name)} cannot be part of a path; use {RULE}")
    elif name.lower() in known(registry):
        place.problem(f"the name '{name}' is taken by a built-in one; choose another")
    else:
        return str(name)
    return None


def own_object(place: Place, reference: str, registry: str) -> object | None:
    """The user's record that `package.module:OBJECT` names; it is imported and looked at."""
    try:
        record = load_object(reference)
    # A module may raise anything while it is imported, or leave by sys.exit; none of it is ours.
    except (Exception, SystemExit) as error:
        place.problem(_told(reference, error))
        return None
    type_reference, callables = TYPES[registry]
    kind = load_object(type_reference)
    if not isinstance(record, kind):
        found = type(record).__name__
        place.problem(f"{show(reference)} must be an initatlas {kind.__name__}; it is a {found}")
        return None
    for field in callables:
        if not callable(getattr(record, field)):
            place.problem(f"{show(reference)}: its '{field}' must be a function")
            return None
    return record if own_name(place, record.name, registry) else None


def is_reference(name: str) -> bool:
    """Whether a name is meant as package.module:OBJECT."""
    return ":" in name


def _told(reference: str, error: BaseException) -> str:
    """Our own errors name the reference already."""
    text = " ".join(str(error).split())
    if isinstance(error, ValueError) and text.startswith(repr(reference)):
        return text
    return f"{show(reference)} cannot be imported: {type(error).__name__}: {text}"

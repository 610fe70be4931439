"""Which code and which versions does a result depend on? Digests taken from the import graph."""

import ast
import hashlib
import importlib.metadata
import importlib.util
import json
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from initatlas import digests

# Packages that list records of which a job uses only those that its values name. A job depends on
# these records' files, and neither on the list nor on the other records in it.
REGISTRIES = (
    "activations",
    "datasets",
    "distributions",
    "figures",
    "initializers",
    "networks",
    "normalizations",
    "reducers",
    "stages.predictions",
    "training.optimizers",
)
# Distributions whose name is not that of the module they bring.
DISTRIBUTION = {"sklearn": "scikit-learn", "yaml": "PyYAML", "vl_convert": "vl-convert-python"}
# Libraries that our code imports and that no result can depend on.
WITHOUT_EFFECT = {"jaxtyping"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """A package's code as it is on disk: who imports whom, and what each module says."""

    imports: Mapping[str, frozenset[str]]  # module → what it imports, ours and others'
    digests: Mapping[str, str]  # our modules → sha256 of their code


def key(**parts: object) -> str:
    """Canonical JSON: equal values give equal text; numpy numbers and paths raise TypeError."""
    return json.dumps(parts, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(text: str) -> str:
    """Hexadecimal sha256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def read_sources(package: str = "initatlas") -> Sources:
    """Read who imports whom in a package, and digest its modules, as they are on disk now."""
    root = Path(importlib.util.find_spec(package).origin).parent
    lists = {f"{package}.{name}" for name in REGISTRIES}
    found = digests.read_package(root, package, lists)
    records = {module: listed_records(_init(root, module), module) for module in lists & set(found)}
    return Sources(
        imports={
            module: frozenset(_module(name, found) for name in source.imports)
            - records.get(module, frozenset())
            for module, source in found.items()
        },
        digests={module: source.digest for module, source in found.items()},
    )


def _module(imported: str, ours: Mapping) -> str:
    """The module behind `from module import name`: the name itself, if it is one of ours."""
    module, _, name = imported.partition(":")
    return f"{module}.{name}" if name and f"{module}.{name}" in ours else module


def _init(root: Path, package: str) -> Path:
    return root.joinpath(*package.split(".")[1:], "__init__.py")


def listed_records(init: Path, package: str) -> frozenset[str]:
    """The modules of a registry that hold a record: `relu.py` holds RELU."""
    tree = ast.parse(init.read_bytes())
    return frozenset(
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(f"{package}.")
        and node.module.rpartition(".")[2].upper() in {alias.name for alias in node.names}
    )


def closure(sources: Sources, entry: str, records: Iterable[str] = ()) -> frozenset[str]:
    """The modules of ours that `entry` and `records` import, directly or not, and themselves.

    Importing a module runs the packages that hold it, so these belong to it.
    """
    seen: set[str] = set()
    pending = [entry, *records]
    while pending:
        module = pending.pop()
        if module in seen or module not in sources.digests:
            continue
        seen.add(module)
        pending += [*sources.imports[module], module.rpartition(".")[0]]
    missing = {entry, *records} - seen
    if missing:
        raise LookupError(f"no such module: {', '.join(sorted(missing))}")
    return frozenset(seen)


def code_digest(sources: Sources, modules: Iterable[str], objects: Iterable[str] = ()) -> str:
    """sha256 of modules of ours, and of the files that hold a user's `package.module:OBJECT`."""
    lines = [f"{module} {sources.digests[module]}" for module in sorted(modules)]
    lines += [f"{name} {_object_digest(name.partition(':')[0])}" for name in sorted(objects)]
    return sha256("\n".join(lines))


def _object_digest(module: str) -> str:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise LookupError(f"no such module: {module}")
    return digests.read_source(Path(spec.origin).read_bytes(), module=module).digest


def versions(sources: Sources, modules: Iterable[str]) -> dict[str, str]:
    """Versions of Python and of the libraries that the modules import."""
    imported = set().union(*(sources.imports[module] for module in modules))
    others = {name.partition(".")[0] for name in imported - set(sources.digests)}
    others -= WITHOUT_EFFECT | sys.stdlib_module_names
    found = {name: _version(DISTRIBUTION.get(name, name)) for name in sorted(others)}
    return {"python": platform.python_version(), **found}


@cache
def _version(distribution: str) -> str:
    return importlib.metadata.version(distribution)

"""Which code and which versions does a result depend on? Digests taken from the import graph."""

import ast
import contextlib
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import grimp

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
    "reducers",
    "training.optimizers",
)
# Distributions whose name is not that of the module they bring.
DISTRIBUTION = {"sklearn": "scikit-learn", "yaml": "PyYAML", "vl_convert": "vl-convert-python"}
# Libraries that our code imports and that no result can depend on.
WITHOUT_EFFECT = {"grimp", "jaxtyping"}


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
    """Read a package's import graph and digest its modules, as they are on disk now."""
    imports = _imports_found_apart(package)
    root = Path(importlib.util.find_spec(package).origin).parent
    files = {module: _file(root, module) for module in imports}
    lists = {f"{package}.{name}" for name in REGISTRIES} & set(imports)
    return Sources(
        imports={
            module: frozenset(imported)
            - (listed_records(files[module], module) if module in lists else frozenset())
            for module, imported in imports.items()
        },
        digests=digests.of_modules(files, lists),
    )


def _imports_found_apart(package: str) -> dict[str, list[str]]:
    """What each module of ours imports, found by grimp in a child that then ends.

    grimp starts threads that a process forked later does not have but waits for: a warm parent
    that had called it would hand on a graph that hangs every job that reads changed code.
    """
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException):  # a child that fails sends nothing
            os.close(receiver)
            with os.fdopen(sender, "w") as pipe:
                json.dump(_imports(package), pipe)
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else _imports(package)  # which says what is wrong


def _imports(package: str) -> dict[str, list[str]]:
    graph = grimp.build_graph(
        package, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )
    ours = (m for m in graph.modules if m == package or m.startswith(f"{package}."))
    return {module: sorted(graph.find_modules_directly_imported_by(module)) for module in ours}


def _file(root: Path, module: str) -> Path:
    stem = root.joinpath(*module.split(".")[1:])
    return stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")


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
    return sha256(digests.normalized(Path(spec.origin).read_bytes()))


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

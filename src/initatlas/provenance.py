"""Which code and which versions does a result depend on? Digests taken from the import graph."""

import ast
import hashlib
import importlib.metadata
import importlib.util
import json
import platform
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from initatlas import digests, own_modules

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
LIST = ":*"  # after a registry's name: all that it lists, for code that looks into its list
# Distributions whose name is not that of the module they bring.
DISTRIBUTION = {"sklearn": "scikit-learn", "yaml": "PyYAML", "vl_convert": "vl-convert-python"}
# Libraries that our code imports and that no result can depend on.
WITHOUT_EFFECT = {"jaxtyping"}
PYTHON = ".".join(platform.python_version_tuple()[:2])  # a bug-fix release computes the same

Reach = tuple[str, frozenset[str], frozenset[str]]  # digest; modules and libraries imported


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Code as it is on disk: who imports whom, and what each module says."""

    imports: Mapping[str, frozenset[str]]  # module → what it imports, ours and others'
    digests: Mapping[str, str]  # module → sha256 of its code
    written: Mapping[str, tuple[str, ...]]  # our modules → their imports, as they are written


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
    written = {module: source.imports for module, source in found.items()}
    return Sources(
        imports={
            module: frozenset(_imported(name, written).removesuffix(LIST) for name in names)
            - records.get(module, frozenset())
            for module, names in written.items()
        },
        digests={module: source.digest for module, source in found.items()},
        written=written,
    )


def _imported(name: str, written: Mapping[str, Iterable[str]]) -> str:
    """The module behind `from module import name`: the name itself, if it is one of ours.

    Of a registry: the module from which it has the name, or else its list.
    """
    module, _, name = name.partition(":")
    if name and f"{module}.{name}" in written:
        return f"{module}.{name}"
    if module not in written or module.partition(".")[2] not in REGISTRIES:
        return module
    passed_on = [other for other in written[module] if name and other.endswith(f":{name}")]
    return _imported(passed_on[0], written) if passed_on else module + LIST


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


def with_own(sources: Sources, objects: Iterable[str]) -> tuple[Sources, frozenset[str]]:
    """Our code and that of a user's `package.module:OBJECT`s; all modules that these reach.

    What their code takes from a list of ours no job names, so all that is in the list counts.
    """
    imports, code = {}, {}
    pending = list(objects)
    while pending:
        name = pending.pop()
        if name not in code:
            reach = _reach_of_ours if name in sources.digests else _reach_of_theirs
            code[name], modules, libraries = reach(name, sources)
            imports[name] = modules | libraries
            pending += modules
    joined = replace(sources, imports=sources.imports | imports, digests=sources.digests | code)
    return joined, frozenset(code)


def _reach_of_ours(module: str, sources: Sources) -> Reach:
    """Of a module of ours: its digest, the modules that it imports, and the libraries."""
    written = (_imported(name, sources.written) for name in sources.written[module])
    lists = {name for name in written if name.endswith(LIST)}
    holder = {module.rpartition(".")[0]} - {""}
    imported = sources.imports[module]
    modules = (imported & set(sources.digests)) | lists | holder
    return sources.digests[module], modules, imported - modules


def _reach_of_theirs(name: str, sources: Sources) -> Reach:
    """The same of a user's module or object, and of a list of ours, which is all of its file."""
    module = name.removesuffix(LIST)
    modules, libraries = set(), set()
    source = _source_of_object(module) if ":" in module else own_modules.source(module)
    for written in source.imports:
        ours = _imported(written, sources.written)
        if ours in sources.digests or ours.endswith(LIST):
            modules.add(ours)
        else:
            found = own_modules.reached(written)
            modules.update(found.modules)
            libraries.update(found.libraries)
    return source.digest, frozenset(modules), frozenset(libraries)


def _source_of_object(reference: str) -> digests.Source:
    """The name of an object says nothing, its module all."""
    module = reference.partition(":")[0]
    if own_modules.place(module) is None:
        raise LookupError(f"no such module: {module}")
    return digests.Source(digest="", imports=(module,))


def code_digest(sources: Sources, modules: Iterable[str]) -> str:
    """sha256 of what modules say."""
    return sha256("\n".join(f"{module} {sources.digests[module]}" for module in sorted(modules)))


def versions(sources: Sources, modules: Iterable[str]) -> dict[str, str]:
    """Versions of Python and of the distributions that the modules import."""
    imported = set().union(*(sources.imports[module] for module in modules))
    others = {name.partition(".")[0] for name in imported - set(sources.digests)}
    others -= WITHOUT_EFFECT | sys.stdlib_module_names
    found = sorted(DISTRIBUTION.get(name, name) for name in others)
    return {"python": PYTHON} | {name: _version(name) for name in found}


@cache
def _version(distribution: str) -> str:
    return importlib.metadata.version(distribution)

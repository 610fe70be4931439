"""Which modules does a user's own one import? Found by their files, and none of them is run."""

import hashlib
import os
import sys
from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from importlib.metadata import Distribution
from itertools import accumulate
from pathlib import Path

from initatlas.digests import Source, read_source

STANDARD = Path(os.__file__).parent  # Python's own library
INSTALLED = {"site-packages", "dist-packages"}  # folders that may lie within it


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a module is."""

    file: Path | None  # none of what is built into Python, or of a package without __init__.py
    folders: tuple[str, ...]  # where its submodules are


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What an import runs."""

    modules: tuple[str, ...]  # the user's, the packages that hold them included
    libraries: tuple[str, ...]  # the distribution that brings it, if it is installed


@cache
def place(module: str) -> Place | None:
    """Where a module is; None if it is nowhere."""
    package, _, name = module.rpartition(".")
    if not name:
        return None
    if package:
        # By the last part of its name, or a package without __init__.py would be asked of
        # sys.modules, where the one that holds it need not be.
        holder = place(package)
        spec = PathFinder.find_spec(name, holder.folders) if holder else None
    else:
        found = (finder.find_spec(name, None) for finder in sys.meta_path)
        spec = next(filter(None, found), None)
    if spec is None:
        return None
    file = Path(spec.origin) if spec.has_location else None
    return Place(file=file, folders=tuple(spec.submodule_search_locations or ()))


@cache
def reached(imported: str) -> Reached:
    """What `module` or `module:name` runs, where `name` may be a module of a package.

    What is not there is left out: once it is, its code or its version changes the key.
    """
    parts = imported.replace(":", ".").split(".")
    modules: list[str] = []
    for module in accumulate(parts, "{}.{}".format):
        found = place(module)
        if found is None or (found.file and _is_standard(found.file)):
            break
        library = found.file and distribution(module, found.file)
        if library:
            return Reached(modules=tuple(modules), libraries=(library,))
        if found.file:
            modules.append(module)
    return Reached(modules=tuple(modules), libraries=())


def _is_standard(file: Path) -> bool:
    return file.is_relative_to(STANDARD) and not INSTALLED & set(file.relative_to(STANDARD).parts)


@cache
def distribution(module: str, file: Path) -> str | None:
    """The installed distribution that lists a module's file as its own.

    One that is installed to be edited lists none of its code: that is the user's, like any other.
    """
    depth = module.count(".") + _is_init(file)
    root = file.parents[depth]
    line = f"\n{file.relative_to(root).as_posix()},"
    first = module.partition(".")[0].lower()
    lists = sorted(root.glob("*.dist-info/RECORD"), key=lambda path: _begins(path, first))
    for path in lists:
        if line in f"\n{path.read_text(encoding='utf-8')}":
            # Dots would be taken for those of a module's name; to an installer they are one.
            return Distribution.at(path.parent).metadata["Name"].replace(".", "-")
    return None


def _begins(path: Path, name: str) -> tuple[bool, Path]:
    """Sorts the distributions that are named like a module before the others."""
    return not path.parent.name.lower().startswith(name), path


@cache
def source(module: str) -> Source:
    """Digest and imports of a module; of one that is no readable Python, that of its bytes."""
    file = place(module).file
    content = file.read_bytes()
    try:
        return read_source(content, module=f"{module}." if _is_init(file) else module)
    except (SyntaxError, ValueError):  # compiled, or written for another Python
        return Source(digest=hashlib.sha256(content).hexdigest(), imports=())


def _is_init(file: Path) -> bool:
    return file.name.startswith("__init__.")

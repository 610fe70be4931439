"""What does a source file say, comments and docstrings aside, and what does it import?"""

import ast
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

MEMORY = Path(".cache/digests/sources.json")
RACY = 2_000_000_000  # ns: an edit this soon after the last may leave size and mtime as they were


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What matters of a file of code."""

    digest: str  # sha256 of the code
    imports: tuple[str, ...]  # modules; "module:name" where it may be one within a package


def read_source(source: bytes, *, module: str, registry: bool = False) -> Source:
    """Digest and imports of a module's text; `module` is a package if it ends in a dot.

    Of a registry's `__init__` only the functions and classes count, and not what it lists.
    """
    tree = _WithoutDocstrings().visit(ast.parse(source))
    imports = tuple(sorted(set(_imports(tree, module.rpartition(".")[0]))))
    if registry:
        tree.body = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    # unparse and not dump: its text was the same on Python 3.10 to 3.13, dump's is not.
    return Source(digest=hashlib.sha256(ast.unparse(tree).encode()).hexdigest(), imports=imports)


class _WithoutDocstrings(ast.NodeTransformer):
    """Drops strings that stand alone, and what only a type checker runs."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        value = node.value
        return None if isinstance(value, ast.Constant) and isinstance(value.value, str) else node

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        only_checked = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return node.orelse if only_checked else node


def _imports(tree: ast.AST, package: str) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}:{alias.name}" for alias in node.names)


def read_package(root: Path, package: str, registries: Iterable[str]) -> dict[str, Source]:
    """Every module of the package in the folder `root`; with a package, the data files it holds."""
    memory, fresh, found = _recall(), {}, {}
    for path in _code_files(root):
        parts = path.relative_to(root).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join([package, *(parts[:-1] if is_package else parts)])
        registry = is_package and module in registries
        name = f"{module}." if is_package else module
        source = _remembered(memory, fresh, path, module=name, registry=registry)
        found[module] = _with_data_files(source, path.parent) if is_package else source
    if fresh:
        _remember(memory | fresh)
    return found


def _code_files(folder: Path) -> Iterable[Path]:
    """The modules of a package and of the packages in it."""
    yield from sorted(folder.glob("*.py"))
    for inner in sorted(folder.iterdir()):
        if (inner / "__init__.py").is_file():
            yield from _code_files(inner)


def _with_data_files(source: Source, folder: Path) -> Source:
    """Files that are no code, in a package's folder and in its folders that are no packages."""
    digests = [source.digest]
    for entry in sorted(folder.iterdir()):
        inside = []
        if entry.is_dir() and entry.name != "__pycache__" and not (entry / "__init__.py").exists():
            inside = sorted(entry.rglob("*"))
        elif entry.suffix != ".py":
            inside = [entry]
        digests += [hashlib.sha256(f.read_bytes()).hexdigest() for f in inside if f.is_file()]
    joined = hashlib.sha256(" ".join(digests).encode()).hexdigest()
    return Source(digest=joined, imports=source.imports)


def _remembered(memory: Mapping, fresh: dict, path: Path, **how: object) -> Source:
    status = path.stat()
    name = f"{path}\n{how} {sys.version}"
    stamp = [status.st_size, status.st_mtime_ns]
    if memory.get(name, {}).get("stamp") == stamp:
        known = memory[name]
        return Source(digest=known["digest"], imports=tuple(known["imports"]))
    source = read_source(path.read_bytes(), **how)
    if time.time_ns() - status.st_mtime_ns > RACY:
        fresh[name] = asdict(source) | {"stamp": stamp}
    return source


def _recall() -> dict[str, dict]:
    try:
        return json.loads(MEMORY.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _remember(memory: Mapping[str, dict]) -> None:
    """Keep the digests of files that exist. Losing a race to another process does no harm."""
    kept = {name: value for name, value in memory.items() if Path(name.split("\n")[0]).exists()}
    MEMORY.parent.mkdir(parents=True, exist_ok=True)
    partial = MEMORY.with_name(f"{MEMORY.name}.{os.getpid()}")
    partial.write_text(json.dumps(kept))
    partial.replace(MEMORY)

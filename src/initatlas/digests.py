"""What does a source file say, comments and docstrings aside? A digest, remembered between runs."""

import ast
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

MEMORY = Path(".cache/digests/sources.json")
RACY = 2_000_000_000  # ns: an edit this soon after the last may leave size and mtime as they were


def normalized(source: bytes, *, definitions_only: bool = False) -> str:
    """The code without comments, layout, docstrings and other strings that stand alone.

    `definitions_only` leaves out the imports and values of a module: what a registry lists.
    """
    tree = _WithoutDocstrings().visit(ast.parse(source))
    if definitions_only:
        tree.body = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    # unparse and not dump: its text was the same on Python 3.10 to 3.13, dump's is not.
    return ast.unparse(tree)


class _WithoutDocstrings(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        value = node.value
        return None if isinstance(value, ast.Constant) and isinstance(value.value, str) else node


def of_modules(files: Mapping[str, Path], registries: Iterable[str]) -> dict[str, str]:
    """Digest of each module; a package's digest covers the data files in its folder as well."""
    memory = _recall()
    fresh: dict[str, list] = {}
    registries = frozenset(registries)
    found = {}
    for module, path in files.items():
        texts = [_remembered(memory, fresh, path, definitions_only=module in registries)]
        if path.name == "__init__.py":
            texts += [hashlib.sha256(data.read_bytes()).hexdigest() for data in _data_files(path)]
        found[module] = hashlib.sha256(" ".join(texts).encode()).hexdigest()
    if fresh:
        _remember(memory | fresh)
    return found


def _data_files(init: Path) -> list[Path]:
    """Files that are not code, in a package's folder and its folders that are no packages."""
    found = []
    for entry in sorted(init.parent.iterdir()):
        if entry.is_dir() and entry.name != "__pycache__" and not any(entry.glob("*.py")):
            found += [path for path in sorted(entry.rglob("*")) if path.is_file()]
        elif entry.is_file() and entry.suffix != ".py":
            found.append(entry)
    return found


def _remembered(memory: Mapping, fresh: dict, path: Path, *, definitions_only: bool) -> str:
    status = path.stat()
    name = f"{path}\n{definitions_only} {sys.version}"
    stamp = [status.st_size, status.st_mtime_ns]
    if memory.get(name, [])[:2] == stamp:
        return memory[name][2]
    text = normalized(path.read_bytes(), definitions_only=definitions_only)
    digest = hashlib.sha256(text.encode()).hexdigest()
    if time.time_ns() - status.st_mtime_ns > RACY:
        fresh[name] = [*stamp, digest]
    return digest


def _recall() -> dict[str, list]:
    try:
        return json.loads(MEMORY.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def _remember(memory: Mapping[str, list]) -> None:
    """Keep the digests of files that exist. Losing a race to another process does no harm."""
    kept = {name: value for name, value in memory.items() if Path(name.split("\n")[0]).exists()}
    MEMORY.parent.mkdir(parents=True, exist_ok=True)
    partial = MEMORY.with_name(f"{MEMORY.name}.{os.getpid()}")
    partial.write_text(json.dumps(kept))
    partial.replace(MEMORY)

"""What do records declare of themselves? Read from their files without running them.

Planning a run needs to know which tables a figure is drawn from, and importing the figures would
take pandas and Altair a second.
"""

import ast
from pathlib import Path

from initatlas import provenance


def declared(registry: str) -> dict[str, dict[str, object]]:
    """The literal arguments of every record of a registry, by the records' names, in its order."""
    folder = Path(__file__).parent.joinpath(*registry.split("."))
    package = f"initatlas.{registry}"
    modules = provenance.listed_records(folder / "__init__.py", package)
    stems = sorted(module.rpartition(".")[2] for module in modules)
    return {stem: _arguments(folder / f"{stem}.py", stem.upper()) for stem in stems}


def _arguments(path: Path, constant: str) -> dict[str, object]:
    for node in ast.parse(path.read_bytes()).body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and [target.id for target in node.targets if isinstance(target, ast.Name)] == [constant]
        ):
            return {
                keyword.arg: ast.literal_eval(keyword.value)
                for keyword in node.value.keywords
                if isinstance(keyword.value, ast.Constant | ast.Tuple)
            }
    raise LookupError(f"{path}: no record {constant} = …(…)")

"""Which names may a configuration use? File stems, known without importing what is in the files."""

import pkgutil
import re
from pathlib import Path

from initatlas.references import load_object

# Modules of a registry's package that hold no record.
NO_RECORDS = frozenset({"base", "ensemble", "propagate", "evaluation", "options", "download"})
SAFE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
RECORD_TYPES = {
    "activations": "Activation",
    "initializers": "Initializer",
    "datasets": "Dataset",
}


def known(registry: str) -> tuple[str, ...]:
    """The names that a registry lists: the stems of its package's files."""
    folder = str(Path(__file__).parent / registry)
    names = (module.name for module in pkgutil.iter_modules([folder]))
    return tuple(sorted(set(names) - NO_RECORDS))


def own_name(problems, key: str, name: object, registry: str) -> str:
    """A name of the study's own: fit for a path, and not that of a built-in record."""
    if not isinstance(name, str) or not SAFE.fullmatch(name):
        problems.add(
            key,
            "a name becomes part of a path: letters, digits and _, a letter first, 64 at most; "
            f"got {name!r}",
        )
    elif name in known(registry):
        problems.add(key, f"'{name}' is the name of a built-in one; choose another")
    return str(name)


def own_object(problems, key: str, reference: str, registry: str) -> dict[str, object]:
    """A user's own record, named package.module:OBJECT; it is imported, to see that it is one."""
    wanted = RECORD_TYPES[registry]
    try:
        record = load_object(reference)
    except ValueError as error:
        problems.add(key, str(error))
        return {"name": reference, "object": reference}
    if type(record).__name__ != wanted:
        problems.add(key, f"{reference!r} is a {type(record).__name__}, not an {wanted}")
        return {"name": reference, "object": reference}
    return {"name": own_name(problems, key, record.name, registry), "object": reference}

"""Which studies are there? Those whose report can be read; the others are named with the reason."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

FACTS, PAGE = "report.json", "report.html"
AGAIN = "run its study again"
SAID = 160  # characters of what is wrong with a file


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A study: the name of its folder, which is unique, and what its report says."""

    folder: str
    facts: Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The studies of a folder by name, and why others are left out."""

    studies: Sequence[Shelved]
    left_out: Mapping[str, str]


class ForeignError(ValueError):
    """A file is not what a report writes."""


def read(results: Path) -> Shelf:
    """All that is in the folder `results`; a folder without any report is not of interest."""
    studies, left_out = [], {}
    for folder in sorted(path for path in Path(results).glob("*") if path.is_dir()):
        name = folder.name.encode(errors="replace").decode()
        if name != folder.name:
            left_out[name] = "its name is no UTF-8"
            continue
        try:
            if (folder / FACTS).exists():
                studies.append(Shelved(folder=name, facts=_facts(folder / FACTS)))
            elif (folder / PAGE).exists():
                left_out[name] = f"it has no {FACTS}; {AGAIN}"
        except OSError as error:
            left_out[name] = f"{FACTS} cannot be read ({error.strerror})"
        except ForeignError as error:
            left_out[name] = f"{FACTS} {error}; {AGAIN}"
    return Shelf(studies=studies, left_out=left_out)


def _facts(path: Path) -> dict:
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refused)
        json.dumps(content, ensure_ascii=False).encode()  # half a surrogate pair can be escaped
    except (ValueError, RecursionError) as error:
        raise ForeignError(f"is no JSON ({_short(str(error))})") from None
    wrong = best_match(_validator().iter_errors(content))
    if wrong is not None:
        raise ForeignError(f"is not of a report: {_short(f'{wrong.json_path}: {wrong.message}')}")
    return content


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not a number of JSON")


@cache
def _validator() -> Draft202012Validator:
    schema = files("initatlas.report").joinpath("report.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(schema))


def _short(text: str) -> str:
    return text if len(text) <= SAID else f"{text[:SAID]}…"

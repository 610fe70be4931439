"""How is a configuration file read? As plain YAML, in which nothing is said twice or hidden."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from initatlas.study.problems import StudyError, show

MAX_BYTES = 200_000  # a study is a page of text
MAX_DEPTH = 20  # of lists and mappings in each other; a study has 5


def load_yaml(path: Path) -> object:
    """The plain values in a YAML file.

    Aliases and tags are refused: a study has no use for them, a bomb of a few lines that unfolds
    into gigabytes has.

    Raises:
        StudyError: the file cannot be read, is no YAML, or gives a key twice, which YAML would
            let pass; with the line, where there is one.
    """
    text = _text(Path(path))
    try:
        problems = list(_hidden(text))
        if not problems:
            loader = yaml.SafeLoader(text)
            node = loader.get_single_node()
            problems = list(_repeated(node)) if node else []
    except yaml.YAMLError as error:
        problems = [_told(error)]
    if problems:
        raise StudyError.of(path, problems)
    try:
        return loader.construct_document(node) if node else None
    except (yaml.YAMLError, ValueError) as error:  # ValueError: dates such as 2020-13-45
        raise StudyError(f"{path}: {_told(error)}") from error


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        text = content.decode("utf-8")
    except OSError as error:
        raise StudyError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StudyError(f"{path}: is not UTF-8 text: {error.reason}") from error
    if len(content) > MAX_BYTES:
        raise StudyError(f"{path}: has more than {MAX_BYTES:,} bytes; a study is a page of text")
    return text


def _hidden(text: str) -> Iterator[str]:
    """What makes a text mean more than it shows. Events do not recurse, so depth is no danger."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = f"line {event.start_mark.line + 1}"
        if isinstance(event, yaml.AliasEvent):
            yield f"{line}: aliases (*{event.anchor}) are not accepted; write the values out"
        elif getattr(event, "tag", None) is not None:
            yield f"{line}: tags ({show(event.tag)}) are not accepted; write the plain value"
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            yield f"{line}: is nested more than {MAX_DEPTH} deep, which no study is"
            return


def _repeated(node: yaml.Node) -> Iterator[str]:
    """Keys that a mapping has twice."""
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated(item)
    elif isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if str(key.value) in first:
                earlier = first[str(key.value)]
                yield f"line {line}: key {show(key.value)} is given twice, first on line {earlier}"
            first.setdefault(str(key.value), line)
            yield from _repeated(value)


def _told(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f"line {mark.line + 1}: " if mark else ""
    parts = [getattr(error, name, None) for name in ("context", "problem")]
    said = ", ".join(part for part in parts if part) or " ".join(str(error).split())
    fix = "; indent with blanks" if "'\\t'" in said else ""
    return f"{line}is not plain YAML: {said}{fix}"

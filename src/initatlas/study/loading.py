"""How is a configuration file read? As plain YAML, with duplicate keys and bombs refused."""

from pathlib import Path

import yaml

from initatlas.study.problems import StudyError

MAX_BYTES = 200_000  # a study is a page of text; aliases may not blow it up beyond that


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice, which YAML would silently let win."""

    def compose_node(self, parent, index):
        """Aliases are refused: a study has no use for them, an anchor bomb has."""
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.constructor.ConstructorError(
                None, None, "aliases (*name) are not accepted", event.start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        """As the parent's, after looking for duplicates."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = key_node.value
            if str(key) in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key '{key}' is given twice", key_node.start_mark
                )
            seen.add(str(key))
        return super().construct_mapping(node, deep)


def load_yaml(path: Path) -> object:
    """The plain values in a YAML file.

    Raises:
        StudyError: the file is missing, too large, or no YAML; with the line where it is known.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{path}: cannot be read ({error})") from error
    if len(text) > MAX_BYTES:
        raise StudyError(f"{path}: has {len(text)} bytes; a study has at most {MAX_BYTES}")
    try:
        return yaml.load(text, Loader=_StrictLoader)
    except yaml.YAMLError as error:
        raise StudyError(f"{path}: is not a valid study: {error}") from error
    except RecursionError as error:
        raise StudyError(f"{path}: is nested too deeply to be a study") from error

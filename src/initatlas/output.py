"""What is a file of a study? Its path, and what makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from initatlas import keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A file of the study: the rule that makes it, and the command and job of its key."""

    path: str
    rule: str
    command: str
    job: Mapping[str, object]

    def key(self) -> keys.Key:
        """The key under which the file is made."""
        return keys.make(self.command, self.job)

    def log(self) -> str:
        """What the job that makes the file printed: a file in its rule's folder, or that of one."""
        results, study, *name = Path(self.path).with_suffix("").parts
        return str(Path(results, study, "logs", self.rule, *name[1:])) + ".log"

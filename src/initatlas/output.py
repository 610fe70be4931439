"""What is a file of a study? Its path, and what makes it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from initatlas import keys
from initatlas.study import StudyError

# Characters of what a job must know: Linux takes 131,072 in an argument, and the shell gets the
# whole command as one.
LONGEST = 100_000


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


def check_lengths(outputs: Iterable[Output]) -> None:
    """See that what each file's job must know fits on a command line.

    Raises:
        StudyError: that of a rule does not, which its jobs would find out one by one.
    """
    longest: dict[str, int] = {}
    for output in outputs:
        length = len(json.dumps(output.job))
        longest[output.rule] = max(length, longest.get(output.rule, 0))
    found = [
        f"what a job of {rule} must know takes {length:,} characters, and at most {LONGEST:,} fit "
        "on a command line: give fewer grids, variances or learning rates, or fewer seeds a block"
        for rule, length in longest.items()
        if length > LONGEST
    ]
    if found:
        raise StudyError("\n".join(found))

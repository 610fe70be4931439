"""What would run, and why? Jobs of one rule with one reason make one line.

Snakemake tells the reason of each job. Of our jobs everything that their numbers depend on is in
one parameter, the key, so we say what differs between the key of the last run and that of now.
"""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

KEY = re.compile(r"""(before|now): .*?((['"])\{"code":.*?\}\3)(?=,|\s)""", re.DOTALL)
# How Snakemake's reasons begin, the strongest first, and what we say; {} is what follows.
SAID = {
    "Forced execution": "forced",
    "Missing output files": "not there yet",
    "Incomplete output files": "a run was interrupted in it",
    "Params have changed": "{}",
    "Code has changed": "another command in its rule",
    "Set of input files has changed": "made of other files than before",
    "Updated input files": "newer than before: {}",
    "Input files updated by another job": "made of what is computed anew",
}
WIDEST = 60  # characters of a value
MOST = 4  # differences, values and names that are told


class Reasons:
    """Jobs of a dry run, by rule and reason."""

    def __init__(self) -> None:
        self.jobs: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)

    def add(self, rule: str, wildcards: Mapping[str, str], reason: str) -> None:
        """Take in one job and Snakemake's reason for it."""
        self.jobs[rule, told(reason)].append(dict(wildcards))

    def lines(self) -> Iterator[str]:
        """`16 train_networks: training.steps 60 → 61`, and how many jobs it would be."""
        found = [(len(jobs), rule, why, jobs) for (rule, why), jobs in self.jobs.items()]
        width = len(str(max((n for n, *_ in found), default=0)))
        for count, rule, why, jobs in found:
            yield f"{count:{width}} {rule}{_which(jobs)}: {why}"
        total = sum(n for n, *_ in found)
        yield f"{total} jobs would run; nothing was run" if total else "Nothing to be done"


def told(reason: str) -> str:
    """The strongest of a job's reasons, in our words."""
    parts = reason.split("; ")
    for begins, words in SAID.items():
        for part in parts:
            if part.startswith(begins):
                rest = part.partition(": ")[2]
                return words.format(_changed(reason) if begins.startswith("Params") else rest)
    return reason


def differences(before: object, now: object, name: str = "") -> Iterator[str]:
    """One sentence for every value that differs, by its path; lists say what came and went."""
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys((*before, *now)):
            path = f"{name}.{key}" if name else key
            yield from differences(before.get(key), now.get(key), path)
    elif isinstance(before, list) and isinstance(now, list) and before != now:
        if len(before) == len(now) and all(isinstance(value, dict) for value in before + now):
            for old, new in zip(before, now, strict=True):
                yield from differences(old, new, name)
            return
        come = [f"+ {_short(value)}" for value in now if value not in before]
        gone = [f"− {_short(value)}" for value in before if value not in now]
        yield f"{name} {_several([*come, *gone]) or 'in another order'}"
    elif before != now:
        yield f"{name} {_short(before)} → {_short(now)}"


def _changed(reason: str) -> str:
    """What differs between the keys that a reason quotes."""
    keys = {when: json.loads(ast.literal_eval(text)) for when, text, _ in KEY.findall(reason)}
    if len(keys) < 2:
        return "other parameters than before"
    before, now = keys["before"], keys["now"]
    found = ["other code"] if before.pop("code") != now.pop("code") else []
    found += differences(before.pop("job"), now.pop("job"))
    found += differences(before.pop("versions"), now.pop("versions"))
    return _several(list(dict.fromkeys(found))) or "other parameters than before"


def _which(jobs: Sequence[Mapping[str, str]]) -> str:
    """The wildcards that jobs have in common; of a single one, their different values."""
    names = list(jobs[0])
    if len(names) == 1:
        return f" {_several([job[names[0]] for job in jobs])}"
    common = [n for n in names if len({job.get(n) for job in jobs}) == 1]
    return "".join(f" {name}={jobs[0][name]}" for name in common)


def _several(values: Sequence[str]) -> str:
    more = [f"{len(values) - MOST} more"] if len(values) > MOST else []
    return ", ".join([*values[:MOST], *more])


def _short(value: object) -> str:
    """A value as it would stand in a study, at most so wide."""
    if isinstance(value, dict) and set(value) == {"name"}:
        value = value["name"]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"

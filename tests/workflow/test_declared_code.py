"""What a job runs is what its key's code digest covers: nothing slips in behind its back."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest

from initatlas import keys, provenance, sources
from initatlas.plan import CACHE, Output, Plan
from initatlas.study import load_yaml
from tests.workflow.project import ROOT, SMOKE

RESULTS = "results/smoke"
# What runs the commands and says what they cost has no part in results.
GLUE = {"initatlas.cli", "initatlas.machines", "initatlas.usage", "initatlas.warm"}
# Importing a list imports all its records. Those that a key does not declare are here replaced by
# ones that have a name, for the list, and that fail when they are used.
RUN = """
import json, sys
from importlib.machinery import ModuleSpec
from types import ModuleType


class Undeclared:
    def __init__(self, module):
        self.module, self.name = module, module.rpartition(".")[2]

    def __getattr__(self, field):
        raise AssertionError(f"{self.module}: {field} was used, and the key does not declare it")


class Finder:
    def find_spec(self, module, path=None, target=None):
        return ModuleSpec(module, self) if module in undeclared else None

    def create_module(self, spec):
        record = Undeclared(spec.name)
        module = ModuleType(spec.name)
        setattr(module, record.name.upper(), record)
        return module

    def exec_module(self, module):
        pass


undeclared = set(json.loads(sys.argv[1]))
sys.meta_path.insert(0, Finder())
from initatlas.cli import main
assert main(sys.argv[2:]) == 0
loaded = {name for name in sys.modules if name.partition(".")[0] == "initatlas"}
print(json.dumps(sorted(loaded - undeclared)))
"""
PLAN = Plan.of(load_yaml(ROOT / SMOKE))
OUTPUTS = {output.path: output for output in PLAN.outputs()}
RULES = {output.rule: output for output in reversed(OUTPUTS.values())}  # the first of each


def arguments(output: Output, target: Path) -> list[str]:
    """What the rule gives to its command, with another place for what is written."""
    words = [output.command, "--key", output.key().text()]
    if (
        output.command in ("initialize", "spectra", "train", "trainability", "predict")
        and "dataset" in output.job
    ):
        words += ["--dataset", f"{RESULTS}/dataset.arrow"]
    if output.command in ("reduce", "draw", "report"):
        words += ["--results", RESULTS]
    if output.command == "report":
        words += ["--citation", sources.CITATION, "--facts", str(target.with_suffix(".json"))]
    if output.command == "dataset":
        words += ["--cache", CACHE]
    return words if output.command == "draw" else [*words, "--output", str(target)]


def listed() -> set[str]:
    """All records of all registries."""
    found = set()
    for registry in provenance.REGISTRIES:
        folder = Path(provenance.__file__).parent.joinpath(*registry.split("."))
        found |= provenance.listed_records(folder / "__init__.py", f"initatlas.{registry}")
    return found


def inputs(output: Output) -> Iterable[str]:
    """The study's files that a table, a figure or the report is made of."""
    match output.command:
        case "reduce":
            return PLAN.table_inputs(SimpleNamespace(table=output.job["reducer"]))
        case "draw":
            return PLAN.figure_inputs(SimpleNamespace(figure=output.job["figure"]))
        case "report":
            return PLAN.report_inputs({})
    return ()


def behind(output: Output) -> set[str]:
    """The modules that its key declares, and the keys of the files that it is made of.

    What presents looks up how these were made; after an edit they are made anew, and it after them.
    """
    found, seen, pending = set(), set(), [output.path]
    while pending:
        path = pending.pop()
        if path not in seen:
            seen.add(path)
            command, job = OUTPUTS[path].command, OUTPUTS[path].job
            found |= keys._modules(command, *keys._used(command, job))[1]
            pending += inputs(OUTPUTS[path])
    return found


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_job_runs_only_code_that_its_key_declares(project, tmp_path, rule):
    output = RULES[rule]
    declared = behind(output)
    words = arguments(output, tmp_path / Path(output.path).name)
    undeclared = json.dumps(sorted(listed() - declared))
    result = project.run(sys.executable, "-c", RUN, undeclared, *words).expect(0)
    loaded = set(json.loads(result.output.splitlines()[-1]))
    assert f"initatlas.commands.{output.command}" in loaded
    assert loaded - GLUE <= declared

"""What a job imports is what its key's code digest covers: nothing slips in behind its back."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from initatlas import provenance, sources
from initatlas.plan import CACHE, Output, Plan
from initatlas.study import load_yaml
from tests.workflow.project import ROOT, SMOKE

RESULTS = "results/smoke"
# Runs the commands, and has no part in results.
GLUE = {"initatlas.cli", "initatlas.machines", "initatlas.usage"}
RUN = """
import json, sys
from initatlas.cli import main
assert main(sys.argv[1:]) == 0
print(json.dumps([name for name in sys.modules if name.partition(".")[0] == "initatlas"]))
"""
RULES = {output.rule: output for output in Plan.of(load_yaml(ROOT / SMOKE)).outputs()}


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


@pytest.fixture(scope="module")
def reachable() -> Callable[[str], frozenset[str]]:
    """The modules that a command reaches, those that are only listed beside its own included."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(provenance, "REGISTRIES", ())
        provenance.read_sources.cache_clear()
        sources = provenance.read_sources()
    provenance.read_sources.cache_clear()
    return lambda command: provenance.closure(sources, f"initatlas.commands.{command}")


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_job_imports_only_code_that_its_digest_declares(project, reachable, tmp_path, rule):
    output = RULES[rule]
    words = arguments(output, tmp_path / Path(output.path).name)
    result = project.run(sys.executable, "-c", RUN, *words).expect(0)
    loaded = set(json.loads(result.output.splitlines()[-1]))
    assert f"initatlas.commands.{output.command}" in loaded
    assert loaded - GLUE <= reachable(output.command)

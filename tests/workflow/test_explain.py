"""`make explain` says in one line a reason what would run and why, and runs nothing."""

from tests.workflow.project import SMOKE, Project, Result

THEORY = "src/initatlas/stages/predictions/phase_diagram.py"
ANEW = "made of what is computed anew"


def explain(project: Project) -> Result:
    """As `make` calls it: what it says, and nothing may change."""
    before = project.times("results/**/*")
    said = project.run(
        "make", "--no-print-directory", "--old-file=.venv/.stamp", "explain", f"STUDY={SMOKE}"
    )
    assert project.times("results/**/*") == before
    return said


def test_a_finished_study_has_nothing_to_do(finished):
    assert explain(finished).expect(0).output == "Nothing to be done\n"


def test_changes_are_told_by_rule_and_by_what_differs(project):
    project.edit(SMOKE, "records: 6\n", "records: 5\n")
    project.edit(SMOKE, "\n  - he_normal\n", "\n  - he_normal\n  - lecun_normal\n")
    project.edit(THEORY, "def widest(", "X = 1\n\n\ndef widest(")
    *lines, last = explain(project).expect(0).output.splitlines()
    planned = project.snakemake(SMOKE, "--dry-run").jobs
    assert last == f"{sum(planned.values())} jobs would run; nothing was run"
    found = {what: int(count) for count, what in (line.split(maxsplit=1) for line in lines)}
    blocks = planned["initialize_networks"]
    assert found["train_networks architecture=mlp: training.records 6 → 5"] == 16
    new = "initialize_networks architecture=mlp initializer=lecun_normal: not there yet"
    assert found[new] == blocks == 8
    code = [line for line in found if line.endswith(": other code")]
    assert [line.split()[0].removesuffix(":") for line in code] == ["compute_theory"]
    assert found["compute_theory prediction=phases: initializers + lecun_normal"] == 2
    assert found[f"write_report: {ANEW}"] == found[f"write_crate: {ANEW}"] == 1
    assert len(lines) < sum(planned.values()) / 3
    for rule, jobs in planned.items():
        told = sum(n for line, n in found.items() if line.split()[0].removesuffix(":") == rule)
        assert told == jobs, rule


def test_a_faulty_study_is_explained_by_what_is_wrong_with_it(project):
    project.edit(SMOKE, "depths: [2, 6]", "depths: [2, -6]")
    refused = explain(project)
    assert refused.status != 0
    assert "depths[1]" in refused.output
    assert "Nothing to be done" not in refused.output

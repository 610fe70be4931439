"""Each row of the README's table of what runs again, asked of Snakemake in dry runs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from initatlas.output import Output
from initatlas.plan import STAGES, Plan
from initatlas.study import load_yaml
from tests.workflow.changes import BLOBS, CHANGES, Change, Edit
from tests.workflow.project import ROOT, SMOKE, Project

RESULTS = "results/smoke"
STEPS = CHANGES["steps of training"].edit
OPTION = "the data set, or an option of it"
TAKEN_BACK = "a change, taken back"
LAST = ("manifest.json", "ro-crate-metadata.json")  # of the crate, beside its copies in source/
NETWORKS = {rule for rule, _ in STAGES.values()}
BLOCK = "training/architecture=mlp/initializer=he_normal/activation=relu/depth=2/seeds=0-1.arrow"


@pytest.fixture(scope="module")
def copied(finished: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One copy for all changes: none of them is run, and each is taken back."""
    return Project.copy_of(finished.folder, tmp_path_factory.mktemp("changes"))


@contextmanager
def changed(project: Project, edit: Edit) -> Iterator[None]:
    """The project with an edit, or with a file of its own where there was none."""
    name, old, new = edit
    path = project.folder / name
    before = path.read_text() if path.exists() else None
    if before is None:
        path.parent.mkdir()
        path.write_text(new)
    else:
        project.edit(name, old, new)
    yield
    if before is None:
        path.unlink()
        path.parent.rmdir()
    else:
        path.write_text(before)


def planned(project: Project, *options: str) -> set[str]:
    """What would be made, by its name in the study's folder."""
    return {path.removeprefix(f"{RESULTS}/") for path in project.planned(SMOKE, *options)}


def blocks(project: Project) -> set[str]:
    """The study's blocks, as its configuration is now."""
    plan = Plan.of(load_yaml(project.folder / SMOKE))
    made = {output.path for output in plan.outputs() if output.rule in NETWORKS}
    return {path.removeprefix(f"{RESULTS}/") for path in made}


def needs(plan: Plan, output: Output) -> list[str]:
    """What a file is made of, as the plan declares it."""
    name = Path(output.path).stem
    if output.rule == "reduce_table":
        return plan.table_inputs(SimpleNamespace(table=name))
    if output.rule == "draw_figure":
        return plan.figure_inputs(SimpleNamespace(figure=name))
    if output.rule == "write_report":
        return plan.report_inputs({})
    if output.rule == "compute_theory":
        return plan.prediction_dataset(SimpleNamespace(prediction=name.partition("-")[0]))
    return [] if output.rule == "prepare_dataset" else [plan.path("dataset.arrow")]


def concerned(change: Change, plan: Plan) -> set[str]:
    """The files that are other for a change, and all that is made of them, down to the crate."""
    outputs, found, before = list(plan.outputs()), set(), None
    for output in outputs:
        path = output.path.removeprefix(f"{RESULTS}/")
        if output.rule in NETWORKS:
            concerns = re.search(change.blocks, path)
        else:
            concerns = any(re.match(pattern, path) for pattern in change.others)
        found |= {output.path} if concerns else set()
    while found != before:
        before = set(found)
        found |= {each.path for each in outputs if found.intersection(needs(plan, each))}
    return found | {plan.path(name) for name in LAST if found}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_a_change_concerns_runs_again_and_nothing_else(copied: Project, change: Change):
    with changed(copied, change.edit):
        found = copied.planned(SMOKE)
        expected = concerned(change, Plan.of(load_yaml(copied.folder / SMOKE)))
    assert {path for path in found if not path.startswith(f"{RESULTS}/source/")} == expected


def test_every_change_taken_back_there_is_nothing_to_do(copied):
    assert planned(copied) == set()


def test_an_option_of_the_data_set_prepares_it_again_and_computes_on_it(project):
    project.edit(SMOKE, "dataset: digits", f"dataset: {BLOBS}")
    data = f"{RESULTS}/dataset.arrow"
    project.snakemake(SMOKE, "--", data).expect(0)
    assert "dataset.arrow" not in planned(project)
    project.edit(SMOKE, "separation: 3.0", "separation: 4.0")
    found = planned(project)
    assert found & blocks(project) == blocks(project)
    assert "dataset.arrow" in found


def test_after_a_run_a_number_taken_back_is_asked_for_again(project):
    project.edit(*STEPS)
    project.snakemake(SMOKE, "--", f"{RESULTS}/{BLOCK}").expect(0)
    name, old, new = STEPS
    project.edit(name, new, old)
    assert planned(project) & blocks(project) == {BLOCK}


def test_after_a_run_without_some_cells_they_are_found_as_they_were(project):
    before = project.files(f"{RESULTS}/initialization/**/depth=2/*.arrow")
    text = project.read(SMOKE)
    project.edit(SMOKE, "depths: [2, 6]", "depths: [6]")
    project.snakemake(SMOKE, "--", f"{RESULTS}/tables/layers.parquet").expect(0)
    (project.folder / SMOKE).write_text(text)
    found = planned(project)
    assert found & blocks(project) == set()
    assert "tables/layers.parquet" in found
    assert project.files(f"{RESULTS}/initialization/**/depth=2/*.arrow") == before


def test_the_rows_of_the_readmes_table_are_those_that_are_tested():
    table = Path(ROOT / "README.md").read_text().partition("| you change | what runs |")[2]
    lines = table.partition("\n\n")[0].splitlines()[2:]
    rows = {line.split("|")[1].strip() for line in lines}
    assert rows == {change.row for change in CHANGES.values()} | {OPTION, TAKEN_BACK}

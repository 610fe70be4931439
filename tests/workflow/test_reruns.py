"""What runs again, and what does not, when something changes."""

import json

import pytest

from initatlas import provenance
from initatlas.declared import declared
from tests.workflow.project import SMOKE

RESULTS = "results/smoke"
PREDICTIONS = "stages.predictions"
LAST = {"write_manifest": 1, "write_crate": 1}
OWN_ACTIVATION = '''
"""An activation of a user's own."""

from initatlas.activations import Activation
from my_shapes import slope, soft_cube

SOFT_CUBE = Activation(
    name="soft_cube", phi=soft_cube, derivative=slope, kinks=(), source="this test"
)
'''
ITS_SHAPES = '''
"""What it is made of."""


def soft_cube(z):
    return z**3 / (1 + z**2)


def slope(z):
    return (3 * z**2 + z**4) / (1 + z**2) ** 2
'''


def test_a_second_run_has_nothing_to_do(finished):
    result = finished.snakemake(SMOKE).expect(0)
    assert result.jobs == {}


def test_adding_an_activation_runs_its_own_cells_and_what_depends_on_them(project):
    """A user's own one, outside this repository, gets what the built-in ones get.

    So does an edit of a module that it imports.
    """
    (project.folder / "my_activations.py").write_text(OWN_ACTIVATION)
    (project.folder / "my_shapes.py").write_text(ITS_SHAPES)
    before = project.times(f"{RESULTS}/**/*.arrow")
    project.edit(SMOKE, "[relu, tanh]", "[relu, tanh, 'my_activations:SOFT_CUBE']")
    jobs = project.snakemake(SMOKE).expect(0).jobs
    # 4 initializers × 2 depths × 2 blocks of seeds; 2 × 2 × 2 of these are trained
    assert (jobs["initialize_networks"], jobs["train_networks"]) == (16, 8)
    # 2 initializers × 2 blocks of seeds at one depth; every prediction but the two of the plane,
    # which names its activations
    predictions = len(declared(PREDICTIONS)) - 2
    assert (jobs["measure_spectra"], jobs["compute_theory"]) == (4, predictions)
    # 2 initializers × 2 depths, and a sweep × 2 depths, one block of seeds each
    assert (jobs["search_rates"], jobs["map_trainability"]) == (4, 2)
    assert "prepare_dataset" not in jobs
    after = project.times(f"{RESULTS}/**/*.arrow")
    assert {path: after[path] for path in before} == before
    new = {path for path in after if path not in before}
    assert len(new) == 16 + 8 + 4 + 4 + 2 + predictions
    assert all("activation=soft_cube" in path or "-soft_cube.arrow" in path for path in new)
    assert "soft_cube" in project.read(f"{RESULTS}/tables/layers.csv")
    project.edit("my_shapes.py", "z**3 / (1 + z**2)", "z**3 / (1 + z**2)  # odd")
    assert project.planned(SMOKE) == set()
    project.edit("my_shapes.py", "z**3 / (1 + z**2)", "z**3 / (1.0 + z**2)")
    blocks = {path for path in project.planned(SMOKE) if path.endswith(".arrow")}
    assert blocks == new


def test_a_training_number_leaves_initialization_alone(project):
    before = project.times(f"{RESULTS}/initialization/**/*.arrow")
    project.edit(SMOKE, "steps: 60", "steps: 50")
    jobs = project.snakemake(SMOKE).expect(0).jobs
    assert jobs["train_networks"] == 16
    assert not {"initialize_networks", "prepare_dataset"} & set(jobs)
    assert project.times(f"{RESULTS}/initialization/**/*.arrow") == before


def test_a_figures_code_rebuilds_that_figure_and_the_report_alone(project):
    name = "activation_variance"
    before = project.times(f"{RESULTS}/figures/*")
    file = f"src/initatlas/figures/{name}.py"
    project.edit(file, "Geometric mean over seeds", "The geometric mean over seeds")
    jobs = project.snakemake(SMOKE).expect(0).jobs
    assert jobs == {"draw_figure": 1, "write_report": 1, **LAST}
    after = project.times(f"{RESULTS}/figures/*")
    redrawn = {path for path in after if after[path] != before[path]}
    assert redrawn == {f"{RESULTS}/figures/{name}.{suffix}" for suffix in ("json", "svg", "png")}
    caption = json.loads(project.read(f"{RESULTS}/figures/{name}.json"))["description"]
    assert "The geometric mean over seeds" in caption
    assert "The geometric mean over seeds" in project.read(f"{RESULTS}/report.html")


@pytest.mark.parametrize(
    ("module", "entry"),
    [
        ("stages.initialize", "commands.initialize"),
        ("training.loop", "commands.train"),
        ("reducers.layers", "commands.reduce"),
        ("figures.activation_variance", "commands.draw"),
    ],
)
def test_a_docstring_a_comment_and_a_touch_rebuild_nothing(project, module, entry):
    closure = provenance.closure(
        provenance.read_sources(), f"initatlas.{entry}", [f"initatlas.{module}"]
    )
    assert f"initatlas.{module}" in closure
    path = project.folder / f"src/initatlas/{module.replace('.', '/')}.py"
    text = path.read_text()
    assert text.startswith('"""')
    path.write_text('"""Other words: ' + text[3:] + "\n# and a comment at its end\n")
    (project.folder / "src/initatlas/rng.py").touch()
    (project.folder / SMOKE).touch()
    assert project.snakemake(SMOKE).expect(0).jobs == {}


def test_a_probes_code_recomputes_what_uses_it_and_not_the_data_set(project):
    project.edit("src/initatlas/probes/q.py", "Q = Probe(", "UNUSED = 1\nQ = Probe(")
    jobs = project.snakemake(SMOKE, "--dry-run").expect(0).jobs
    assert (jobs["initialize_networks"], jobs["train_networks"]) == (32, 16)
    assert "prepare_dataset" not in jobs


def test_another_activations_code_leaves_these_cells_alone(project):
    project.edit("src/initatlas/activations/gelu.py", "GELU = ", "UNUSED = 1\nGELU = ")
    assert project.snakemake(SMOKE).expect(0).jobs == {}
    project.edit("src/initatlas/activations/tanh.py", "TANH = ", "UNUSED = 1\nTANH = ")
    jobs = project.snakemake(SMOKE, "--dry-run").expect(0).jobs
    assert (jobs["initialize_networks"], jobs["train_networks"]) == (16, 8)

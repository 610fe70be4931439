"""Claims about the spectra of a study: optional, a part of its networks, on some of its points."""

import pytest

from initatlas.study import Study
from tests.unit.study.small import CONFIG, changed, problem

SPECTRA = {"points": 2, "kernel_points": 8}


def test_without_the_section_and_with_null_nothing_is_measured():
    for config in (CONFIG, changed(spectra=None)):
        study = Study.from_config(config)
        assert study.spectra is None
        assert study.grid("spectra").blocks() == ()


def test_a_job_is_that_of_initialization_and_its_points():
    study = Study.from_config(changed(spectra=SPECTRA))
    assert study.grid("spectra") == study.grid("initialization")
    block = study.grid("spectra").blocks()[3]
    job = study.job("spectra", block)
    assert job == study.job("initialization", block) | {"spectra": SPECTRA}
    assert block.path("spectra").startswith("spectra/architecture=mlp/")


def test_a_grid_chooses_among_the_studys_networks():
    grid = {"activations": ["tanh"], "depths": [5], "seeds": {"count": 2, "per_block": 2}}
    study = Study.from_config(changed(spectra=SPECTRA | {"grid": grid}))
    blocks = study.grid("spectra").blocks()
    assert len(blocks) == len(CONFIG["initializers"])
    assert {(b.activation, b.depth, b.first_seed) for b in blocks} == {("tanh", 5, 0)}


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (
            {"points": 2, "kernel_points": 11},
            "spectra.kernel_points: must be at most 10, the evaluation points of measurement; "
            "got 11",
        ),
        (
            {"points": 2},
            "spectra: missing key 'kernel_points': the number of points of tangent kernels, "
            "such as 32",
        ),
        (
            {"points": 0, "kernel_points": 8},
            "spectra.points: the number of points whose Jacobians are taken must be a whole "
            "number, at least 1; got 0",
        ),
        (
            SPECTRA | {"grid": {"depths": [3]}},
            "spectra.grid.depths[0]: 3 is not among the study's depths",
        ),
    ],
)
def test_what_is_wrong_is_named(section, said):
    assert problem(changed(spectra=section)).startswith(said)


def test_other_architectures_than_plain_ones_are_refused_and_left_out_on_demand():
    own = {"own": {"base": "mlp", "normalization": "batch_norm"}}
    whole = changed(architectures=["mlp", own], spectra=SPECTRA)
    assert problem(whole) == (
        "spectra: spectra are known of mlp only, not of 'own'; "
        "name architectures: [mlp] in each grid of spectra"
    )
    whole["spectra"] = SPECTRA | {"grid": {"architectures": ["mlp"]}}
    blocks = Study.from_config(whole).grid("spectra").blocks()
    assert {block.architecture for block in blocks} == {"mlp"}

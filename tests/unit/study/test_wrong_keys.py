"""Claims about what a user is told of wrong keys, and of many mistakes at once."""

import pytest

from initatlas.study import Study, StudyError
from tests.unit.study.small import CONFIG, FAIR, changed, edited, problem, problems

DEPTH = "depth, a number of hidden layers, must be a whole number, at least 1 and at most 100000"


def without(*path: str) -> dict:
    def remove(config: dict) -> None:
        for step in path[:-1]:
            config = config[step]
        del config[path[-1]]

    return edited(remove)


CASES = {
    "a number": (5, "must be a mapping of keys to values; got 5"),
    "nothing": (None, "must be a mapping of keys to values; got None"),
    "missing": (
        without("depths"),
        "missing key 'depths': list of numbers of hidden layers, such as [4, 16]",
    ),
    "missing inside": (
        without("measurement", "pairs"),
        "measurement: missing key 'pairs': the number of pairs of each kind, such as 32",
    ),
    "missing, and null would do": (
        without("training"),
        "missing key 'training': how networks are trained; null for no training",
    ),
    "no such key": (
        changed(colour="red"),
        "unknown key 'colour'; known: study, seed, dataset, architectures, activations, "
        "initializers, depths, widths, seeds, measurement, training, outcomes, memory_mb, spectra, "
        "contrast, trainability, trainability_map, phase_plane, device",
    ),
    "no text": (
        edited(lambda config: config.update({True: 1})),
        "unknown key True; known: study, seed, dataset, architectures, activations, "
        "initializers, depths, widths, seeds, measurement, training, outcomes, memory_mb, spectra, "
        "contrast, trainability, trainability_map, phase_plane, device",
    ),
    "misspelt": (
        edited(lambda config: config.update(activatons=config.pop("activations"))),
        "unknown key 'activatons'; did you mean 'activations'?",
    ),
    "misspelt inside": (
        edited(lambda config: config["seeds"].update(perblock=config["seeds"].pop("per_block"))),
        "seeds: unknown key 'perblock'; did you mean 'per_block'?",
    ),
    "misspelt beside the right one": (
        changed(depth=[7]),
        "unknown key 'depth'; did you mean 'depths'?",
    ),
}


def test_the_configuration_that_is_changed_in_these_tests_is_right():
    assert Study.from_config(CONFIG).name == "small"


@pytest.mark.parametrize(("config", "sentence"), CASES.values(), ids=CASES)
def test_one_mistake_gives_one_sentence(config, sentence):
    assert problem(config) == sentence


def test_all_mistakes_are_told_at_once():
    config = changed(
        study="a b", depths=[0], widths=[], seed=1.5, initializers__0="he_norml",
        seeds={"count": 5, "per_block": 2}, training__records=99, outcomes__window=99,
        training__batch_size=99, colour=1, trainability=FAIR,
    )  # fmt: skip
    found = [line.split(":")[0] for line in problems(config)]
    assert found == [
        "unknown key 'colour'; known", "initializers[0]", "depths[0]", "widths", "seeds",
        "training.records", "study", "seed", "training.batch_size", "outcomes.window",
    ]  # fmt: skip


def test_values_under_a_misspelt_key_are_read_as_meant():
    config = edited(lambda c: c.update(depth=[0], depths=c.pop("depths")))
    assert problems(config) == ["unknown key 'depth'; did you mean 'depths'?"]
    del config["depths"]
    assert problems(config) == [
        "unknown key 'depth'; did you mean 'depths'?",
        f"depth[0]: {DEPTH}; got 0",
    ]


def test_what_training_chooses_from_a_faulty_axis_is_not_judged():
    config = changed(activations=["relu", "tnah"], training__grid__activations=["tanh"])
    assert problem(config).startswith("activations[1]: unknown activation 'tnah'")


def test_a_study_of_more_jobs_than_can_be_planned_is_refused():
    config = changed(seeds={"count": 1_000_000, "per_block": 1}, training__grid={"depths": [2]})
    assert problem(config) == (
        "seeds: together they make 24,000,000 jobs; at most 200,000: put more seeds into a block"
    )


def test_a_long_value_is_shortened():
    line = problem(changed(study="x" * 10_000))
    assert len(line) < 200


def test_a_source_is_named_on_every_line():
    with pytest.raises(StudyError) as caught:
        Study.from_config({}, source="studies/mine.yaml")
    assert len(str(caught.value).splitlines()) == 13
    assert all(line.startswith("studies/mine.yaml: ") for line in str(caught.value).splitlines())


def test_a_line_break_in_a_key_makes_no_line_of_its_own():
    config = changed(initializers__3={"x\ns.yaml: fine": {"distribution": "n", "sigma_w2": [1]}})
    assert [line.split(":")[0] for line in problems(config)] == ["initializers[3]"]
    config = changed(initializers__3={"x\nfine": {"distribution": "n", "sigma_w2": [1]}})
    assert [line.split(":")[0] for line in problems(config)] == [
        "initializers[3].'x\\nfine'",
        "initializers[3].'x\\nfine'.distribution",
    ]

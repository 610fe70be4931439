"""Claims about what a dry run tells: one line a reason, and what differs by its name."""

import json

import pytest
from snakemake.jobs import Reason
from snakemake.persistence import ParamsChange

from snakemake_logger_plugin_initatlas.reasons import Reasons, differences, told


def key(code: str = "a" * 64, torch: str = "2.0", **job: object) -> str:
    """A parameter as Snakemake records it."""
    return repr(json.dumps({"code": code, "job": job, "versions": {"torch": torch}}))


def reason(before: set[str] = frozenset(), now: set[str] = frozenset(), **parts: object) -> str:
    """What Snakemake itself says of such changes."""
    found = Reason()
    found.params_changed = ParamsChange(only_old=set(before), only_new=set(now), files={"x"})
    for name, value in parts.items():
        if isinstance(value, set):
            getattr(found, name).update(value)
        else:
            setattr(found, name, value)
    return str(found)


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ({"steps": 60}, {"steps": 61}, "steps 60 → 61"),
        ({"training": {"steps": 60}}, {"training": {"steps": 61}}, "training.steps 60 → 61"),
        ({"seeds": [0, 1]}, {"seeds": [0, 1, 2]}, "seeds + 2"),
        ({"seeds": [0, 1, 2]}, {"seeds": [1, 3]}, "seeds + 3, − 0, − 2"),
        ({"depths": [2, 4]}, {"depths": [4, 2]}, "depths in another order"),
        ({"grids": [{"d": 1, "e": 2}]}, {"grids": [{"d": 3, "e": 2}]}, "grids.d 1 → 3"),
        ({}, {"bias": {"name": "zeros"}}, "bias null → zeros"),
        ({"names": ["it's"]}, {"names": ['a "b"']}, 'names + a "b", − it\'s'),
        ({"long": "x" * 99}, {"long": "y"}, f"long {'x' * 59}… → y"),
        (dict.fromkeys("abcdef", 1), dict.fromkeys("abcdef", 2), "a 1 → 2, b 1 → 2, c 1 → 2, "),
    ],
)
def test_a_changed_setting_is_told_by_its_path(before, now, words):
    said = told(reason({key(**before)}, {key(**now)}))
    assert said.removesuffix("d 1 → 2, 2 more") == words


def test_code_and_versions_are_told_apart_from_settings():
    assert told(reason({key()}, {key(code="b" * 64)})) == "other code"
    both = told(reason({key(torch="2.0", a=1)}, {key(torch="2.1", a=2)}))
    assert both == "a 1 → 2, torch 2.0 → 2.1"


@pytest.mark.parametrize("others", [(), ("'results'", "42"), ("'{\"x\": 1}'",)])
def test_other_parameters_beside_the_key_do_not_disturb(others):
    said = told(reason({key(a=1), *others}, {key(a=2)}))
    assert said == "a 1 → 2"


def test_parameters_without_a_key_are_other_ones():
    assert told(reason({"'old'"}, {"'new'"})) == "other parameters than before"


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"missing_output": {"a.arrow"}, "updated_input_run": {"b"}}, "not there yet"),
        ({"updated_input": {"b.arrow"}}, "newer than before: b.arrow"),
        ({"updated_input_run": {"b.arrow"}}, "made of what is computed anew"),
        ({"updated_input_run": {"b"}, "input_changed": True}, "made of other files than before"),
        ({"code_changed": True}, "another command in its rule"),
        ({"incomplete_output": {"a"}}, "a run was interrupted in it"),
        ({"forced": True}, "forced"),
    ],
)
def test_the_strongest_reason_is_told(parts, words):
    assert told(reason(**parts)) == words


def test_an_unknown_reason_is_told_as_it_is():
    assert told("The moon is full") == "The moon is full"


def test_jobs_of_a_rule_with_one_reason_make_one_line():
    reasons = Reasons()
    for depth in ("2", "6"):
        for name in ("relu", "tanh"):
            cell = {"activation": name, "depth": depth, "first": "0"}
            reasons.add("train", cell, reason(missing_output={f"{name}{depth}"}))
    for number in range(10):
        reasons.add("draw", {"figure": f"f{number}"}, reason(updated_input_run={"x"}))
    reasons.add("write_report", {}, reason(updated_input_run={"x"}))
    assert list(reasons.lines()) == [
        " 4 train first=0: not there yet",
        "10 draw f0, f1, f2, f3, 6 more: made of what is computed anew",
        " 1 write_report: made of what is computed anew",
        "15 jobs would run; nothing was run",
    ]
    assert list(Reasons().lines()) == ["Nothing to be done"]


def test_nothing_differs_between_equals():
    assert list(differences({"a": [{"b": 1.0}]}, {"a": [{"b": 1.0}]})) == []

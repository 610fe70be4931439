"""Settings that differ are named by their keys; of lists the entries that one side alone has."""

from pathlib import Path

import pytest

from initatlas.index.settings import LONGEST, differences
from initatlas.study import load_yaml

ROOT = Path(__file__).parents[3]


def told(left: dict, right: dict) -> list[tuple[str, str, str]]:
    return [(each.setting, each.left, each.right) for each in differences(left, right)]


def test_a_configuration_does_not_differ_from_itself():
    for path in (ROOT / "config.yaml", *(ROOT / "workflow/studies").glob("*.yaml")):
        assert list(differences(load_yaml(path), load_yaml(path))) == []


def test_a_number_is_named_by_all_its_keys():
    left = {"training": {"steps": 60, "dtype": "float32"}}
    right = {"training": {"steps": 80, "dtype": "float32"}}
    assert told(left, right) == [("training.steps", "60", "80")]


def test_whole_numbers_are_equal_with_and_without_a_fraction():
    assert told({"a": 1, "b": [1.0, 2]}, {"a": 1.0, "b": [1, 2.0]}) == []
    assert told({"a": True}, {"a": 1}) == [("a", "true", "1")]


def test_of_lists_only_the_entries_of_one_side_are_shown():
    found = told({"activations": ["relu", "tanh", "sin"]}, {"activations": ["relu", "gelu", "sin"]})
    assert found == [("activations", "only here: tanh", "only here: gelu")]
    assert told({"depths": [4, 16]}, {"depths": [4, 16, 64]}) == [("depths", "", "only here: 64")]
    assert told({"x": [0.5, 0.5]}, {"x": [0.5]}) == [("x", "only here: 0.5 #2", "")]


def test_entries_are_matched_by_name_wherever_they_stand():
    left = {"initializers": ["he_normal", {"gaussian": {"sigma_w2": [1.0, 2.0], "mode": "fan_in"}}]}
    right = {"initializers": [{"gaussian": {"sigma_w2": [1.0], "mode": "fan_in"}}, "lsuv"]}
    assert told(left, right) == [
        ("initializers", "only here: he_normal", "only here: lsuv"),
        ("initializers.gaussian.sigma_w2", "only here: 2", ""),
    ]


def test_another_order_is_told_as_such():
    found = told({"a": ["relu", "tanh"]}, {"a": ["tanh", "relu"]})
    assert found == [("a, in order", "relu, tanh", "tanh, relu")]


def test_entries_of_one_name_are_told_apart_by_their_number():
    left = [{"adam": {"rate": 0.1}}, {"adam": {"rate": 0.2}}]
    right = [{"adam": {"rate": 0.1}}, {"adam": {"rate": 0.3}}]
    assert told({"optimizers": left}, {"optimizers": right}) == [
        ("optimizers.adam #2.rate", "0.2", "0.3")
    ]


def test_several_grids_are_compared_by_place_and_one_is_as_a_list_of_it():
    one = {"widths": [16], "depths": [4]}
    left, right = {"grid": [one, one | {"depths": [8]}]}, {"grid": one}
    assert told(left, right) == [("grid[2]", "{widths: [16], depths: [8]}", "not set")]
    assert told({"grid": [one]}, {"grid": one}) == []


def test_what_one_side_has_not_is_said_and_null_is_something_else():
    assert told({"a": 1}, {"b": None}) == [("a", "1", "not set"), ("b", "not set", "null")]


def test_a_long_setting_is_cut_but_compared_whole():
    left, right = "x" * (2 * LONGEST), "x" * (2 * LONGEST) + "y"
    ((setting, one, other),) = told({"a": left}, {"a": right})
    assert setting == "a"
    assert one == other == "x" * LONGEST + "…"


@pytest.mark.parametrize("name", ["smoke", "full"])
def test_the_studies_of_the_repository_can_be_told_apart(name):
    found = told(load_yaml(ROOT / "config.yaml"), load_yaml(ROOT / f"workflow/studies/{name}.yaml"))
    assert ("study", "atlas", name) in found
    assert all(setting for setting, _, _ in found)

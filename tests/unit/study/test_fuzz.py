"""Claims about hostile configurations: a study, or a StudyError that says why not; never more."""

import copy
import random
import string

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from initatlas.plan import STAGES
from initatlas.study import Study, StudyError, load
from tests.unit.study.places import named, places, put
from tests.unit.study.small import WHOLE

NASTY = [
    None, True, False, 0, -1, 1.5, 10**30, -(10**400), 1e308, float("nan"), float("inf"), -0.0, "",
    " ", "../x", "a/b", "a\x00b", "a\nb: c", "$(reboot)", "`id`", "; rm -rf /", "<script>", "φ" * 9,
    "x" * 10_000, "os:system", "builtins:exit", "no.such:THING", ":", "he_normal", "relu", "grid",
    [], {}, [[]], [None], {"a": None}, {"": 1}, {None: 1}, {1.5: 2}, [1] * 50, list(range(300)),
    {"gaussian": {"sigma_w2": [1e400, -1]}}, {"sgd": None}, {"distribution": "normal"}, (1, 2),
    {"x": {"distribution": ["normal"], "mode": {}, "sigma_w2": "all"}}, {"count": 10**12},
    {"count": 6, "per_block": 2}, "digits", {"blobs": []}, "mnist", b"bytes", 1j, object(), {1, 2},
]  # fmt: skip
DAMAGE = ["", ":", "\n", " ", "-", "[", "{", "'", "&a ", "*a", "!x ", "\t", "#", "é", "%", "<<: "]
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(NASTY),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)


PLACES = places(WHOLE)


def read(config: object) -> None:
    """A study, or an error of readable lines; a study has paths and jobs of plain values."""
    try:
        study = Study.from_config(config, source="s.yaml")
    except StudyError as error:
        lines = str(error).split("\n")
        assert all(line.startswith("s.yaml: ") for line in lines)
        assert all(line.isprintable() and len(line) < 1000 for line in lines)
        return
    for stage in STAGES:
        for block in study.grid(stage).blocks()[:5]:
            assert set(block.path(stage)) <= set(string.ascii_letters + string.digits + "_-=/.")
            assert ".." not in block.path(stage)
            study.job(stage, block)


@given(values)
@settings(max_examples=100)
def test_anything_at_all(value):
    read(value)


@given(st.dictionaries(st.sampled_from([*WHOLE, "stdy", "depth"]), values))
@settings(max_examples=150)
def test_our_keys_with_any_values(config):
    read(config)


@given(st.lists(st.tuples(st.sampled_from(PLACES), values), min_size=1, max_size=3))
@settings(max_examples=400)
def test_a_study_with_anything_in_any_place(changes):
    config = copy.deepcopy(WHOLE)
    for path, value in changes:
        put(config, path, value)
    read(config)


@pytest.mark.parametrize("path", PLACES, ids=named)
def test_every_nasty_value_in_every_place(path):
    for value in NASTY:
        config = copy.deepcopy(WHOLE)
        put(config, path, value)
        read(config)


@pytest.mark.parametrize("path", PLACES, ids=named)
def test_every_place_left_out(path):
    config = copy.deepcopy(WHOLE)
    inner = config
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    read(config)


def test_a_file_with_any_damage_is_a_study_or_an_error(tmp_path):
    path = tmp_path / "study.yaml"
    rng = random.Random(0)
    text = yaml.safe_dump(WHOLE)
    outcomes = set()
    for _ in range(300):
        damaged = list(text)
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(damaged))
            damaged[at : at + rng.choice((0, 1, 5))] = rng.choice(DAMAGE)
        path.write_text("".join(damaged))
        try:
            outcomes.add(load(path).name)
        except StudyError as error:
            outcomes.add(str(error).startswith(str(path)))
    assert {"small", True} <= outcomes
    assert False not in outcomes

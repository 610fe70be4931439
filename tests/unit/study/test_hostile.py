"""Claims about hostile studies: wherever a wrong value stands, key, value and remedy are told."""

import copy
import re
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from initatlas.plan import Plan
from initatlas.study import StudyError
from initatlas.study.problems import MOST_TOLD, show
from tests.unit.study.places import named, places, put
from tests.unit.study.small import WHOLE, problems

# Wrong wherever they stand: no name, no number within any limits, no mapping of known keys.
WRONG = {
    "a truth": True,
    "no number": float("nan"),
    "endless": float("inf"),
    "huge": 10**400,
    "tiny": -1e300,
    "a path": "../x",
    "an absolute path": "/etc/passwd",
    "a drive": "C:\\x",
    "a command": "$(reboot); `id`",
    "markup": "<script>alert(1)</script>",
    "Greek": "φ",
    "blank": " ",
    "empty": "",
    "long": "x" * 10_000,
    "two lines": "a\nb: c",
    "a mapping": {"nothing": None},
    "a list of lists": [[]],
    "a set": {1},
    "bytes": b"relu",
    "a complex number": 1j,
}
REMEDY = re.compile(
    r"must be|known: |Known: |did you mean|is a name, or one name|letters a–z|missing key|"
    r"of the form package.module:OBJECT"
)
SECONDS = 20.0  # that the worst configuration may take, on a busy machine
MEGABYTES = 200
ROOT = Path(__file__).parents[3]
OURS = ("results", ".cache/datasets", ".cache/runs")  # where a run would write; no test does


@pytest.fixture(autouse=True)
def nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every study here is refused before anything is made of it, where we are or in our folders."""
    there = written()
    monkeypatch.chdir(tmp_path)
    yield
    assert list(tmp_path.iterdir()) == []
    assert written() == there


def written() -> set[Path]:
    return {path for name in OURS for path in (ROOT / name).rglob("*")}


def is_about(line: str, key: str) -> bool:
    """Whether a line is about this key, what it holds, or what holds it."""
    told = line.partition(": ")[0]
    return told.startswith(key) or key.startswith(told)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_value_is_told_with_its_key_and_what_would_be_accepted(wrong):
    for path in places(WHOLE):
        config = copy.deepcopy(WHOLE)
        put(config, path, wrong)
        lines = problems(config)
        assert all(line.isprintable() and len(line) < 1000 for line in lines)
        about = [line for line in lines if is_about(line, named(path))]
        assert any(REMEDY.search(line) for line in about), (path, lines)
        if not isinstance(wrong, dict | list):
            assert any(show(wrong) in line for line in about), (path, lines)


def swept(**axes: object) -> dict:
    return {"gaussian": {"sigma_w2": [1.0], "sigma_b2": [0.0]} | axes}


MANY = list(range(1, 100_001))
THIRDS = [number + 1 / 3 for number in range(1000)]
HUGE = {
    "depths": ({"depths": MANY}, "depths: has 100,000 items; give at most 1,000"),
    "widths": ({"widths": MANY}, "widths: has 100,000 items; give at most 1,000"),
    "activations": (
        {"activations": ["rellu"] * 1000},
        "activations[0]: unknown activation 'rellu'; did you mean 'relu'?",
    ),
    "variances": (
        {"initializers": [swept(sigma_w2=MANY)]},
        "initializers[0].gaussian.sigma_w2: has 100,000 items; give at most 1,000",
    ),
    "learning rates": (
        {"training": WHOLE["training"] | {"optimizers": [{"adam": {"learning_rates": MANY}}]}},
        "training.optimizers[0].adam.learning_rates: has 100,000 items; give at most 1,000",
    ),
    "keys": (
        {f"key{number}": number for number in range(20_000)},
        "unknown key 'key0'; known: ",
    ),
    "grids": (
        {"measurement": WHOLE["measurement"] | {"grid": [{}] * 5000}},
        "measurement.grid: has 5,000 grids; give at most 100",
    ),
    "grids with many seeds each": (
        {
            "seeds": {"count": 10**6, "per_block": 10**4},
            "measurement": WHOLE["measurement"] | {"grid": [{"depths": [2]}] * 100},
        },
        "measurement.grid[1]: has networks that measurement.grid[0] has, too; give each once",
    ),
    "seeds": (
        {"seeds": {"count": 10**6, "per_block": 1}},
        "together they make 30,000,072 jobs; at most 200,000: put more seeds into a block",
    ),
    "a map of its own": (
        {
            "trainability_map": WHOLE["trainability_map"]
            | {"grid": {"architectures": ["mlp"], "seeds": {"count": 10**6, "per_block": 1}}}
        },
        "trainability_map: together they make",
    ),
    "seeds in a block": (
        {"seeds": {"count": 10**6, "per_block": 10**6}},
        "seeds.per_block: the number of seeds that one job computes must be a whole number, at "
        "least 1 and at most 10000; got 1000000",
    ),
    "what a job must know": (
        {
            "phase_plane": WHOLE["phase_plane"]
            | {
                "grid": {
                    "architectures": ["mlp"],
                    "initializers": [swept(sigma_w2=THIRDS, sigma_b2=THIRDS)],
                    "widths": list(range(1, 1001)),
                    "seeds": {"count": 10**4, "per_block": 10**4},
                },
            },
        },
        "what a job of measure_phase_plane must know takes",
    ),
    "points": (
        {
            "contrast": {
                "dataset": {
                    "blobs": {"dimension": 10**6, "classes": 2, "points": 10**7, "separation": 1}
                }
            }
        },
        "contrast.dataset: points times features make 10,000,000,000,000 numbers; at most",
    ),
}


@pytest.mark.parametrize(("changes", "sentence"), HUGE.values(), ids=HUGE)
def test_what_is_huge_is_refused_in_bounded_time_and_memory(changes, sentence):
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(StudyError) as caught:
        Plan.of(WHOLE | changes)
    spent = time.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    lines = str(caught.value).splitlines()
    assert any(sentence in line for line in lines), lines[:5]
    assert len(lines) <= MOST_TOLD + 1
    assert spent < SECONDS
    assert peak < MEGABYTES * 2**20


def test_of_very_many_problems_the_first_are_told_and_how_many_more_there_are():
    (*told, last) = problems(WHOLE | {f"key{number}": number for number in range(1000)})
    assert len(told) == MOST_TOLD
    assert last == f"… and {1000 - MOST_TOLD} more problems"

"""Claims about keys: they hold what a job depends on; a job refuses to work under a wrong one."""

import copy
import importlib.metadata
import re
from pathlib import Path

import numpy as np
import pytest

from initatlas import keys, provenance

TORCH = re.escape(importlib.metadata.version("torch"))
JOB = {
    "study": "s",
    "seed": 1,
    "dataset": {"name": "digits"},
    "architecture": {"name": "mlp"},
    "initializer": {"name": "gaussian", "sigma_w2": [1.0, 2.0], "sigma_b2": [0.0]},
    "activation": {"name": "relu"},
    "depth": 4,
    "widths": [8],
    "seeds": [0, 1],
    "training": {"optimizers": [{"name": "sgd", "learning_rate": 0.1, "momentum": 0.0}]},
}


def modules_behind(command: str, job: dict) -> set[str]:
    """The modules whose digests go into a key's code."""
    _, modules = keys._modules(command, *keys._used(command, job))
    return {name.removeprefix("initatlas.") for name in modules}


def with_values(**values: object) -> dict:
    return copy.deepcopy(JOB) | values


def test_a_block_depends_on_its_own_records_alone():
    found = modules_behind("initialize", JOB)
    records = {"activations.relu", "initializers.gaussian", "networks.mlp", "probes.q"}
    assert records | {"stages.initialize", "rng", "tables"} <= found
    assert not {"activations.tanh", "initializers.he_normal", "stages.train"} & found
    assert not {name for name in found if name.startswith(("datasets.", "figures", "report"))}


def test_a_prediction_depends_on_the_records_that_its_job_names():
    job = {
        "prediction": "profiles",
        "activation": {"name": "relu"},
        "grids": [
            {
                "architectures": [{"name": "mlp"}],
                "initializers": [{"name": "orthogonal"}, {"name": "own", "object": "json:loads"}],
            }
        ],
    }
    found = modules_behind("predict", job)
    wanted = {
        "stages.predictions.profiles",
        "initializers.orthogonal",
        "networks.mlp",
        "json:loads",
    }
    assert wanted | {"activations.relu", "theory.recursion"} <= found
    others = {"stages.predictions.phase_diagram", "initializers.identity", "activations.tanh"}
    assert not others & found


def test_training_depends_on_its_optimizers():
    found = modules_behind("train", JOB)
    assert "training.optimizers.sgd" in found
    assert "training.optimizers.adam" not in found


def test_a_recipe_depends_on_its_distribution():
    recipe = {"name": "wide", "distribution": "uniform", "mode": "fan_avg", "sigma_w2": [2.0]}
    found = modules_behind("initialize", with_values(initializer=recipe))
    assert "distributions.uniform" in found
    assert "distributions.orthogonal" not in found


def test_a_block_depends_on_the_users_own_activation_and_not_on_their_data_set():
    job = with_values(
        activation={"name": "own", "object": "json:loads"},
        dataset={"name": "theirs", "object": "csv:reader"},
    )
    found = modules_behind("initialize", job)
    assert "json:loads" in found
    assert "csv:reader" not in found


def test_a_key_survives_the_command_line():
    key = keys.make("initialize", JOB)
    assert keys.parse(key.text()) == key
    assert keys.parse(key.text()).digest() == key.digest()
    assert {"python", "torch", "numpy"} <= set(key.versions)


@pytest.mark.parametrize(
    "change", [{"depth": 5}, {"seeds": [0]}, {"activation": {"name": "tanh"}}, {"memory_mb": 1}]
)
def test_any_other_value_makes_another_key(change):
    job = with_values(**change)
    assert keys.make("initialize", job).digest() != keys.make("initialize", JOB).digest()


def test_a_job_refuses_a_key_of_other_code():
    key = keys.make("initialize", JOB)
    keys.check("initialize", key)
    other = keys.Key(job=key.job, code="0" * 64, versions=key.versions)
    with pytest.raises(keys.CodeChangedError, match="'initialize' was 00000000 when"):
        keys.check("initialize", other)


@pytest.mark.parametrize(
    ("versions", "said"),
    [
        ({"torch": "0.4"}, rf"torch 0\.4, here {TORCH}"),
        ({"torch": None}, f"torch absent, here {TORCH}"),
        ({"cupy": "1.0"}, r"cupy 1\.0, here absent"),
    ],
)
def test_a_job_refuses_a_key_of_other_libraries(versions, said):
    key = keys.make("initialize", JOB)
    planned = {name: v for name, v in {**key.versions, **versions}.items() if v is not None}
    other = keys.Key(job=key.job, code=key.code, versions=planned)
    with pytest.raises(keys.VersionsDifferError, match=rf"'initialize' finds \({said}\)"):
        keys.check("initialize", other)


def test_keys_are_canonical_and_refuse_what_json_would_hide():
    assert provenance.key(b=1, a={"y": 2, "x": None}) == '{"a":{"x":null,"y":2},"b":1}'
    with pytest.raises(TypeError):
        provenance.key(a=np.int64(1))
    with pytest.raises(TypeError):
        provenance.key(a=Path("x"))
    with pytest.raises(ValueError, match="Out of range"):
        provenance.key(a=float("nan"))


def test_a_recipe_of_an_architecture_depends_on_its_base_and_its_normalization():
    plain = modules_behind("train", JOB)
    named = {"name": "own", "base": "resmlp", "normalization": "layer_norm"}
    own = modules_behind("train", JOB | {"architecture": named})
    assert plain - own == {"networks.mlp"} - own
    assert {"networks.resmlp", "normalizations.layer_norm"} <= own
    assert not {"networks.resmlp", "normalizations.layer_norm"} & plain
    assert "normalizations.batch_norm" not in own

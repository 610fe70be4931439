"""Claims about plans: what is needed for what, from the records' own declarations."""

import copy
from pathlib import Path

import pytest

from initatlas import costs, keys
from initatlas import plan as planning
from initatlas.declared import declared
from initatlas.figures import FIGURES
from initatlas.plan import Plan
from initatlas.reducers import REDUCERS
from initatlas.stages.predictions import PREDICTIONS
from initatlas.study import StudyError, load_yaml

FIELDS = {"needs": (), "either": (), "stage": None, "predictions": ()}
SMOKE = Path(__file__).parents[2] / "workflow/studies/smoke.yaml"


class Wildcards(dict):
    """Named values, as Snakemake hands them over."""

    __getattr__ = dict.__getitem__


@pytest.fixture(scope="module")
def config() -> dict:
    return load_yaml(SMOKE)


@pytest.fixture(scope="module")
def plan(config) -> Plan:
    return Plan.of(config)


def test_what_is_read_from_the_files_is_what_the_records_say():
    registries = {"reducers": REDUCERS, "figures": FIGURES, "stages.predictions": PREDICTIONS}
    for registry, records in registries.items():
        found = declared(registry)
        assert set(found) == set(records)
        for name, record in records.items():
            for field, absent in FIELDS.items():
                assert found[name].get(field, absent) == getattr(record, field, absent), name


def test_every_output_has_its_own_path_and_a_key_of_its_rule(plan):
    outputs = list(plan.outputs())
    assert len({output.path for output in outputs}) == len(outputs)
    commands = {output.rule: output.command for output in outputs}
    assert commands["initialize_networks"] == "initialize"
    assert all(output.path.startswith("results/smoke/") for output in outputs)


def test_a_blocks_key_is_that_of_its_path(plan):
    block = plan.study.grid("training").blocks()[-1]
    wildcards = Wildcards(
        architecture=block.architecture,
        initializer=block.initializer,
        activation=block.activation,
        depth=str(block.depth),
        first=str(block.first_seed),
        last=str(block.last_seed),
    )
    path = plan.path(block.path("training"))
    assert plan.block("training").format(**wildcards) == path
    output = next(output for output in plan.outputs() if output.path == path)
    assert plan.block_key("training")(wildcards) == output.key().text()
    memory = plan.block_resources("training")["mem_mb"]
    assert memory(wildcards, attempt=3) == 4 * memory(wildcards, attempt=1)


def test_a_block_on_a_gpu_asks_for_one_and_for_the_memory_of_its_libraries(plan, config):
    on_gpus = Plan.of(config | {"device": "cuda"})
    here, there = (p.block_resources("training") for p in (plan, on_gpus))
    assert (here["gres"], there["gres"]) == ("", "gpu:1")
    block = plan.study.grid("training").blocks()[0]
    jobs = [p.study.job("training", block) for p in (plan, on_gpus)]
    less, more = (costs.memory_mb(job) for job in jobs)
    assert more == less + costs.CUDA_MB


def test_tables_need_blocks_or_tables_and_the_timings_need_all_others(plan):
    rates = plan.table_inputs(Wildcards(table="rates"))
    assert rates == plan.blocks("initialization")
    theory = [
        "results/smoke/theory/profiles-relu.arrow",
        "results/smoke/theory/profiles-tanh.arrow",
    ]
    assert plan.table_inputs(Wildcards(table="layers")) == rates + theory
    tables = plan.offered.tables
    needing = next(name for name, record in tables.items() if "needs" in record)
    expected = [plan.path(f"tables/{n}.parquet") for n in tables[needing]["needs"]]
    assert plan.table_inputs(Wildcards(table=needing)) == expected
    timings = plan.table_inputs(Wildcards(table="timings"))
    assert timings == [plan.path(f"tables/{n}.parquet") for n in sorted(tables) if n != "timings"]


def test_theory_knows_what_it_needs_and_no_more(plan):
    outputs = {output.path: output for output in plan.outputs()}
    diagram = outputs["results/smoke/theory/phase_diagram-relu.arrow"].job
    assert diagram == {"prediction": "phase_diagram", "activation": {"name": "relu"}}
    wildcards = Wildcards(prediction="phase_diagram", activation="relu")
    assert plan.prediction_dataset(wildcards) == []
    profiles = outputs["results/smoke/theory/profiles-tanh.arrow"].job
    assert [grid["depths"] for grid in profiles["grids"]] == [[2, 6]]
    assert "training" not in profiles
    wildcards = Wildcards(prediction="profiles", activation="tanh")
    assert plan.prediction_dataset(wildcards) == ["results/smoke/dataset.arrow"]


def test_without_training_nothing_of_it_is_planned(config):
    nothing = dict.fromkeys(("training", "trainability", "trainability_map"))
    untrained = Plan.of(copy.deepcopy(config) | nothing)
    assert {"layers", "timings"} <= set(untrained.offered.tables)
    absent = {"traces", "outcomes", "map_outcomes", "best_rates", "predictors", "map_theory"}
    assert not absent & set(untrained.offered.tables)
    for name, figure in untrained.offered.figures.items():
        assert set(figure["needs"]) <= set(untrained.offered.tables), name
    assert not any("train" in output.path for output in untrained.outputs())


def test_each_kind_of_training_does_without_the_others(config):
    stages = {"training": "traces", "trainability": "outcomes", "trainability_map": "map_outcomes"}
    for kept, table in stages.items():
        nothing = dict.fromkeys(set(stages) - {kept})
        alone = Plan.of(copy.deepcopy(config) | nothing).offered.tables
        assert table in alone
        assert not (set(stages.values()) - {table}) & set(alone)
        assert ("predictors" in alone) == (kept != "training")


def test_a_stages_key_holds_its_optimizers_code_and_its_own_settings(plan):
    outputs = [o for o in plan.outputs() if o.rule in ("search_rates", "map_trainability")]
    jobs = {output.rule: output.job for output in outputs}
    assert {output.command for output in outputs} == {"trainability"}
    assert jobs["search_rates"]["trainability"]["steps"] == 60
    assert jobs["map_trainability"]["trainability"]["steps"] == 40
    assert {output.job["depth"] for output in outputs if output.rule == "map_trainability"} == {
        2,
        8,
    }
    sgd = jobs["search_rates"]["trainability"]["optimizers"][:3]
    alone = jobs["search_rates"] | {"trainability": {"optimizers": sgd}}
    assert keys.make("trainability", alone).code != outputs[0].key().code


def test_only_a_data_set_from_the_network_is_downloaded(plan, config, monkeypatch):
    assert plan.downloads() == []
    record = planning.DATASETS["digits"]
    fetched = type(record)(
        name="digits", load=record.load, source=record.source, fetch=lambda cache: None
    )
    monkeypatch.setitem(planning.DATASETS, "digits", fetched)
    assert plan.downloads() == [".cache/datasets/digits/fetched.json"]


def test_a_configuration_that_is_no_study_names_its_file(tmp_path, config):
    twice = tmp_path / "twice.yaml"
    twice.write_text(SMOKE.read_text() + "\nseed: 8\n")
    with pytest.raises(StudyError, match=r"twice\.yaml.*'seed' is given twice"):
        Plan.of(config, sources=[str(twice)])

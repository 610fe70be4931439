"""Claims about plans: what is needed for what, from the records' own declarations."""

import copy
from pathlib import Path

import pytest

from initatlas import plan as planning
from initatlas.declared import declared
from initatlas.figures import FIGURES
from initatlas.plan import Plan
from initatlas.reducers import REDUCERS
from initatlas.study import StudyError, load_yaml

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
    for registry, records in (("reducers", REDUCERS), ("figures", FIGURES)):
        found = declared(registry)
        assert set(found) == set(records)
        for name, record in records.items():
            assert tuple(found[name].get("needs", ())) == tuple(record.needs)
            assert found[name].get("stage") == getattr(record, "stage", None)


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
    memory = plan.block_memory("training")
    assert memory(wildcards, attempt=3) == 4 * memory(wildcards, attempt=1)


def test_tables_need_blocks_or_tables_and_the_timings_need_all_others(plan):
    layers = plan.table_inputs(Wildcards(table="layers"))
    assert layers == plan.blocks("initialization")
    needing = next(name for name, record in plan.tables.items() if "needs" in record)
    expected = [plan.path(f"tables/{n}.parquet") for n in plan.tables[needing]["needs"]]
    assert plan.table_inputs(Wildcards(table=needing)) == expected
    timings = plan.table_inputs(Wildcards(table="timings"))
    assert timings == [
        plan.path(f"tables/{n}.parquet") for n in sorted(plan.tables) if n != "timings"
    ]


def test_without_training_nothing_of_it_is_planned(config):
    untrained = Plan.of(copy.deepcopy(config) | {"training": None})
    assert {"layers", "timings"} <= set(untrained.tables)
    assert not {"traces", "outcomes"} & set(untrained.tables)
    for name, figure in untrained.figures.items():
        assert set(figure["needs"]) <= set(untrained.tables), name
    assert not any("training" in output.path for output in untrained.outputs())


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

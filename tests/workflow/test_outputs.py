"""A finished study holds what it should, and its manifest and provenance say so."""

import hashlib
import json
import re
import sys

import pyarrow.compute as pc
import pytest

from initatlas import keys, sources, tables
from initatlas.plan import Plan
from initatlas.reducers import REDUCERS
from initatlas.study import load_yaml
from initatlas.tables.spectra import SPECTRA
from tests.workflow.project import ROOT, SMOKE, Project

RESULTS = "results/smoke"
KINDS = {"initialization": tables.INITIALIZATION, "spectra": SPECTRA, "training": tables.TRAINING}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.of(load_yaml(ROOT / SMOKE))


def test_every_planned_file_is_there_and_no_other(finished, plan):
    planned = {output.path for output in plan.outputs()} | set(sources.copies(RESULTS, ROOT))
    planned |= {f"{RESULTS}/manifest.json", f"{RESULTS}/{sources.METADATA}"}
    texts = set(finished.times(f"{RESULTS}/tables/*.csv"))
    assert {path.replace(".csv", ".parquet") for path in texts} <= planned
    written = set(finished.times(f"{RESULTS}/**/*"))
    folders = {p for p in written if (finished.folder / p).is_dir()}
    others = (f"{RESULTS}/logs/", f"{RESULTS}/benchmarks/")
    assert {p for p in written - folders if not p.startswith(others)} == planned | texts


@pytest.mark.parametrize("stage", list(KINDS))
def test_a_block_holds_its_networks_and_says_how_it_was_made(finished, plan, stage):
    for block in plan.study.grid(stage).blocks():
        path = finished.folder / RESULTS / block.path(stage)
        table = tables.read(path, KINDS[stage])
        assert set(table["seed"].to_pylist()) == set(range(block.first_seed, block.last_seed + 1))
        for name in ("architecture", "initializer", "activation", "depth"):
            assert pc.unique(table[name]).to_pylist() == [getattr(block, name)]
        if "layer" in KINDS[stage].grain:
            assert set(table["layer"].to_pylist()) == set(range(block.depth + 2))
        made = tables.provenance(table)
        assert made["job"] == plan.study.job(stage, block)
        assert {"python", "torch", "numpy", "pyarrow"} <= set(made["versions"])
        assert re.fullmatch("[0-9a-f]{64}", made["code"])


def test_reduced_tables_cover_the_grid(finished, plan):
    read = {n: tables.read(finished.folder / RESULTS / f"tables/{n}.parquet", REDUCERS[n].table)
            for n in ("layers", "outcomes")}  # fmt: skip
    cells = {
        (b.initializer, b.activation, b.depth) for b in plan.study.grid("initialization").blocks()
    }
    layers = read["layers"].to_pandas()
    assert set(zip(layers.initializer, layers.activation, layers.depth, strict=True)) == cells
    assert set(layers.n_seeds) == {4}
    # 2 activations × (he_normal + one point of gaussian) × 2 depths × 4 seeds × 2 optimizers
    assert len(read["outcomes"]) == 2 * 2 * 2 * 4 * 2


def test_the_manifest_lists_every_file_with_its_checksum_rows_rule_and_key(finished, plan):
    listed = {
        e["path"]: e for e in json.loads(finished.read(f"{RESULTS}/manifest.json"))["outputs"]
    }
    assert set(listed) >= {output.path for output in plan.outputs()}
    for path, entry in listed.items():
        content = (finished.folder / path).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["bytes"] == len(content)
    for output in plan.outputs():
        entry = listed[output.path]
        assert (entry["rule"], entry["key"]) == (output.rule, output.key().digest())
        assert ("rows" in entry) == output.path.endswith((".arrow", ".parquet"))


def test_the_manifest_says_with_which_code_settings_and_versions_each_file_was_made(finished, plan):
    content = json.loads(finished.read(f"{RESULTS}/manifest.json"))
    listed = {entry["path"]: entry for entry in content["outputs"]}
    for output in plan.outputs():
        rule, entry, key = content["rules"][output.rule], listed[output.path], output.key()
        made = {**rule, **entry, "job": {**rule["job"], **entry.get("job", {})}}
        assert {"code": made["code"], "job": made["job"], "versions": made["versions"]} == {
            "code": key.code,
            "job": json.loads(json.dumps(key.job)),
            "versions": key.versions,
        }
    # A block's own entry tells its cell, and not again what all have.
    block = next(e for path, e in listed.items() if "/training/" in path)
    assert {"activation", "initializer", "depth", "seeds"} <= set(block["job"])
    assert "training" in content["rules"]["train_networks"]["job"]
    assert "training" not in block["job"]


def test_a_result_of_another_key_is_refused_by_the_manifest(project):
    stolen = project.folder / RESULTS / "initialization/architecture=mlp"
    blocks = sorted(stolen.rglob("seeds=0-1.arrow"))
    blocks[0].write_bytes(blocks[1].read_bytes())
    key = json.loads(
        _command_of(project, "write_manifest").partition("--key '")[2].partition("' --")[0]
    )
    command = (sys.executable, "-m", "initatlas", "manifest", "--key", json.dumps(key))
    result = project.run(*command, "--output", "manifest.json").expect(1)
    assert "made by other code, settings or versions than those of now" in result.output
    assert str(blocks[0].relative_to(project.folder)) in result.output


def _command_of(project: Project, rule: str) -> str:
    result = project.snakemake(SMOKE, "--dry-run", "--printshellcmds", "--forcerun", rule)
    return next(line for line in result.output.splitlines() if "--key" in line and rule in line)


def test_a_plain_process_gives_the_bytes_that_a_warm_one_gave(finished, plan, tmp_path):
    commands = {"initialization": "initialize", "spectra": "spectra", "training": "train"}
    for stage, command in commands.items():
        block = plan.study.grid(stage).blocks()[0]
        path = finished.folder / RESULTS / block.path(stage)
        key = tables.provenance(tables.read(path, KINDS[stage]))
        parsed = keys.Key(job=key["job"], code=key["code"], versions=key["versions"])
        output = tmp_path / f"{stage}.arrow"
        words = ["--key", parsed.text(), "--dataset", f"{RESULTS}/dataset.arrow"]
        finished.run(
            sys.executable, "-m", "initatlas", command, *words, "--output", str(output)
        ).expect(0)
        assert output.read_bytes() == path.read_bytes()


def test_every_job_left_what_it_cost(finished, plan):
    from initatlas import usage

    costs = usage.collect(finished.folder / RESULTS / "logs")
    jobs = {
        rule: sum(cost["rule"] == rule for cost in costs) for rule in {c["rule"] for c in costs}
    }
    assert jobs["initialize_networks"] == len(plan.blocks("initialization"))
    assert jobs["measure_spectra"] == len(plan.blocks("spectra"))
    assert jobs["train_networks"] == len(plan.blocks("training"))
    assert all(cost["cpu_seconds"] > 0 for cost in costs)


def test_nothing_is_left_of_the_run(finished):
    assert finished.processes() == []
    assert finished.times(".cache/warm/*") == {}
    assert finished.times(".snakemake/locks/*") == {}

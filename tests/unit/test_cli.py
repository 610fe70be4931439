"""Claims about the command line: one command a rule, described, cheap to start, clean to end."""

import dataclasses
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from initatlas import cli, costs
from initatlas.commands.cost import stages
from initatlas.study import load

ROOT = Path(__file__).parents[2]
SMOKE = ROOT / "workflow/studies/smoke.yaml"
COMMANDS = cli.JOBS | cli.TOOLS
SHARED = {"__init__", "block"}
FAKE = """
import signal, sys, time, types
command = types.ModuleType("initatlas.commands.train")
command.add_arguments = lambda parser: parser.add_argument("--seconds", type=float)
def run(arguments):
    try:
        print("started", flush=True)
        time.sleep(arguments.seconds)
    finally:
        print("cleaned up", flush=True)
command.run = run
sys.modules["initatlas.commands.train"] = command
from initatlas.cli import main
sys.exit(main(["train", "--seconds", sys.argv[1]]))
"""


@pytest.fixture(autouse=True)
def _signals_as_they_were():
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


def test_commands_and_their_files_are_the_same():
    files = {path.stem for path in (ROOT / "src/initatlas/commands").glob("*.py")}
    assert files - SHARED == set(COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_command_says_what_it_does(command, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    said = re.search(r"usage: initatlas (\w+) .*?\n\n(.+?)\n\n", capsys.readouterr().out, re.DOTALL)
    assert said[1] == command
    assert said[2].endswith(".")


def test_every_job_is_the_command_of_one_rule():
    rules = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    assert sorted(re.findall(r'"initatlas (\w+) ', rules)) == sorted(cli.JOBS)


def test_rules_are_a_verb_and_a_noun_with_a_docstring_a_log_and_a_benchmark():
    rules = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    for name, body in re.findall(r"^rule (\w+):\n((?:(?:    .*)?\n)+)", rules, re.MULTILINE):
        assert re.fullmatch(r"[a-z]+_[a-z]+", name)
        assert body.startswith('    """')
        asked = () if re.search(r"\*\*PLAN\.\w+_resources\(", body) else ("mem_mb=", "runtime=")
        for part in ("log:", "benchmark:", "threads:", "resources:", *asked, "key="):
            assert part in body, f"{name} has no {part}"


def test_an_unknown_command_is_named_with_those_that_exist(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["trian"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "'trian'" in said
    assert "'train'" in said


def test_starting_takes_no_heavy_library():
    code = (
        "import sys, initatlas.cli; print({'torch', 'pandas', 'numpy', 'grimp'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_job_ends_its_log_with_its_cost():
    done = subprocess.run([sys.executable, "-c", FAKE, "0"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "cpu_seconds" in json.loads(done.stderr.splitlines()[-1])["usage"]


def test_a_job_that_is_asked_to_end_cleans_up():
    with subprocess.Popen(
        [sys.executable, "-c", FAKE, "60"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as job:
        assert job.stdout.readline() == "started\n"
        job.terminate()
        out, err = job.communicate(timeout=30)
    assert (job.returncode, out) == (128 + 15, "cleaned up\n")
    assert "usage" not in err


def test_where_prints_the_reports_path_and_a_faulty_study_is_explained(tmp_path, capsys):
    assert cli.main(["where", "--study", str(SMOKE)]) == 0
    assert capsys.readouterr().out == "results/smoke/report.html\n"
    (tmp_path / "faulty.yaml").write_text("study: x\n")
    with pytest.raises(SystemExit, match=r"faulty\.yaml: missing key 'seed'"):
        cli.main(["where", "--study", str(tmp_path / "faulty.yaml")])


def test_what_a_study_costs_is_told_by_stage_and_in_sum(capsys, tmp_path, monkeypatch):
    """Smoke: 3 initializers and a sweep of 2, 2 activations, 2 depths, 4 seeds in blocks of 2."""
    monkeypatch.chdir(tmp_path)  # where no results are, of which it would tell as well
    assert cli.main(["cost", "--study", str(SMOKE)]) == 0
    head, *rows = (re.split(r" {2,}", line) for line in capsys.readouterr().out.splitlines())
    assert head[:3] == ["stage", "blocks", "networks"]
    assert [row[:3] for row in rows] == [
        ["initialization", "32", "80"],
        ["spectra", "8", "16"],
        ["training", "16", "32"],
        ["trainability", "8", "16"],
        ["trainability_map", "4", "16"],
        ["phase_plane", "1", "24"],
        ["all", "69", "184"],
    ]


def test_beside_it_stands_what_blocks_with_a_record_took(tmp_path, monkeypatch, capsys):
    """Two of 8 blocks, of two seconds each by their logs."""
    study = load(SMOKE)
    monkeypatch.chdir(tmp_path)
    expected = 0.0
    for block in list(study.grid("spectra").blocks())[:2]:
        log = Path("results/smoke/logs", block.path("measure_spectra")).with_suffix(".log")
        log.parent.mkdir(parents=True, exist_ok=True)
        took = {"seconds": 9.0, "cpu_seconds": 2.0, "peak_memory_mb": 512.0}
        log.write_text(json.dumps({"usage": took}))
        expected += costs.seconds(study.job("spectra", block))
    assert cli.main(["cost", "--study", str(SMOKE)]) == 0
    *table, note = capsys.readouterr().out.splitlines()
    assert "import torch" in note
    head, *rows = (re.split(r" {2,}", line) for line in table)
    assert head[6:] == ["computed", "took", "of expected", "peak memory"]
    told = ["2", "4.0 s", f"{4.0 / expected:.0%}", "0.5 GiB"]
    assert {row[0]: row[6:] for row in rows if row[6] != "0"} == {"spectra": told, "all": told}
    for device, took in {"cpu": 4.0, "cuda": 18.0}.items():
        found = stages(dataclasses.replace(study, device=device))
        assert sum(cost.record.seconds for cost in found) == took


def test_twice_the_seeds_cost_twice_as_much_where_a_stage_has_none_of_its_own(tmp_path):
    config = yaml.safe_load(SMOKE.read_text()) | {"seeds": {"count": 8, "per_block": 2}}
    (tmp_path / "twice.yaml").write_text(yaml.safe_dump(config))
    once, twice = ({c.stage: c for c in stages(load(p))} for p in (SMOKE, tmp_path / "twice.yaml"))
    for name, cost in once.items():
        factor = 2 if name in ("initialization", "spectra", "training") else 1
        assert twice[name].seconds == pytest.approx(factor * cost.seconds)
        assert twice[name].networks == factor * cost.networks
        assert twice[name].longest == pytest.approx(cost.longest)

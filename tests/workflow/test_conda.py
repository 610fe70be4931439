"""With --software-deployment-method conda, jobs run in the environment that all rules name.

conda's channels are not to be had here, so a stand-in makes the environments. Everything else is
Snakemake's own, and ours.
"""

import os
import re
import site
import sys
from pathlib import Path

import pytest
import yaml

from tests.workflow.project import ROOT, SMOKE, Project

ENVIRONMENT = Path("workflow/envs/initatlas.yaml")
COPIES = Path(".snakemake/conda")  # where Snakemake has it read from
TABLE = "results/smoke/tables/layers.parquet"
CONDA = f"""#!{sys.executable}
import json, pathlib, re, subprocess, sys

words = dict(zip(sys.argv[1:], sys.argv[2:]))
base = str(pathlib.Path(__file__).parents[1])
if sys.argv[1] == "info":
    print(json.dumps({{"conda_prefix": base, "platform": "linux-64"}}))
elif sys.argv[1] == "--version":
    print("conda 26.7.1")
elif sys.argv[1] == "config":
    print(json.dumps({{"get": {{"channel_priority": "strict"}}}}))
elif sys.argv[1:3] == ["env", "create"]:
    prefix, file = (pathlib.Path(words[name]) for name in ("--prefix", "--file"))
    lock = re.search(r"--requirement (\\S+)", file.read_text())[1]
    file.parent.joinpath(lock).read_bytes()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix], check=True)
    libraries = next(prefix.glob("lib/python*/site-packages"))
    libraries.joinpath("theirs.pth").write_text({site.getsitepackages()[0]!r} + "\\n")
    python = prefix / "bin/python"
    python.unlink()
    counted = f"echo $* >> {{prefix}}.calls; exec {{prefix}}/bin/python3"
    python.write_text(f'#!/bin/sh\\n{{counted}} "$@"\\n')
    python.chmod(0o755)
elif sys.argv[1] != "clean":
    sys.exit(f"unexpected: {{sys.argv}}")
"""
ACTIVATE = 'export CONDA_PREFIX="$1" PATH="$1/bin:$PATH"\n'


@pytest.fixture
def conda(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "conda/bin"
    folder.mkdir(parents=True)
    for name, text in {"conda": CONDA, "activate": ACTIVATE}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def test_the_environment_is_what_the_lock_names_wherever_it_is_read_from():
    described = yaml.safe_load((ROOT / ENVIRONMENT).read_text())
    (pip,) = (part for part in described["dependencies"] if isinstance(part, dict))
    (requirement,) = pip["pip"]
    lock = requirement.removeprefix("--requirement ")
    for folder in (ENVIRONMENT.parent, COPIES):
        assert os.path.normpath(folder / lock) == "requirements.lock"
    python = re.search(r"--python-version (\S+)", (ROOT / "requirements.lock").read_text())[1]
    assert f"python ={python}" in described["dependencies"]


@pytest.mark.usefixtures("conda")
def test_jobs_run_in_it_and_compute_the_same(finished: Project, empty: Project):
    options = ("--software-deployment-method", "conda", "--", TABLE)
    jobs = empty.snakemake(SMOKE, *options).expect(0).jobs
    (calls,) = (empty.folder / COPIES).glob("*.calls")
    called = calls.read_text().splitlines()
    assert sum("warm/server.py" in line for line in called) == 1
    assert sum("warm/client.py" in line for line in called) == sum(jobs.values()) > 30
    for pattern in (TABLE, "results/smoke/initialization/**/*.arrow"):
        assert empty.files(pattern) == finished.files(pattern)


@pytest.mark.usefixtures("conda")
def test_an_environment_of_other_versions_is_refused(empty: Project):
    made = ("--software-deployment-method", "conda", "--conda-create-envs-only")
    empty.snakemake(SMOKE, *made).expect(0)
    (libraries,) = empty.folder.glob(f"{COPIES}/*/lib/python*/site-packages")
    older = libraries / "scipy-0.1.dist-info/METADATA"  # found before that of the real one
    older.parent.mkdir()
    older.write_text("Metadata-Version: 2.1\nName: scipy\nVersion: 0.1\n")
    target = "results/smoke/theory/phases-tanh.arrow"
    options = ("--software-deployment-method", "conda", "--", target)
    said = empty.snakemake(SMOKE, *options).expect(1).output
    logs = "\n".join(p.read_text() for p in (empty.folder / "results/smoke/logs").rglob("*.log"))
    assert re.search(r"planned with other libraries .+scipy [\d.]+, here 0\.1", logs), said + logs

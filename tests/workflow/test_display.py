"""What a person sees of a run: one line in place on a terminal, a few lines elsewhere, failures."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SNAKEFILE = """
rule all:
    input: expand("{i}.txt", i=range(4))

rule make_part:
    output: "{i}.txt"
    log: "logs/make_part/{i}.log"
    shell:
        "(echo about to; test {wildcards.i} != 2 || (echo no good; exit 3)) > {log}"
        " && touch {output}"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("display")
    (folder / "Snakefile").write_text(SNAKEFILE)
    return folder


def snakemake(*options: str) -> list[str]:
    words = ["--cores", "1", "--keep-going", "--forceall", "--logger", "initatlas"]
    return [sys.executable, "-m", "snakemake", *words, *options]


def on_a_terminal(folder: Path) -> str:
    """What a run writes to a terminal 80 columns wide."""
    ours, theirs = os.openpty()
    environment = os.environ | {"COLUMNS": "80", "LINES": "24"}
    run = subprocess.Popen(
        snakemake(), cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 4096):
            written += part
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    assert run.wait(timeout=60) == 1
    return written.decode()


def test_elsewhere_there_are_few_lines_and_the_log_of_what_failed(folder):
    done = subprocess.run(snakemake(), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert lines[0] == "0 of 5 jobs done · 0 s"
    assert re.fullmatch(r"3 of 5 jobs done · 1 failed · \d+ s", lines[-1])
    told = lines.index("FAILED make_part i=2")
    assert lines[told + 1 : told + 4] == ["  logs/make_part/2.log:", "    about to", "    no good"]
    assert "\r" not in done.stderr
    assert len(lines) < 12
    assert "CalledProcessError" not in done.stderr


def test_on_a_terminal_the_line_stays_in_place(folder):
    written = on_a_terminal(folder)
    states = re.findall(r"\r\033\[K([^\r\n]*)", written)
    assert any(re.match(r"1 of 5 jobs done · 1 running \(make_part\)", state) for state in states)
    assert all(len(state) < 80 for state in states)
    assert "FAILED make_part i=2" in written
    assert re.search(r"3 of 5 jobs done · 1 failed · \d+ s\r\n$", written)


def test_a_dry_run_and_a_verbose_one_have_snakemakes_own_words(folder):
    done = subprocess.run(
        snakemake("--dry-run"), cwd=folder, capture_output=True, text=True, check=True
    )
    said = done.stdout + done.stderr
    assert "This was a dry-run" in said
    assert re.search(r"^make_part +4$", said, re.MULTILINE)

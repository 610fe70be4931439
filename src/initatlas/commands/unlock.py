"""Release what a killed run left behind: SLURM's jobs, Snakemake's locks, half-written files.

Nothing is touched while another run is at work in this folder; one on the same study is an error.
"""

import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from initatlas import leftovers, runs, slurm
from initatlas.commands.where import add_study, load

LOCKS = Path(".snakemake/locks")


def add_arguments(parser: ArgumentParser) -> None:
    """The study's configuration file."""
    add_study(parser)


def run(arguments: Namespace) -> int:
    """Status 1 if the study is being computed, or may be by jobs on SLURM that do not end."""
    study = load(arguments.study)
    at_work = runs.at_work()
    try:
        if study.name in at_work:
            runs.hold(study.name)
        leftovers.clear(study.name)
    except runs.RunError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if at_work:
        return 0
    if LOCKS.exists() and any(LOCKS.iterdir()):
        snakemake = [sys.executable, "-m", "snakemake", "--unlock", "--quiet", "all"]
        command = [*snakemake, "--configfile", str(arguments.study)]
        return subprocess.call(command, env=os.environ | slurm.WITHOUT)
    return 0

"""Clients of SLURM that do as a test tells them."""

from pathlib import Path

from initatlas import runs

ONE = "17"
STUDY = "atlas"


def install(name: str, script: str) -> None:
    """A client, on the path of a test, in whose folder this is."""
    path = Path("bin", name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def submitted(study: str = STUDY) -> None:
    """Jobs were, by a run in this folder."""
    runs.FOLDER.mkdir(parents=True, exist_ok=True)
    (runs.FOLDER / f"{study}.slurm").touch()

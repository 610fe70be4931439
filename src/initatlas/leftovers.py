"""What has a killed run left behind? Its jobs on SLURM, and files that these were writing."""

from pathlib import Path

from initatlas import runs, slurm

KEPT = Path(".cache/results")  # what kept.py keeps of each study


def clear(study: str) -> None:
    """End the jobs, then remove the half-written files: nobody else may be computing the study.

    Raises:
        RunError: jobs do not end, SLURM does not answer, or a file cannot be removed.
    """
    slurm.cancel_left_behind(study)
    for folder in (Path("results", study), KEPT / study):
        runs.sweep(folder)

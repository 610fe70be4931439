"""How tests run a study on the cluster, and what they look at."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable

from tests.cluster import slurm
from tests.workflow.project import Project

STUDY = "cluster.yaml"
COSTS = "src/initatlas/costs.py"
RESULTS = "results/cluster"
TARGETS = [f"{RESULTS}/tables/{name}.parquet" for name in ("layers", "traces", "histograms")]
TIMES = {  # of the profile → of these tests, on a node of few cores
    "checks: 20": "checks: 2",
    "latency-wait: 60": "latency-wait: 5",
    "_seconds=32": "_seconds=8",
}
LIMIT = 400  # seconds; what hangs is killed


def command(*targets: str, study: str = STUDY) -> list[str]:
    """What `make reproduce PROFILE=slurm` runs, for some targets."""
    words = [sys.executable, "-m", "snakemake", "--configfile", study]
    return [*words, "--workflow-profile", "workflow/profiles/slurm", "--", *(targets or TARGETS)]


def begin(project: Project, *targets: str, study: str = STUDY) -> subprocess.Popen:
    """Start a run in a process group of its own; what it says goes to run.txt."""
    with (project.folder / "run.txt").open("w") as said:
        return subprocess.Popen(
            command(*targets, study=study),
            cwd=project.folder,
            env=project.environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            process_group=0,
            # Of a shell that runs us in the background it would have inherited to ignore it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )


def finish(project: Project, run: subprocess.Popen, limit: float = LIMIT) -> str:
    """Wait for a run that must succeed; what it said."""
    try:
        status = run.wait(timeout=limit)
    except subprocess.TimeoutExpired:
        run.kill()
        run.wait(timeout=60)
        raise AssertionError(f"the run hangs:\n{project.read('run.txt')}") from None
    said = project.read("run.txt")
    assert status == 0, said
    return said


def wait_for(condition: Callable[[], object], what: str, limit: float = LIMIT / 2) -> object:
    """What the condition says once it says something."""
    deadline = time.monotonic() + limit
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)
    return found


def jobs(project: Project, states: str = "all", said: str = "%T") -> dict[str, str]:
    """What squeue says, by default the state, of each job submitted from the project's folder."""
    listed = slurm.ask("squeue", "--noheader", f"--states={states}", f"--format=%i|{said}|%Z")
    rows = [line.split("|") for line in listed.splitlines()]
    return {job: told for job, told, folder in rows if folder == str(project.folder.resolve())}


def same_tables(project: Project, local: Project) -> None:
    """The tables, and the blocks that they are of, are byte for byte those of a local run."""
    for pattern in ("tables/*", "initialization/**/*.arrow", "training/**/*.arrow"):
        assert project.files(f"{RESULTS}/{pattern}") == local.files(f"{RESULTS}/{pattern}")


def blocks(*activations: str) -> list[str]:
    folder = f"{RESULTS}/initialization/architecture=mlp/initializer=he_normal"
    return [f"{folder}/activation={name}/depth=2/seeds=0-0.arrow" for name in activations]

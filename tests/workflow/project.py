"""A copy of the repository, and what tests do with it."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from initatlas import slurm

ROOT = Path(__file__).parents[2]
SMOKE = "workflow/studies/smoke.yaml"
# Run by `make test`, make would say which folder it enters and leaves.
MAKE = ("make", "--no-print-directory", "--old-file=.venv/.stamp", "reproduce")
MAKE += (f"STUDY={SMOKE}", "CORES=2")
COUNT = re.compile(r"^(\w+) +(\d+)$", re.MULTILINE)  # a line of Snakemake's table of jobs
OUTPUTS = re.compile(r"^ +output: (.+)$", re.MULTILINE)  # of a job, in what Snakemake says
RECORDED = re.compile(  # what tells how long something took
    r"results/\w+/(logs/|benchmarks/|tables/timings\.|report\.html$|manifest\.json$|ro-crate)"
)
LIMIT = 280  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a command ended."""

    status: int
    output: str

    def expect(self, status: int) -> "Result":
        assert self.status == status, self.output
        return self

    @property
    def jobs(self) -> dict[str, int]:
        """How many jobs of each rule Snakemake set out to run."""
        if "Nothing to be done" in self.output:
            return {}
        table = self.output.partition("Job stats:")[2].partition("\n\n")[0]
        found = {rule: int(n) for rule, n in COUNT.findall(table)}
        assert found, self.output
        return {rule: n for rule, n in found.items() if rule not in ("all", "total")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A folder with the repository's files. Its code, not the repository's, is what runs there."""

    folder: Path

    @classmethod
    def copy_of(cls, source: Path, parent: Path) -> "Project":
        """A copy with all times and links as they are."""
        folder = parent / "project"
        subprocess.run(["cp", "-a", source, folder], check=True)
        return cls(folder=folder)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"PYTHONPATH": str(self.folder / "src")}

    def run(self, *command: str, limit: float = LIMIT) -> Result:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=limit,
        )
        return Result(status=done.returncode, output=done.stdout)

    def snakemake(self, study: str, *options: str, within: tuple[str, ...] = ()) -> Result:
        """A run on this machine; `within` is a command that is to run Snakemake's."""
        command = (sys.executable, "-m", "snakemake", "--cores", "2", "--configfile", study)
        settings = (f"{name}={value}" for name, value in slurm.WITHOUT.items())
        return self.run("env", *settings, *within, *command, *options)

    def planned(self, study: str, *options: str) -> set[str]:
        """The files that Snakemake would make now."""
        said = self.snakemake(study, "--dry-run", *options).expect(0).output
        return {path for line in OUTPUTS.findall(said) for path in line.split(", ")}

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace text in a file, which must be there."""
        text = self.read(name)
        assert text.count(old) >= 1, f"{name} does not contain {old!r}"
        (self.folder / name).write_text(text.replace(old, new))

    def files(self, pattern: str) -> dict[str, bytes]:
        """What the files that match say, by name."""
        found = sorted(path for path in self.folder.glob(pattern) if path.is_file())
        assert found, pattern
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}

    def differs(self, other: "Project", study: str) -> set[str]:
        """Files of a finished study that are missing here or there, or other but for times."""
        ours, theirs = (made.files(f"results/{study}/**/*") for made in (self, other))
        both = {name for name in set(ours) & set(theirs) if not RECORDED.match(name)}
        return set(ours) ^ set(theirs) | {name for name in both if ours[name] != theirs[name]}

    def times(self, pattern: str) -> Mapping[str, int]:
        """When the files that match were written."""
        found = self.folder.glob(pattern)
        return {str(path.relative_to(self.folder)): path.stat().st_mtime_ns for path in found}

    def processes(self) -> list[str]:
        """Commands of the processes at work in this folder."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "cwd").resolve() == self.folder.resolve():
                    command = (entry / "cmdline").read_text().replace("\0", " ")
                    state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                    if state != "Z":
                        found.append(f"{entry.name} {command}")
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return found


def wait_for(condition: Callable[[], object], what: str) -> object:
    """What the condition says once it says something."""
    deadline = time.monotonic() + LIMIT / 2
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)
    return found

"""A real SLURM on this machine alone: munge, a controller and one node, all on loopback.

    python -m tests.cluster.slurm start | stop

Debian's packages munge, slurm-client, slurmctld and slurmd must be there, and we must be root.
/etc/slurm/slurm.conf has to be the file, for job steps drop SLURM_CONF; one that is not ours is
left alone. Accounting is off, as on a cluster without slurmdbd. The node claims a GPU, which is
lent to one job at a time.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CONFIGURATION = Path("/etc/slurm/slurm.conf")
OURS = "# Written by the tests of initatlas; overwritten by them."
STATE = Path("/var/tmp/initatlas-slurm")
GENERIC = CONFIGURATION.with_name("gres.conf")
GPU = "/dev/null"  # SLURM wants a device, and tells jobs its number among those of its kind
MUNGE_KEY = Path("/etc/munge/munge.key")
MUNGE_RUN = Path("/run/munge")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel")
PACKAGES = "munge slurm-client slurmctld slurmd"
CPUS = 4  # that the node claims, whatever the machine has
MEMORY_MB = 12000
PATIENCE = 30  # seconds until the node must be fit
FIT = {"idle", "mixed", "allocated"}  # of a node's states
TEMPLATE = """{ours}
ClusterName=initatlastest
SlurmctldHost=localhost(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CommunicationParameters=NoInAddrAny
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation={state}/controller
SlurmdSpoolDir={state}/node
SlurmctldPidFile={state}/slurmctld.pid
SlurmdPidFile={state}/slurmd.pid
SlurmctldLogFile={state}/slurmctld.log
SlurmdLogFile={state}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
SlurmdParameters=config_overrides
MinJobAge=3600
KillWait=3
OverTimeLimit=0
CompleteWait=0
SlurmdTimeout=30
ReturnToService=2
JobRequeue=0
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2,sched_min_interval=0
AccountingStorageType=accounting_storage/none
GresTypes=gpu
NodeName=tnode NodeHostname=localhost NodeAddr=127.0.0.1 CPUs={cpus} SocketsPerBoard=1 \
CoresPerSocket={cpus} RealMemory={memory} Gres=gpu:1 State=UNKNOWN
PartitionName=main Nodes=tnode Default=YES MaxTime=600 DefaultTime=10 DefMemPerCPU=200 State=UP
"""


class ClusterError(RuntimeError):
    """The cluster cannot be had here, or does not do as it should."""


def missing() -> str:
    """Why there can be no cluster here, or ""."""
    if os.geteuid() != 0:
        return "SLURM can be started by root alone"
    absent = [name for name in PROGRAMS if shutil.which(name) is None]
    if absent:
        return f"SLURM is not installed ({', '.join(absent)}): apt-get install {PACKAGES}"
    if CONFIGURATION.exists() and OURS not in CONFIGURATION.read_text():
        return f"{CONFIGURATION} belongs to a cluster that is not ours"
    return ""


@contextmanager
def cluster() -> Iterator[None]:
    """A cluster of one's own for a while: who else asks for one waits."""
    if missing():
        raise ClusterError(missing())
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        start()
        try:
            yield
        finally:
            stop()


def start() -> None:
    """Start anew, with no memory of earlier jobs; returns when the node is idle."""
    stop()
    for folder in ("controller", "node"):
        shutil.rmtree(STATE / folder, ignore_errors=True)
        (STATE / folder).mkdir(parents=True)
    CONFIGURATION.write_text(TEMPLATE.format(ours=OURS, state=STATE, cpus=CPUS, memory=MEMORY_MB))
    GENERIC.write_text(f"{OURS}\nName=gpu File={GPU}\n")
    start_munge()
    start_controller()
    start_node()


def start_munge() -> None:
    if running(MUNGE_RUN / "munged.pid", "munged"):
        return
    MUNGE_RUN.mkdir(mode=0o755, exist_ok=True)
    shutil.chown(MUNGE_RUN, "munge", "munge")
    if not MUNGE_KEY.exists():
        MUNGE_KEY.write_bytes(os.urandom(1024))
        shutil.chown(MUNGE_KEY, "munge", "munge")
        MUNGE_KEY.chmod(0o400)
    run("runuser", "-u", "munge", "--", "munged")


def start_controller() -> None:
    run("slurmctld")


def stop_controller() -> None:
    end(STATE / "slurmctld.pid", "slurmctld")


def start_node() -> None:
    """Start the node, and wait until the controller takes it for fit to work, or at work."""
    run("slurmd", "-N", "tnode")
    deadline = time.monotonic() + PATIENCE
    while (seen := ask("sinfo", "--noheader", "--format=%T").strip()) not in FIT:
        if time.monotonic() > deadline:
            raise ClusterError(f"the node is {seen!r}; see {STATE}/*.log")
        time.sleep(0.2)


def crash_node() -> None:
    """Kill the node's daemon and all that its jobs consist of, as a loss of power would."""
    os.kill(running(STATE / "slurmd.pid", "slurmd"), signal.SIGKILL)
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is none of ours
            variables = (entry / "environ").read_bytes().split(b"\0")
            job = any(variable.startswith(b"SLURM_JOB_ID=") for variable in variables)
            if job or is_at_work(int(entry.name), "slurmstepd"):
                os.kill(int(entry.name), signal.SIGKILL)


def stop() -> None:
    """End what we started, jobs included; munge serves others as well and stays."""
    if running(STATE / "slurmctld.pid", "slurmctld"):
        ask("scancel", "--signal=KILL", "--state=RUNNING", "--full", "--user=root")
        ask("scancel", "--user=root")
    for name in ("slurmd", "slurmctld"):
        end(STATE / f"{name}.pid", name)


def jobs() -> list[str]:
    """Ids of the jobs that wait or run."""
    return ask("squeue", "--noheader", "--format=%i").split()


def end(pid_file: Path, name: str) -> None:
    """End the process of a pid file, if it is what it says."""
    pid = running(pid_file, name)
    if not pid:
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while is_at_work(pid, name):  # it removes its pid file before it has ended
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)


def running(pid_file: Path, name: str) -> int:
    """The process of a pid file, 0 if there is none of that name."""
    try:
        pid = int(pid_file.read_text())
    except (FileNotFoundError, ValueError):
        return 0
    return pid if is_at_work(pid, name) else 0


def is_at_work(pid: int, name: str) -> bool:
    """Whether a process has this name and has not ended."""
    try:
        process = Path(f"/proc/{pid}")
        ended = "\nState:\tZ" in (process / "status").read_text()
        return not ended and (process / "comm").read_text().strip() == name
    except (FileNotFoundError, ProcessLookupError):
        return False


def ask(*command: str) -> str:
    """What a client says, "" if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout if done.returncode == 0 else ""


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        raise ClusterError(f"{' '.join(command)}: {done.stdout}{done.stderr}")


if __name__ == "__main__":
    {"start": start, "stop": stop}[sys.argv[1]]()

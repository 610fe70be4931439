"""Activations that need more of a machine than the cost model expects, or break in a job."""

import os
import signal
import time
from pathlib import Path

import torch

from initatlas.activations import Activation

# Where SLURM keeps no account, who was killed for its memory has FAILED. `frail` is killed alone,
# as a control group that is out of memory kills one process of a job, and the job goes on.
FAULTS = {
    "hungry": {"FAILED", "CANCELLED", "OUT_OF_MEMORY"},
    "slow": {"TIMEOUT"},
    "frail": {"FAILED"},
}
FOR_GOOD = "broken"
BALLAST_MB = 1600  # more than the first attempt may take, and less than the second
SLEEP = 155  # seconds: SLURM ends what may take two minutes within half a minute more
HELD = []
FIRST = Path("killed")  # a file that tells it
SOURCE = "these tests"


def hungry(z):
    if z.ndim > 1 and not HELD:
        HELD.append(torch.ones(BALLAST_MB * 2**18, dtype=torch.float32))
        time.sleep(5)
    return torch.tanh(z)


def slow(z):
    if z.ndim > 1 and not HELD:
        HELD.append(time.sleep(SLEEP))
    return torch.tanh(z)


def frail(z):
    if z.ndim > 1 and not FIRST.exists():
        FIRST.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return torch.tanh(z)


def broken(z):
    if z.ndim > 1:
        raise ValueError("this one is broken")
    return torch.tanh(z)


def slope(z):
    return 1 - torch.tanh(z).square()


HUNGRY = Activation(name="hungry", phi=hungry, derivative=slope, kinks=(), source=SOURCE)
SLOW = Activation(name="slow", phi=slow, derivative=slope, kinks=(), source=SOURCE)
FRAIL = Activation(name="frail", phi=frail, derivative=slope, kinks=(), source=SOURCE)
BROKEN = Activation(name="broken", phi=broken, derivative=slope, kinks=(), source=SOURCE)

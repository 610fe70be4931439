"""On what was it measured? A line about the machine, and whether it had other work."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import torch

CPU_FLAGS = ("avx2", "avx512f", "amx_tile")


def describe() -> str:
    """Date, processor, memory and versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}, "
        f"torch {torch.__version__}"
    )


def other_work() -> str:
    """How busy the machine is before anything is measured; empty if it is idle."""
    load = os.getloadavg()[0]
    if load < 0.3:
        return ""
    return (
        f"The machine had other work when this began (load {load:.1f}): absolute times are too "
        "long, and ratios are uncertain."
    )


def _processor() -> str:
    facts = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        facts.setdefault(name.strip(), value.strip())
    flags = [flag for flag in CPU_FLAGS if flag in facts.get("flags", "").split()]
    return f"{facts.get('model name', platform.machine())} ({', '.join(flags)})"

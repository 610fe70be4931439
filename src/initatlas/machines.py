"""On what kind of machine does this run? On another, results may differ by rounding."""

import platform
import sys
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")  # of Linux


def kind() -> str:
    """System, architecture and processor; the GPU, too, if this process has used one."""
    parts = (f"{platform.system()} {platform.machine()}", _processor(), _gpu())
    return ", ".join(part for part in parts if part)


def _gpu() -> str:
    """The model of the GPU that this process has used, or ""."""
    torch = sys.modules.get("torch")  # takes seconds to import, and who has not has used none
    used = torch is not None and torch.cuda.is_initialized()
    return torch.cuda.get_device_name() if used else ""


def _processor() -> str:
    """Its model's name, as the first of its cores has it."""
    try:
        with CPUINFO.open() as lines:
            named = next((line for line in lines if line.startswith("model name")), "")
    except FileNotFoundError:
        named = ""
    return named.partition(":")[2].strip() or platform.processor()

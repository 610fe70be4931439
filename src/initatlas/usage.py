"""What did each job cost, and where? A line at the end of its log, and all of them together.

Snakemake's benchmark files measure the process that it started, which for a warm job only waits.
"""

import json
import resource
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from initatlas import machines

MARK = "usage"


def values(started: float) -> dict[str, object]:
    """Wall and CPU seconds since `started` (monotonic clock), peak memory, kind of machine."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": round(time.monotonic() - started, 3),
        "cpu_seconds": round(spent.ru_utime + spent.ru_stime, 3),
        "peak_memory_mb": round(spent.ru_maxrss / 1024, 1),  # Linux counts in KiB
        "host": machines.kind(),
    }


def line(values: Mapping) -> str:
    """What a log says of them: JSON."""
    return json.dumps({MARK: values})


def collect(folder: Path, names: Iterable[str] | None = None) -> list[dict]:
    """The values of the logs under `folder`, with the rule's name: one dict a finished job.

    A log lies in a folder named like its rule: logs/train_networks/….log. `names` are those that
    count, without suffix; by default all do, those of a study that was larger once as well.
    """
    folder = Path(folder)
    if names is None:
        logs = sorted(folder.rglob("*.log"))
    else:
        logs = [folder / f"{name}.log" for name in names]
    found = []
    for log in logs:
        if (values := of(log)) is not None:
            rule = log.relative_to(folder).parts[0].removesuffix(".log")
            found.append({"rule": rule, **values})
    return found


def of(log: Path) -> Mapping | None:
    """The values of one log; None where it is missing or does not say."""
    try:
        text = Path(log).read_text(errors="replace")
    except FileNotFoundError:
        return None
    return _parse(text.rstrip().rpartition("\n")[2])


def _parse(text: str) -> Mapping | None:
    if not text.startswith(f'{{"{MARK}"'):
        return None
    return json.loads(text)[MARK]

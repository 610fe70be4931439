"""What did each job cost? A line at the end of its log, and all of them together.

Snakemake's benchmark files measure the process that it started, which for a warm job only waits.
"""

import json
import resource
import time
from collections.abc import Collection, Mapping
from pathlib import Path

MARK = "usage"


def line(started: float) -> str:
    """JSON: wall and CPU seconds since `started` (monotonic clock), peak resident memory."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    values = {
        "seconds": round(time.monotonic() - started, 3),
        "cpu_seconds": round(spent.ru_utime + spent.ru_stime, 3),
        "peak_memory_mb": round(spent.ru_maxrss / 1024, 1),  # Linux counts in KiB
    }
    return json.dumps({MARK: values})


def collect(folder: Path, blocks: Mapping[str, Collection[str]] | None = None) -> list[dict]:
    """The values of every log under `folder`, with the rule's name: one dict a finished job.

    A log lies in a folder named like its rule: logs/train_networks/….log. For a rule in `blocks`,
    only the logs of these files count: others are of a study that was larger once.
    """
    found = []
    for log in sorted(Path(folder).rglob("*.log")):
        name = log.relative_to(folder)
        rule = name.parts[0].removesuffix(".log")
        if blocks and rule in blocks and str(name.with_suffix(".arrow")) not in blocks[rule]:
            continue
        values = _parse(log.read_text(errors="replace").rstrip().rpartition("\n")[2])
        if values is not None:
            found.append({"rule": rule, **values})
    return found


def _parse(text: str) -> Mapping | None:
    if not text.startswith(f'{{"{MARK}"'):
        return None
    return json.loads(text)[MARK]

"""What did the study find? Sentences with numbers and intervals, computed from its tables.

Each function takes the tables by name and returns what it found: nothing where tables are missing,
where there is nothing to compare, or where chance would do.
"""

from collections.abc import Callable
from dataclasses import replace

from initatlas.report.evidence import Tables
from initatlas.report.finding import Finding
from initatlas.report.signal_findings import (
    gradient_growth,
    keeping_both,
    merging,
    scaling,
    torn,
)
from initatlas.report.theory_findings import agreeing, defaults, meeting
from initatlas.report.trainability_findings import foretold, frontier, predicting, recommended
from initatlas.report.training_findings import depth_limit, divergence, start_decides

# The most important first: a report opens with the first few.
FINDINGS: tuple[Callable[[Tables], list[Finding]], ...] = (
    recommended,
    depth_limit,
    start_decides,
    scaling,
    frontier,
    predicting,
    foretold,
    agreeing,
    gradient_growth,
    keeping_both,
    meeting,
    torn,
    defaults,
    merging,
    divergence,
)


def findings(tables: Tables) -> list[Finding]:
    """Everything that was found, the most important first, each with its kind."""
    return [replace(found, kind=look.__name__) for look in FINDINGS for found in look(tables)]

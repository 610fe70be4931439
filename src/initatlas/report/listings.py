"""Which tables does the report print? Small ones, as text that reads; all of them are files too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from initatlas.confidence import half_width
from initatlas.figures.words import number
from initatlas.report.evidence import Tables

NAMES = {
    "q0": "q⁰, mean squared input per dimension",
    "c0": "c⁰, mean correlation of two inputs",
    "c0_same_class": "c⁰ of inputs of one class",
    "c0_different_class": "c⁰ of inputs of two classes",
    "input_dimension": "dimensions of an input",
    "n_classes": "classes",
    "training_points": "points of the training set",
    "test_points": "points of the test set",
}
DULL = {"σ_w²", "σ_b²", "width"}  # columns that go where all rows say the same
ROWS = 300  # rows that are printed; the file beside the report holds all


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A table as text: its title, what a reader must know, names of columns, rows."""

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def zeros(tables: Tables) -> list[Listing]:
    """Which σ_w² keeps signal and gradient, by activation and depth."""
    rows = tables["crossings"]
    if rows.empty:
        return []
    columns = ["activation", "depth", "width", "σ_b²", "what is kept", "σ_w²", "95 % from", "to"]
    body = [
        [
            row.activation,
            str(row.depth),
            str(row.width),
            number(row.sigma_b2),
            {"forward": "signal", "backward": "gradient"}[row.direction],
            *_zero(row),
        ]
        for row in rows.itertuples()
    ]
    note = (
        "Where the measured growth per layer crosses zero along the sweep; intervals hold the "
        "error of the means and of the interpolation. never: the rate keeps its sign from "
        f"σ_w² = {number(rows.swept_from.min())} to {number(rows.swept_to.max())}."
    )
    return [
        _cut("Weight variances that keep signal and gradient", note, columns, body, "crossings")
    ]


def _zero(row: tuple) -> list[str]:
    if np.isnan(row.sigma_w2):
        return ["never", "", ""]
    return [_text(row.sigma_w2, 3), _text(row.low, 3), _text(row.high, 3)]


def endings(tables: Tables) -> list[Listing]:
    """How the networks of each cell ended."""
    if "convergence" not in tables:
        return []
    rows = tables["convergence"]
    n = rows.final_test_accuracy_n_finite
    width = half_width(rows.final_test_accuracy_se, n)
    columns = ["activation", "initializer", "σ_w²", "depth", "width", "optimizer"]
    columns += ["trained", "stalled", "diverged", "median steps", "test accuracy", "± 95 %"]
    body = [
        [
            row.activation,
            row.initializer,
            _text(row.sigma_w2, 3),
            str(row.depth),
            str(row.width),
            f"{row.optimizer}, {row.learning_rate:g}",
            str(row.n_trained),
            str(row.n_stalled),
            str(row.n_diverged),
            "never" if np.isinf(row.steps_to_threshold_median) else _steps(row),
            _text(row.final_test_accuracy_mean, 3),
            _text(reach, 2),
        ]
        for row, reach in zip(rows.itertuples(), width, strict=True)
    ]
    note = (
        "Networks of each cell by how they ended. Median steps: updates until the mini-batch "
        "accuracy reached the threshold, over all networks; never: half of them or more did not."
    )
    return [_cut("How training ended", note, columns, body, "convergence")]


def _steps(row: tuple) -> str:
    return f"{row.steps_to_threshold_median:g}"


def timings(tables: Tables) -> list[Listing]:
    """What each stage cost."""
    if "timings" not in tables:
        return []
    columns = ["stage", "jobs", "wall time, s", "CPU time, s", "slowest job, s", "peak memory, MiB"]
    body = [
        [
            row.rule,
            str(row.jobs),
            f"{row.seconds:.1f}",
            f"{row.cpu_seconds:.1f}",
            f"{row.slowest_seconds:.1f}",
            f"{row.peak_memory_mb:.0f}",
        ]
        for row in tables["timings"].itertuples()
    ]
    note = (
        "Added up over the jobs of each stage, which run side by side; the report's own excepted."
    )
    return [_cut("Time that each stage took", note, columns, body, "timings")]


def facts(title: str, note: str, pairs: Mapping[str, object]) -> list[Listing]:
    """Names and values, a table without a head; nothing where there are none."""
    rows = [[NAMES.get(name, name), _value(value)] for name, value in pairs.items()]
    return [Listing(title=title, note=note, columns=(), rows=rows)] if rows else []


def _value(value: object) -> str:
    return number(value, 4) if isinstance(value, float) else str(value)


def _text(value: float, digits: int) -> str:
    return "" if pd.isna(value) else number(value, digits)


def _cut(
    title: str, note: str, columns: Sequence[str], body: Iterable[Sequence[str]], table: str
) -> Listing:
    """The listing with its first rows, and where the others are."""
    rows = list(body)
    told = [
        place
        for place, name in enumerate(columns)
        if name not in DULL or len({row[place] for row in rows}) > 1
    ]
    columns = [columns[place] for place in told]
    rows = [[row[place] for place in told] for row in rows]
    more = f" {len(rows) - ROWS} more rows are in tables/{table}.parquet." * (len(rows) > ROWS)
    return Listing(title=title, note=note + more, columns=columns, rows=rows[:ROWS])

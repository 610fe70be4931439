"""Which tables does the report print? Small ones, as text that reads; all of them are files too."""

from collections.abc import Mapping

import numpy as np
from markupsafe import Markup

from initatlas.confidence import half_width
from initatlas.figures.words import number
from initatlas.reducers.base import CSV_ROWS
from initatlas.report.evidence import Tables
from initatlas.report.listing import Listing, cut, said

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
    return [cut("Weight variances that keep signal and gradient", note, columns, body, "crossings")]


def _zero(row: tuple) -> list[str]:
    if np.isnan(row.sigma_w2):
        return ["never", "", ""]
    return [said(row.sigma_w2, 3), said(row.low, 3), said(row.high, 3)]


def endings(tables: Tables) -> list[Listing]:
    """How the networks of each cell ended."""
    if "convergence" not in tables:
        return []
    rows = tables["convergence"]
    n = rows.final_test_accuracy_n_finite
    width = half_width(rows.final_test_accuracy_se, n)
    columns = ["activation", "initializer", "σ_w²", "depth", "width", "optimizer", "rate"]
    columns += ["trained", "stalled", "diverged", "median steps", "test accuracy", "± 95 %"]
    body = [
        [
            row.activation,
            row.initializer,
            said(row.sigma_w2, 3),
            str(row.depth),
            str(row.width),
            row.optimizer,
            said(row.learning_rate_median, 2),
            str(row.n_trained),
            str(row.n_stalled),
            str(row.n_diverged),
            "never" if np.isinf(row.steps_to_threshold_median) else _steps(row),
            said(row.final_test_accuracy_mean, 3),
            said(reach, 2),
        ]
        for row, reach in zip(rows.itertuples(), width, strict=True)
    ]
    note = (
        "Networks of each cell by how they ended, each at the learning rate that is best for it on "
        "validation points; rate: the median of these. Median steps: updates until the mini-batch "
        "accuracy reached the threshold, over all networks; never: half of them or more did not."
    )
    return [cut("How training ended", note, columns, body, "convergence")]


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
    return [cut("Time that each stage took", note, columns, body, "timings")]


def files(rows: Mapping[str, int]) -> list[Listing]:
    """All tables of the study, which lie beside the page, with links to them."""
    body = [[name, str(count), _links(name, count)] for name, count in rows.items()]
    note = (
        "All numbers of this study: files in the folder tables/ beside this page, the small ones "
        "as CSV, too. Units and definitions of columns are in the Parquet files' field metadata."
    )
    return [Listing(title="Tables", note=note, columns=("table", "rows", "files"), rows=body)]


def _links(name: str, rows: int) -> Markup:
    """The links to a table's files."""
    forms = ["parquet", *["csv"] * (rows < CSV_ROWS)]
    link = Markup('<a href="tables/{0}.{1}">{1}</a>')
    return Markup(" · ").join(link.format(name, form) for form in forms)


def facts(title: str, note: str, pairs: Mapping[str, object]) -> list[Listing]:
    """Names and values, a table without a head; nothing where there are none."""
    rows = [[NAMES.get(name, name), _value(value)] for name, value in pairs.items()]
    return [Listing(title=title, note=note, columns=(), rows=rows)] if rows else []


def _value(value: object) -> str:
    return number(value, 4) if isinstance(value, float) else str(value)

"""What does theory say of the study, and how far does it hold? Sentences as in `findings`."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from initatlas.confidence import LEVEL
from initatlas.figures.words import counted, interval, listed, number, percent
from initatlas.report.agreement import brief, compared
from initatlas.report.evidence import Tables
from initatlas.report.finding import Finding, Number
from initatlas.report.phases import DEFAULT
from initatlas.report.recommendations import NOTHING, recommended
from initatlas.report.sweeps import meets, zeros

FADING = "fading"  # critical at q* = 0, which lengths approach as a power of depth
FATES = {
    "critical": "keeps signal and gradient of {}",
    FADING: "lets signal and gradient of {} fade more slowly than exponentially",
    "ordered": "lets the gradients of {} vanish",
    "chaotic": "lets the gradients of {} explode",
    "collapsing": "lets the signal of {} die out",
    "divergent": "lets the signal of {} grow without bound",
}
NAMED = 4  # activations that a sentence names; more are counted


def meeting(tables: Tables) -> list[Finding]:
    """Where what keeps the gradient is measured, and where theory has its critical point."""
    if "phases" not in tables or tables["crossings"].empty:
        return []
    points = recommended(tables["phases"])[["sigma_w2", "sigma_b2"]].add_prefix("theory_")
    rows = zeros(tables).merge(points, left_on="activation", right_index=True)
    rows = rows[(rows.direction == "backward") & rows.measured.notna()]
    there = rows[(rows.theory_sigma_b2 - rows.sigma_b2).abs() < NOTHING]
    if there.empty:
        return []
    relu = there[there.activation == "relu"]
    row = (there if relu.empty else relu).iloc[0]
    text = (
        f"Theory has {row.activation} networks critical at σ_w² = {number(row.theory_sigma_w2, 3)}"
        f"{_width(row)}; the gradient is measured to be kept at {number(row.measured, 3)} (95 %: "
        f"{interval(row.low, row.high)}).{_within(rows)}"
    )
    return [Finding(text=text, chapter="theory", numbers=_numbers(row, rows))]


def _numbers(row: pd.Series, rows: pd.DataFrame) -> tuple[Number, ...]:
    """What the text says of one activation, and of how many theory is right where several are."""
    name = row.activation
    found = [Number(name=f"theory’s critical σ_w² of {name}", value=row.theory_sigma_w2)]
    if not np.isnan(row.finite):
        where = f"depth {row.depth}, width {row.width}"
        found.append(Number(name=f"theory’s σ_w² of {name} at {where}", value=row.finite))
    kept = f"σ_w² that keeps the gradient of {name}"
    found.append(Number(name=kept, value=row.measured, low=row.low, high=row.high))
    rows = rows.dropna(subset=["wide", "finite"])
    if len(rows) > 1:
        share = "share of activations whose interval meets theory"
        found.append(Number(name=share, value=meets(rows).mean()))
    return tuple(found)


def _width(row: pd.Series) -> str:
    """Where finite width moves the zero, where that is known and can be seen in three digits."""
    moved = number(row.finite, 3)
    if np.isnan(row.finite) or moved == number(row.theory_sigma_w2, 3):
        return ""
    return f", which depth {row.depth} and width {row.width} move up to {moved}"


def _within(rows: pd.DataFrame) -> str:
    """For how many activations the measured interval meets what is expected."""
    rows = rows.dropna(subset=["wide", "finite"])
    if len(rows) < 2:
        return ""
    return (
        f" What theory expects at this depth and width meets the measured interval for "
        f"{int(meets(rows).sum())} of {counted(len(rows), 'activation')}."
    )


def defaults(tables: Tables) -> list[Finding]:
    """Which phase the defaults of libraries put activations in."""
    if "phases" not in tables:
        return []
    rows = tables["phases"]
    rows = rows[rows.library.str.startswith(DEFAULT)].drop_duplicates(["library", "activation"])
    if rows.activation.nunique() < 2:
        return []
    fading = (rows.phase == "critical") & (rows.q_star == 0)
    rows = rows.assign(phase=rows.phase.mask(fading, FADING))
    alike: dict[tuple, list[str]] = {}
    for library, own in rows.groupby("library", sort=False):
        fates = tuple(zip(own.activation, own.phase, strict=True))
        alike.setdefault(fates, []).append(library.removeprefix(DEFAULT))
    said = [_fate(libraries, dict(fates)) for fates, libraries in alike.items()]
    text = f"In wide and deep networks, by theory, {'; '.join(said)}."
    return [Finding(text=text, chapter="phases")]


def _fate(libraries: list[str], phases: Mapping[str, str]) -> str:
    """What becomes of all activations with the default of these libraries."""
    found = []
    for phase, sentence in FATES.items():
        names = [name for name, own in phases.items() if own == phase]
        if names:
            many = f"{len(names)} of {counted(len(phases), 'activation')}"
            found.append(sentence.format(listed(names) if len(names) <= NAMED else many))
    return f"the default of {listed(libraries)} {listed(found)}"


def agreeing(tables: Tables) -> list[Finding]:
    """How many measurements agree with theory, and what the others are."""
    rows = compared(tables)
    if rows.empty:
        return []
    agree, of = int(rows.agrees.sum()), len(rows)
    text = (
        f"Of {of:,} means over networks, layer by layer, {agree:,} ({percent(agree / of)}) agree "
        f"with theory within their {percent(LEVEL)} intervals"
    )
    why = rows[rows.agrees == 0].reason.value_counts()
    if len(why) and agree / of < LEVEL:
        share = percent(why.iloc[0] / (of - agree))
        text += f"; what keeps {share} of the others from it is likely {brief(why.index[0])}"
    numbers = (Number(name="share of means that agree with theory", value=agree / of),)
    return [Finding(text=f"{text}.", chapter="agreement", numbers=numbers)]

"""How many measurements agree with theory, and where do they not?"""

import numpy as np
import pandas as pd
from markupsafe import Markup

from initatlas.confidence import LEVEL
from initatlas.figures.words import counted, listed, percent
from initatlas.report.evidence import Tables
from initatlas.report.listing import Listing, said
from initatlas.report.rendering import rendered
from initatlas.tables.columns import CELL_KEYS

NAMES = {
    "ln mean q": "ln of the mean square of z",
    "ln mean activation_variance": "ln of the variance of φ(z)",
    "ln mean log_delta_gain": "ln of the squared gradient norm",
    "activation_mean": "mean of φ(z)",
    "correlation": "correlation of two inputs",
}
WORST = 6  # disagreements that are printed of each reason


def words(tables: Tables) -> Markup:
    """What is compared, and how to read how many agree."""
    rows = compared(tables)
    if rows.empty:
        return Markup()
    agree, of = int(rows.agrees.sum()), len(rows)
    return rendered(
        "agreement.html.jinja",
        agree=f"{agree:,}",
        of=f"{of:,}",
        share=percent(agree / of),
        level=percent(LEVEL),
        seeds=counted(int(rows.n_seeds.max()), "network"),
        cells=f"{len(rows[list(CELL_KEYS)].drop_duplicates()):,}",
    )


def compared(tables: Tables) -> pd.DataFrame:
    """All comparisons; none where there is no theory."""
    return tables.get("agreement", pd.DataFrame())


def listings(tables: Tables) -> list[Listing]:
    """Shares by statistic, then the largest disagreements by their likely reason."""
    rows = compared(tables)
    if rows.empty:
        return []
    apart = rows[rows.agrees == 0]
    return [shares(rows), *([worst(apart)] if len(apart) else [])]


def shares(rows: pd.DataFrame) -> Listing:
    """How many agree, per statistic and in all."""
    parts = [(NAMES.get(name, name), part) for name, part in rows.groupby("statistic", sort=False)]
    body = [
        [
            name,
            f"{len(part):,}",
            f"{int(part.agrees.sum()):,}",
            percent(part.agrees.mean()),
            percent(LEVEL),
            said(part.z.abs().median(), 2),
            reasons(part[part.agrees == 0]),
        ]
        for name, part in [*parts, ("all", rows)]
    ]
    columns = ["statistic", "compared", "agree", "share", "by chance", "median |z|"]
    return Listing(
        title="How many agree",
        note=f"By chance: the share that would agree if theory were exact, as intervals of "
        f"{percent(LEVEL)} leave some out. |z|: difference in standard errors of the mean.",
        columns=[*columns, "what the others are"],
        rows=body,
        words=("what the others are",),
    )


def reasons(apart: pd.DataFrame) -> str:
    """The likely reasons, the most frequent first, with how many each accounts for."""
    counts = apart.reason.value_counts()
    return listed([f"{brief(reason)} ({n:,})" for reason, n in counts.items()], 4)


def brief(reason: str) -> str:
    """The reason without what explains it."""
    return reason.partition(":")[0]


def worst(apart: pd.DataFrame) -> Listing:
    """The largest disagreements of each reason, each cell's largest layer alone."""
    size = apart.z.abs().fillna(np.inf)
    ranked = apart.assign(size=size).sort_values("size", ascending=False, kind="stable")
    # Layers of one network follow each other: the largest stands for them.
    ranked = ranked.drop_duplicates([*CELL_KEYS, "statistic"])
    frequent = apart.reason.value_counts().index
    chosen = pd.concat([ranked[ranked.reason == reason].head(WORST) for reason in frequent])
    body = [
        [
            brief(row.reason),
            NAMES.get(row.statistic, row.statistic),
            row.activation,
            row.initializer,
            said(row.sigma_w2),
            str(row.depth),
            str(row.width),
            str(row.layer),
            said(row.measured),
            said(row.predicted),
            said(row.z),
        ]
        for row in chosen.itertuples()
    ]
    told = "; ".join(reason for reason in frequent if ":" in reason)
    columns = ["likely reason", "statistic", "activation", "initializer", "σ_w²", "depth", "width"]
    return Listing(
        title="The largest disagreements",
        note=f"Up to {WORST} of each likely reason; of each cell and statistic, the layer that is "
        f"furthest off. Reasons: {told}. All are in tables/agreement.parquet.",
        columns=[*columns, "layer", "measured", "theory", "z"],
        rows=body,
        filters=("likely reason", "statistic"),
        words=("likely reason", "statistic"),
    )

"""In which phase does each recipe put each activation? At a glance, and with its numbers."""

import pandas as pd
from markupsafe import Markup, escape

from initatlas.figures.words import listed
from initatlas.report.evidence import Tables
from initatlas.report.listing import Listing, said

POINT = ["activation", "sigma_w2", "sigma_b2"]
DEFAULT = "default of "  # how `library` begins where it is what people get who choose nothing
SAME = 9  # decimals to which recipes that are the same agree: roots are found to rounding


def listings(tables: Tables) -> list[Listing]:
    """The phases of all recipes by activation, then what theory says of each."""
    if "phases" not in tables or tables["phases"].empty:
        return []
    recipes = named(tables["phases"])
    return [overview(recipes), details(recipes)]


def named(phases: pd.DataFrame) -> pd.DataFrame:
    """The recipes that stand for one point each, sweeps left out; `name` says whose default."""
    sizes = phases.groupby(["activation", "initializer"]).sigma_w2.transform("size")
    rows = phases[sizes == 1].round({"sigma_w2": SAME, "sigma_b2": SAME})
    whose = [
        f"{row.initializer} ({row.library.removeprefix(DEFAULT)})"
        if row.library
        else row.initializer
        for row in rows.itertuples()
    ]
    return rows.assign(name=whose)


def overview(recipes: pd.DataFrame) -> Listing:
    """Activations by recipes; recipes that are the same for every activation share a column."""
    wide = recipes.pivot(index="activation", columns="name", values=["sigma_w2", "sigma_b2"])
    order = list(dict.fromkeys(recipes.name))
    alike: dict[tuple, list[str]] = {}
    for name in order:
        point = tuple(wide.xs(name, axis=1, level="name").fillna(-1.0).to_numpy().ravel())
        alike.setdefault(point, []).append(name)
    phase = recipes.set_index(["activation", "name"]).phase
    rows = [
        [
            activation,
            *(marked(phase.get((activation, names[0]), "")) for names in alike.values()),
        ]
        for activation in dict.fromkeys(recipes.activation)
    ]
    return Listing(
        title="The phase that each recipe puts each activation in",
        note="Of infinitely wide and deep networks; in brackets, whose default it is. critical: "
        "gradients keep their size, or, where q* = 0, fade with the signal, but more slowly than "
        "exponentially. ordered: gradients vanish, inputs merge. chaotic: gradients explode, "
        "inputs are torn apart. collapsing: the signal dies out. divergent: it grows without "
        "bound.",
        columns=["activation", *(listed(names, 9) for names in alike.values())],
        rows=rows,
        words=[listed(names, 9) for names in alike.values()],
    )


def marked(phase: str) -> str:
    """The phase with its colour; the word says the same."""
    return Markup(f'<span class="phase {escape(phase)}">{escape(phase)}</span>') if phase else ""


def details(recipes: pd.DataFrame) -> Listing:
    """One row per activation and point, recipes that meet there together."""
    rows = []
    for (activation, sigma_w2, sigma_b2), same in recipes.groupby(POINT, sort=False):
        first = same.iloc[0]
        rows.append(
            [
                activation,
                listed(list(same.name), 9),
                said(sigma_w2),
                said(sigma_b2, 2),
                said(first.q_star),
                f"{first.chi_1:.4f}",  # 1.0001 is not critical
                marked(first.phase),
                said(first.xi_c),
                said(first.xi_grad),
                first.verdict,
            ]
        )
    columns = ["activation", "recipe", "σ_w²", "σ_b²", "q*", "χ₁", "phase", "ξ_c", "ξ_∇"]
    return Listing(
        title="What theory says of each recipe",
        note="q*: mean square of pre-activations that deep layers settle at. χ₁: factor on squared "
        "gradients per layer there. ξ_c, ξ_∇: layers over which correlations and squared "
        "gradients change by a factor e; ∞ where they do not, or not exponentially. Biases whose "
        "variance falls with the width count as none.",
        columns=[*columns, "what follows"],
        rows=rows,
        filters=("activation", "phase"),
        words=("recipe", "what follows"),
    )

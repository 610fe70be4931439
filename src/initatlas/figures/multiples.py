"""How are panels set side by side? In rows, each with axes of its own, under one heading."""

from collections.abc import Sequence

import altair as alt

from initatlas.figures.controls import Control, heading, parameters

PARTED = ", "  # where a panel's name may go on in another line
LINES = f"split(datum.value, '{PARTED}')"  # the name, if it does


def multiples(
    panel: alt.LayerChart,
    column: str,
    values: Sequence[object],
    columns: int,
    axes: tuple[str, str],
    choices: Sequence[Control],
) -> alt.FacetChart:
    """A panel for each value of a column, `columns` beside each other.

    axes: what the heading says of them, upwards and to the right.
    """
    header = alt.Header(labelExpr=f"narrow ? {LINES} : datum.value")
    facet = alt.Facet(f"{column}:N", sort=values, title=None, header=header)
    return (
        panel.facet(facet=facet, columns=columns)
        .resolve_axis(x="independent", y="independent")
        .properties(title=heading(*axes, choices))
        .add_params(*parameters(choices))
    )

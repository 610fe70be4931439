"""Where should single networks of finite width lie? Bands around theory, of 95 % of them."""

import altair as alt
import numpy as np
import pandas as pd

QUANTILE = 1.96  # of the normal distribution: 95 % lie within
FAINT, POINTED = 0.13, 0.4  # opacity of bands: dozens lie on each other
# Of logarithms, in decades: theory − β/2 ± 1.96 √β, the latter called spread.
SHIFT = np.log(10) / (2 * QUANTILE**2)  # β/2 from the spread, all in decades
CENTRE = f"datum.theory - {SHIFT:.4f} * datum.spread * datum.spread"
BAND = {"low": f"{CENTRE} - datum.spread", "high": f"{CENTRE} + datum.spread"}
# Of a statistic itself: theory ± 1.96 √β.
PLAIN = {"low": "datum.theory - datum.spread", "high": "datum.theory + datum.spread"}


def foreseen(log: pd.Series, beta: pd.Series) -> dict[str, pd.Series]:
    """Theory of infinitely wide networks, and 1.96 √β, all in decades.

    Logarithms of single networks of finite width are normal, of variance β: by β/2 their mean lies
    below the logarithm of the mean, which theory gives.
    """
    shown = plain(log.where(np.isfinite(log)), beta)
    return {name: values / np.log(10) for name, values in shown.items()}


def plain(theory: pd.Series, beta: pd.Series) -> dict[str, pd.Series]:
    """Theory of infinitely wide networks, and 1.96 √β, β the variance of the statistic itself."""
    return {"theory": theory, "spread": QUANTILE * np.sqrt(beta.clip(lower=0))}


def centre(rows: pd.DataFrame) -> pd.Series:
    """The middle of the band of a logarithm, in decades."""
    return rows.theory - SHIFT * rows.spread**2


def with_band(
    base: alt.Chart, hover: alt.Chart, y: dict, ends: dict[str, str]
) -> tuple[alt.Chart, alt.Chart]:
    """Bands with these ends, that of the initializer that is pointed at filled, and hover."""
    pointed = alt.selection_point(
        name="pointed", on="pointerover", clear="pointerout", fields=["initializer"], empty=False
    )
    band = (
        base.transform_filter("isValid(datum.spread)")
        .transform_calculate(**ends)
        .mark_area(clip=True)
        .encode(
            y=alt.Y("low:Q", **y),
            y2="high:Q",
            fillOpacity=alt.condition(pointed, alt.value(POINTED), alt.value(FAINT)),
        )
    )
    return band, hover.transform_calculate(**ends).add_params(pointed)


def said_of(frame: pd.DataFrame) -> str:
    """What a band is, for a caption."""
    if "spread" not in frame:
        return ""
    of_what = "single networks of this width should be, whose means over many"
    where = f" Bands: where, to first order in 1/width, 95 % of {of_what}"
    if "log10_value" in frame:
        return (
            f"{where} inputs scatter less than one input; geometric means of networks that differ "
            "much lie below their mean, which theory gives. Point at a dot for its band."
        )
    return (
        f"{where} pairs scatter less than one pair; of plain networks only. Point at a dot for its "
        "band."
    )

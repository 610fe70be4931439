"""What becomes of signals and gradients before training? Sentences as in `findings`."""

import math

import numpy as np
import pandas as pd

from initatlas.figures.words import counted, decades, interval, listed, number
from initatlas.report.evidence import Tables, deepest, growth, kept, single, whose
from initatlas.report.finding import Finding, Number

LN10 = float(np.log(10))
KEEPS = {"forward": "signal", "backward": "gradient"}


def gradient_growth(tables: Tables) -> list[Finding]:
    """How differently the best and the worst initializer treat the gradient of one activation."""
    rates = growth(single(deepest(tables["rates"])), "backward")
    rates = rates[np.isfinite(rates.ln) & np.isfinite(rates.half_width)]
    found = []
    for activation, cells in rates.groupby("activation", sort=False):
        best = cells.loc[cells.ln.abs().idxmin()]
        worst = cells.loc[cells.ln.abs().idxmax()]
        if abs(worst.ln) - worst.half_width > abs(best.ln) + best.half_width + LN10:
            found.append((abs(best.ln) <= LN10, abs(worst.ln), activation, best, worst))
    if not found:
        return []
    # The widest gap, of those where an initializer keeps the gradient, if there are any.
    _, _, activation, best, worst = max(found, key=lambda item: item[:2])
    text = (
        f"On its way through {counted(int(best.depth), 'layer')} of {activation}, the squared "
        f"gradient norm is multiplied by {_factor(best)} with {best.initializer}, and by "
        f"{_factor(worst)} with {worst.initializer}."
    )
    numbers = (_decades(best), _decades(worst))
    return [Finding(text=text, figure="gradient_norm", numbers=numbers)]


def _factor(cell: pd.Series) -> str:
    """What a cell multiplies its gradient by, and the interval; far off 1, how far off that is."""
    middle = decades(cell.ln / LN10)
    if middle.startswith("about"):
        return f"{middle} (95 %: to a factor of {number(math.exp(cell.half_width))})"
    low, high = (math.exp(cell.ln + sign * cell.half_width) for sign in (-1, 1))
    return f"{middle} (95 %: {interval(low, high, 2)})"


def _decades(cell: pd.Series) -> Number:
    """The factor as its logarithm: deep networks have factors beyond floating point."""
    layers = counted(int(cell.depth), "layer")
    return Number(
        name=f"log₁₀ of the factor on the squared gradient norm of {cell.activation}, "
        f"{cell.initializer}, {layers}",
        value=cell.ln / LN10,
        low=(cell.ln - cell.half_width) / LN10,
        high=(cell.ln + cell.half_width) / LN10,
    )


def keeping_both(tables: Tables) -> list[Finding]:
    """Which initializers keep both signal and gradient, for how many activations."""
    rates = single(deepest(tables["rates"]))
    if rates.activation.nunique() < 2 or rates.initializer.nunique() < 2:
        return []
    count = kept(rates).groupby(rates.initializer, sort=False).agg(["sum", "size"])
    count = count[count["size"] == count["size"].max()]  # of fewer activations: not to be compared
    best = count[count["sum"] == count["sum"].max()]
    layers = _layers(rates, tables)
    both = f"both signal and gradient within a factor of 10 over {layers}"
    numbers = tuple(
        Number(name=f"share of activations that {row.Index} keeps", value=row.kept / row.of)
        for row in count.rename(columns={"sum": "kept", "size": "of"}).itertuples()
    )
    if not best["sum"].max():
        text = f"No initializer keeps {both}."
        return [Finding(text=text, figure="activation_variance", numbers=numbers)]
    if len(best) == len(count):
        return []
    verb = "keeps" if len(best) == 1 else "each keep"
    worst = count[count["sum"] == count["sum"].min()]
    text = (
        f"{listed(list(best.index), 4)} {verb} {both} for {best['sum'].iloc[0]} of "
        f"{counted(int(best['size'].iloc[0]), 'activation')}, {listed(list(worst.index), 3)} for "
        f"{worst['sum'].iloc[0]}."
    )
    return [Finding(text=text, figure="activation_variance", numbers=numbers)]


def _layers(rates: pd.DataFrame, tables: Tables) -> str:
    """How many layers of what these rates are of: "64 layers of mlp networks"."""
    main = whose(tables["rates"])
    return counted(int(rates.depth.max()), "layer") + (f" of {main}networks" if main else "")


def _pairs(tables: Tables) -> pd.DataFrame:
    """Where signal and gradient are kept, side by side, of activations that have both."""
    zeros = deepest(tables["crossings"]).dropna(subset=["sigma_w2", "low", "high"])
    zeros = zeros[zeros.sigma_b2 == zeros.sigma_b2.min()]
    pairs = zeros.pivot_table(
        index="activation", columns="direction", values=["sigma_w2", "low", "high"], sort=False
    )
    if len(zeros) < 2 or {"forward", "backward"} - set(zeros.direction):
        return pd.DataFrame()
    return pairs.dropna()


def _keeping(pairs: pd.DataFrame, activation: str) -> list[Number]:
    """The σ_w² that keep the signal and the gradient of an activation."""
    row = pairs.loc[activation]
    return [
        Number(
            name=f"σ_w² that keeps the {what} of {activation}",
            value=row["sigma_w2", direction],
            low=row["low", direction],
            high=row["high", direction],
        )
        for direction, what in KEEPS.items()
    ]


def scaling(tables: Tables) -> list[Finding]:
    """Which σ_w² keeps signal and gradient: of ReLU, or else of the first activation."""
    pairs = _pairs(tables)
    if pairs.empty:
        return []
    name = "relu" if "relu" in pairs.index else pairs.index[0]
    signal, gradient = numbers = _keeping(pairs, name)
    text = (
        f"The weight variance that keeps the signal of {name} networks through "
        f"{counted(int(deepest(tables['crossings']).depth.iloc[0]), 'layer')} is measured at "
        f"σ_w² = {_measured(signal)}, that of the gradient at {_measured(gradient)}."
    )
    return [Finding(text=text, figure="variance_scaling", numbers=tuple(numbers))]


def _measured(found: Number) -> str:
    return f"{number(found.value, 3)} (95 %: {interval(found.low, found.high)})"


def torn(tables: Tables) -> list[Finding]:
    """Activations for which no one variance does both: the intervals lie apart."""
    pairs = _pairs(tables)
    if pairs.empty:
        return []
    low, high, zero = pairs["low"], pairs["high"], pairs["sigma_w2"]
    apart = (low.forward > high.backward) | (low.backward > high.forward)
    if not apart.any():
        return []
    gap = (np.log(zero.forward) - np.log(zero.backward)).abs()[apart]
    most = gap.idxmax()
    text = (
        f"Of {counted(len(pairs), 'activation')} whose signal and gradient can each be kept, no "
        f"single variance keeps both for {listed(list(gap.index), 8)}: {most} wants σ_w² = "
        f"{number(zero.forward[most], 3)} for its signal and {number(zero.backward[most], 3)} for "
        "its gradient, and their intervals do not meet."
    )
    numbers = tuple(found for name in gap.index for found in _keeping(pairs, name))
    return [Finding(text=text, figure="variance_scaling", numbers=numbers)]


def merging(tables: Tables) -> list[Finding]:
    """Activations whose networks merge inputs whatever the initializer, and those that do not."""
    rates = single(deepest(tables["rates"]))
    last = rates.correlation_last_mean
    whole = (last > 0.95).groupby(rates.activation, sort=False)
    always = [name for name, every in whole.all().items() if every]
    if not always or len(always) == rates.activation.nunique():
        return []
    others = rates[~rates.activation.isin(always)]
    start = number(rates.correlation_input_mean.mean())
    ends = others.correlation_last_mean
    text = (
        f"After {_layers(rates, tables)}, inputs of correlation {start} are nearly the "
        f"same (above 0.95) to {listed(always, 6)} networks with every initializer; with the other "
        f"activations the initializer decides: {number(ends.min())} to "
        f"{number(ends.max())}."
    )
    least = last.groupby(rates.activation, sort=False).min()
    numbers = tuple(
        Number(name=f"smallest correlation after the last layer of {name}", value=value)
        for name, value in least.items()
    )
    return [Finding(text=text, figure="correlation", numbers=numbers)]

"""Which networks train, and does their start decide? Sentences as in `findings`."""

import pandas as pd

from initatlas.figures.words import counted, listed, percent
from initatlas.report.evidence import Tables, kept, share_interval
from initatlas.report.finding import Finding, share
from initatlas.tables.columns import CELL_KEYS


def depth_limit(tables: Tables) -> list[Finding]:
    """How the share of networks that train falls with depth."""
    if "convergence" not in tables:
        return []
    rows = tables["convergence"]
    total = rows.groupby("depth")[["n_trained", "n_seeds"]].sum()
    if len(total) < 2:
        return []
    first, last = total.iloc[0], total.iloc[-1]
    if share_interval(*first)[0] <= share_interval(*last)[1]:
        return []
    text = (
        f"Each at its best learning rate, {_share(first)} of the networks of depth "
        f"{total.index[0]} train, but {_share(last)} of those of depth {total.index[-1]}."
    )
    numbers = tuple(
        share(f"share of networks of depth {depth} that train", row.n_trained, row.n_seeds)
        for depth, row in total.iterrows()
    )
    return [Finding(text=text, figure="final_accuracy", numbers=numbers)]


def _share(row: pd.Series) -> str:
    low, high = share_interval(row.n_trained, row.n_seeds)
    ends = f"{100 * low:.0f} to {100 * high:.0f} %"
    return (
        f"{percent(row.n_trained / row.n_seeds)} ({row.n_trained} of {row.n_seeds}; 95 %: {ends})"
    )


def start_decides(tables: Tables) -> list[Finding]:
    """Whether networks that keep signal and gradient at the start train more often."""
    if "convergence" not in tables:
        return []
    rates = tables["rates"].assign(kept=kept(tables["rates"]))
    joined = tables["convergence"].merge(rates[[*CELL_KEYS, "kept"]], on=list(CELL_KEYS))
    total = joined.groupby("kept")[["n_trained", "n_seeds"]].sum()
    if len(total) < 2:
        return []
    lost, held = total.loc[False], total.loc[True]
    if share_interval(*held)[0] <= share_interval(*lost)[1]:
        return []
    text = (
        "Where signal and gradient stay within a factor of 10 through the untrained network, "
        f"{_share(held)} of the networks train; where either does not, {_share(lost)}."
    )
    numbers = (
        share("share that trains where signal and gradient stay", held.n_trained, held.n_seeds),
        share("share that trains where either does not", lost.n_trained, lost.n_seeds),
    )
    return [Finding(text=text, figure="final_accuracy", numbers=numbers)]


def divergence(tables: Tables) -> list[Finding]:
    """How many networks diverged whatever the learning rate, and with what."""
    if "convergence" not in tables:
        return []
    rows = tables["convergence"]
    lost = rows[rows.n_diverged > 0]
    if lost.empty:
        return []
    total, networks = int(lost.n_diverged.sum()), int(rows.n_seeds.sum())
    names = list(dict.fromkeys(lost.initializer))
    depths = listed([str(depth) for depth in sorted(set(lost.depth))])
    text = (
        f"{total} of {counted(networks, 'trained network')} diverged at every learning rate, all "
        f"with {listed(names, 5)}, at depth {depths}."
    )
    numbers = (share("share of networks that diverge at every rate", total, networks),)
    return [Finding(text=text, figure="final_accuracy", numbers=numbers)]

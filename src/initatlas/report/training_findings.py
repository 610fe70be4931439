"""Which networks train, and which diverge? Sentences as in `findings`."""

import pandas as pd

from initatlas.figures.words import counted, listed, percent
from initatlas.report.evidence import Tables, kept, main, share_interval, trained_share, whose
from initatlas.report.finding import Finding, Number
from initatlas.tables.columns import CELL_KEYS


def depth_limit(tables: Tables) -> list[Finding]:
    """How the share of networks that train falls with depth."""
    if "convergence" not in tables:
        return []
    rows = main(tables["convergence"])
    first, last = (rows[rows.depth == depth] for depth in (rows.depth.min(), rows.depth.max()))
    if not _exceeds(first, last):
        return []
    text = (
        f"Each at its best learning rate, {_share(first)} of the {whose(tables['convergence'])}"
        f"networks of depth {first.depth.iloc[0]} train, but {_share(last)} of those of depth "
        f"{last.depth.iloc[0]}."
    )
    numbers = tuple(
        _trained(f"share of networks of depth {depth} that train", own)
        for depth, own in rows.groupby("depth")
    )
    return [Finding(text=text, figure="final_accuracy", numbers=numbers)]


def start_decides(tables: Tables) -> list[Finding]:
    """Whether networks that keep signal and gradient at the start train more often."""
    if "convergence" not in tables:
        return []
    rates = tables["rates"].assign(kept=kept(tables["rates"]))
    ends = main(tables["convergence"])
    joined = ends.merge(rates[[*CELL_KEYS, "kept"]], on=list(CELL_KEYS))
    held, lost = joined[joined.kept], joined[~joined.kept]
    if not _exceeds(held, lost):
        return []
    text = (
        "Where signal and gradient stay within a factor of 10 through the untrained network, "
        f"{_share(held)} of the {whose(tables['convergence'])}networks train; where either does "
        f"not, {_share(lost)}{_alone(held, lost)}."
    )
    numbers = (
        _trained("share that trains where signal and gradient stay", held),
        _trained("share that trains where either does not", lost),
    )
    return [Finding(text=text, figure="final_accuracy", numbers=numbers)]


def _alone(held: pd.DataFrame, lost: pd.DataFrame) -> str:
    """Both shares at the largest depth: shallow networks keep both and train, for either reason."""
    if pd.concat([held, lost]).depth.nunique() < 2:
        return ""
    depth = min(held.depth.max(), lost.depth.max())
    shares = [percent(trained_share(rows[rows.depth == depth])[0]) for rows in (held, lost)]
    return f"; at depth {depth} alone, {shares[0]} and {shares[1]}"


def _exceeds(more: pd.DataFrame, less: pd.DataFrame) -> bool:
    """Whether networks of these cells train more often than of those, beyond their intervals."""
    if more.empty or less.empty:
        return False
    return trained_share(more)[1] > trained_share(less)[2]


def _share(rows: pd.DataFrame) -> str:
    share, low, high = trained_share(rows)
    counts = f"{rows.n_trained.sum()} of {rows.n_seeds.sum()}, in {counted(len(rows), 'cell')}"
    return f"{percent(share)} ({counts}; 95 %: {100 * low:.0f} to {100 * high:.0f} %)"


def _trained(name: str, rows: pd.DataFrame) -> Number:
    share, low, high = trained_share(rows)
    return Number(name=name, value=share, low=low, high=high)


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
        f"{total} of {counted(networks, 'network')} diverged at every learning rate, all "
        f"with {listed(names, 5)}, at depth {depths}."
    )
    share = total / networks
    low, high = share_interval(share * len(rows), len(rows))  # of cells, as in trained_share
    name = "share of networks that diverge at every rate"
    numbers = (Number(name=name, value=share, low=low, high=high),)
    return [Finding(text=text, figure="learning_rates", numbers=numbers)]

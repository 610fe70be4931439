"""Do two numbers of a cell go together? Spearman's ρ, Kendall's τ_b and AUC, for all resamples.

All are of ranks, so that an infinite value is the largest (or the smallest) and no more. Ties have
their mean rank. A resample is a row of counts (`resampling`): a cell drawn twice is two cells that
tie with each other in everything.
"""

import numpy as np
from jaxtyping import Float, Int
from scipy.special import stdtr

Counts = Float[np.ndarray, "resample cell"]
Ranks = Float[np.ndarray, "*each resample cell"]


def dense_ranks(values: Float[np.ndarray, "*each cell"]) -> Int[np.ndarray, "*each cell"]:
    """0 for the smallest value, 1 for the next …; equal values share one.

    Raises:
        ValueError: a value is NaN: it says nothing, and has no rank.
    """
    values = np.asarray(values, dtype=float)
    if np.isnan(values).any():
        raise ValueError("NaN has no rank; leave out the cells without a value")
    rows = values.reshape(-1, values.shape[-1])
    found = [np.unique(row, return_inverse=True)[1] for row in rows]
    return np.array(found, dtype=int).reshape(values.shape)


def mean_ranks(codes: Int[np.ndarray, " cell"], counts: Counts) -> Counts:
    """Cells below, plus half of those that tie, in each resample; codes are dense ranks."""
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    tied = np.add.reduceat(counts[:, order], starts, axis=1)
    return (np.cumsum(tied, axis=1) - tied / 2)[:, codes]


def spearman(
    first: Int[np.ndarray, "first cell"], second: Int[np.ndarray, "second cell"], counts: Counts
) -> Float[np.ndarray, "first second resample"]:
    """ρ: Pearson's correlation of mean ranks. NaN where one of both is constant."""
    a, b = (_standardized(codes, counts) for codes in (first, second))
    return np.clip(np.moveaxis(a @ b.mT, 0, -1), -1, 1)


def _standardized(
    codes: Int[np.ndarray, "each cell"], counts: Counts
) -> Float[np.ndarray, "resample each cell"]:
    """Ranks with mean 0 and length 1 in each resample, times the root of their cells' counts."""
    ranks = np.stack([mean_ranks(row, counts) for row in codes], axis=1)
    share = counts / counts.sum(axis=1, keepdims=True)
    ranks -= (share[:, None] @ ranks.mT).mT  # the mean is n/2, whatever the ties
    weighted = ranks * np.sqrt(counts)[:, None]
    length = np.linalg.norm(weighted, axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        # Half a rank is the least that two cells which differ can be off their mean.
        return weighted / np.where(length > 0.25, length, np.nan)


def kendall(
    first: Int[np.ndarray, "first cell"], second: Int[np.ndarray, "second cell"], counts: Counts
) -> Float[np.ndarray, "first second resample"]:
    """τ_b = (concordant − discordant) / √(pairs untied in the one × pairs untied in the other).

    NaN where one of both is constant.
    """
    # Counts and signs are small whole numbers, and their sums up to 2²⁴ are exact in float32.
    narrow = counts.astype(np.float32)
    signs = [np.sign(row[:, None] - row).astype(np.float32) for row in second]
    untied = [np.stack([_untied(row, counts) for row in codes]) for codes in (first, second)]
    balance = np.empty((len(first), len(second), len(counts)))
    for i, row in enumerate(first):
        sign = np.sign(row[:, None] - row).astype(np.float32)
        for j, other in enumerate(signs):
            balance[i, j] = np.einsum("rc,rc->r", narrow @ (sign * other), counts) / 2
    pairs = np.sqrt(untied[0][:, None] * untied[1])
    return np.divide(balance, pairs, out=np.full_like(balance, np.nan), where=pairs > 0)


def _untied(codes: Int[np.ndarray, " cell"], counts: Counts) -> Float[np.ndarray, " resample"]:
    """Pairs of cells that differ, in each resample: (n² − Σ t²) / 2 with t the sizes of ties."""
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    tied = np.add.reduceat(counts[:, order], starts, axis=1)
    return (counts.sum(axis=1) ** 2 - (tied**2).sum(axis=1)) / 2


def auc(
    codes: Int[np.ndarray, "each cell"], positive: np.ndarray, counts: Counts
) -> Float[np.ndarray, "each resample"]:
    """P(a positive cell has the larger value) + ½ P(both have the same): Mann & Whitney's U.

    Below ½ where *small* values go with positive cells, so |AUC − ½| is the strength and its sign
    the direction. NaN where all cells are positive, or none.
    """
    chosen = counts[:, positive]
    n, m = chosen.sum(axis=1), counts[:, ~positive].sum(axis=1)
    ranks = np.stack([mean_ranks(row, counts)[:, positive] for row in codes])
    larger = np.einsum("erc,rc->er", ranks, chosen) - n**2 / 2  # less the pairs of positive cells
    return np.divide(larger, n * m, out=np.full_like(larger, np.nan), where=n * m > 0)


def rank_test(rho: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Two-sided p of a Spearman correlation, if there were none: t = ρ √((n − 2)/(1 − ρ²)).

    Student's t with n − 2 degrees of freedom (Kendall & Stuart); NaN for less than four cells.
    """
    freedom = np.where(np.asarray(cells) > 3, np.asarray(cells, dtype=float) - 2, np.nan)
    rho = np.asarray(rho, dtype=float)
    with np.errstate(divide="ignore"):
        t = np.abs(rho) * np.sqrt(freedom / np.maximum((1 - rho) * (1 + rho), 0))
    return 2 * stdtr(freedom, -t)


def holm(p: Float[np.ndarray, " test"]) -> Float[np.ndarray, " test"]:
    """p-values for all tests together (Holm 1979): below α with probability α if all are void.

    NaN, a test that was not made, stays so and costs the others nothing.
    """
    adjusted = np.full(len(p), np.nan)
    made = np.flatnonzero(~np.isnan(p))
    order = made[np.argsort(p[made], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted

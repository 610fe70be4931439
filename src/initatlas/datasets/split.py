"""Which points are kept for testing? A fifth, drawn at random, of every class its share."""

import numpy as np

TEST_SHARE = 0.2


def training_size(points: int) -> int:
    """Points that are left for training."""
    return points - round(TEST_SHARE * points)


def stratified(rng: np.random.Generator, labels: np.ndarray, count: int) -> np.ndarray:
    """Mask of `count` points in which the classes are as frequent as in all of them.

    Whole numbers of points cannot be exactly so: what rounding down leaves over goes to the
    classes that it took most from, of equals to the first.
    """
    classes, members = np.unique(labels, return_inverse=True)
    exact = np.bincount(members, minlength=len(classes)) * (count / len(labels))
    counts = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: count - counts.sum()]] += 1
    chosen = np.zeros(len(labels), dtype=bool)
    for number, size in enumerate(counts):
        chosen[rng.permutation(np.flatnonzero(members == number))[:size]] = True
    return chosen

"""Which points are kept for testing? A fifth, drawn at random, of every class its share."""

import numpy as np

TEST_SHARE = 0.2


def training_size(points: int) -> int:
    """Points that are left for training."""
    return points - round(TEST_SHARE * points)


def stratified(rng: np.random.Generator, labels: np.ndarray) -> np.ndarray:
    """Mask of the test points.

    Classes get whole numbers of test points that add up to the exact share: what rounding down
    leaves over goes to the classes that it took most from, of equals to the first.
    """
    classes, members = np.unique(labels, return_inverse=True)
    exact = TEST_SHARE * np.bincount(members, minlength=len(classes))
    counts = np.floor(exact).astype(int)
    left = len(labels) - training_size(len(labels)) - counts.sum()
    counts[np.argsort(counts - exact, kind="stable")[:left]] += 1
    test = np.zeros(len(labels), dtype=bool)
    for number, count in enumerate(counts):
        test[rng.permutation(np.flatnonzero(members == number))[:count]] = True
    return test

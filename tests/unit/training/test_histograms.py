"""Every value falls into exactly one bin, the broken ones into the last."""

import numpy as np
import torch

from initatlas.training.histograms import Bins


def test_counts_are_numpys_with_the_outside_and_the_broken_counted_apart():
    values = torch.randn(3, 5, 400, dtype=torch.float64) * 2
    values[0, 0, :3] = torch.tensor([torch.nan, torch.inf, -torch.inf])
    counts = Bins(low=-3.0, high=3.0, bins=24).count(values).numpy()
    assert (counts.sum(axis=1) == 2000).all()
    assert counts[0, -1] == 1
    for network, row in enumerate(values.flatten(1).numpy()):
        inside, _ = np.histogram(row[np.isfinite(row)], bins=24, range=(-3, 3))
        np.testing.assert_array_equal(counts[network, 1:-2], inside)
        assert counts[network, 0] == np.count_nonzero(row < -3)
        assert counts[network, -2] == np.count_nonzero(row >= 3)

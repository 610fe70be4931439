"""Batch normalization: mean 0 and variance 1 over the points of a batch, for each unit alone.

Of a convolution's channel all positions count as points.
"""

from initatlas.normalizations.base import Normalization

BATCH_NORM = Normalization(
    name="batch_norm",
    arrange=lambda z, points: z,
    axis=1,
    shared=True,
    source="Ioffe & Szegedy 2015",
)

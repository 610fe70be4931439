"""Layer normalization: mean 0 and variance 1 over the units of a layer, for each point alone."""

from initatlas.normalizations.base import Normalization

LAYER_NORM = Normalization(
    name="layer_norm",
    arrange=lambda z, points: z.view(z.shape[0], points, -1),
    axis=2,
    shared=False,
    source="Ba, Kiros & Hinton 2016",
)

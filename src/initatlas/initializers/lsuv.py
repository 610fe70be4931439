"""Layer-sequential unit variance: orthogonal weights, scaled by what the data does to them."""

from initatlas.distributions.orthogonal import ORTHOGONAL
from initatlas.initializers.base import Initializer

LSUV = Initializer(
    name="lsuv",
    distribution=ORTHOGONAL,
    sigma_w2=1.0,
    # z is linear in W and biases are 0, so that one division does what the paper iterates.
    rescale=lambda z: z.var(dim=(1, 2), correction=0).rsqrt(),
    source="Mishkin & Matas 2016, algorithm 1",
)

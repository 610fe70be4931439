"""Does a record do what it says? A few numbers tell, before a job finds out."""

import numpy as np

from initatlas.costs import TAPS
from initatlas.distributions import Distribution, WeightLayer
from initatlas.references import load_object


def try_activation(record: object) -> str:
    """What is wrong with a user's φ, or "": it must give as many numbers as it is given."""
    z = load_object("torch:linspace")(-3, 3, 7)  # torch is there: the record's module needs it
    try:
        values = record.phi(z)
    except Exception as error:  # the user's code: it may raise anything
        return f"phi raises {type(error).__name__}: {error}"
    if type(values) is not type(z) or values.shape != z.shape or values.dtype != z.dtype:
        return f"phi must give {_described(z)} where it is given one; got {_described(values)}"
    return ""


def try_width(distribution: Distribution, width: int, channels: int | None = None) -> str:
    """Why weights for this width cannot be drawn, or "".

    A layer with one input costs nothing; a kernel has the image's channels.
    """
    fans = {"fan_in": 1} if channels is None else {"fan_in": TAPS * channels, "kernel": TAPS}
    layer = WeightLayer(fan_out=width, first=True, **fans)
    try:
        weight = distribution.draw(np.random.default_rng(0), layer)
    except Exception as error:  # the user's code: it may raise anything
        return f"{type(error).__name__}: {error}"
    if np.shape(weight) != (width, layer.fan_in):
        expected = (width, layer.fan_in)
        return f"its weights must be (fan_out, fan_in) = {expected}; got {np.shape(weight)}"
    if not np.isfinite(weight).all():
        return "its weights must be finite"
    return ""


def _described(values: object) -> str:
    shape, dtype = getattr(values, "shape", ""), getattr(values, "dtype", "")
    return f"{type(values).__name__} {tuple(shape)} {dtype}".strip()

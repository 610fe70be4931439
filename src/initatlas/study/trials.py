"""Does a record do what it says? A few numbers tell, before a job finds out."""

from collections.abc import Callable, Mapping

import numpy as np

from initatlas.costs import TAPS
from initatlas.datasets.base import Dataset
from initatlas.distributions import Distribution, WeightLayer
from initatlas.quantities import Quantity
from initatlas.references import load_object
from initatlas.study.problems import show


def try_activation(record: object) -> str:
    """What is wrong with a user's φ or φ′, or "": each gives as many numbers as it is given."""
    named = {"phi": record.phi, "derivative": record.derivative}
    complaints = (_try_elementwise(name, f) for name, f in named.items() if f is not None)
    return next(filter(None, complaints), "")


def _try_elementwise(name: str, function: Callable) -> str:
    z = load_object("torch:linspace")(-3, 3, 7)  # torch is there: the record's module needs it
    given = z.clone()
    try:
        values = function(z)
    except Exception as error:  # the user's code: it may raise anything
        return f"{name} raises {type(error).__name__}: {error}"
    if type(values) is not type(z) or values.shape != given.shape or values.dtype != given.dtype:
        wanted = _described(given)
        return f"{name} must give {wanted} where it is given one; got {_described(values)}"
    if not z.equal(given):
        return f"{name} must leave what it is given as it is"
    return ""


def try_options(record: Dataset, options: Mapping[str, int | float]) -> str:
    """What a data set says is wrong with its options, or is wrong with what it says, or ""."""
    try:
        complaint = record.complaint(options)
        size = record.training_points and record.training_points(options)
    except Exception as error:  # the user's code: it may raise anything
        return f"its options cannot be judged: {type(error).__name__}: {error}"
    if complaint:
        return complaint
    if size is not None and (type(size) is not int or size < 1):
        return f"training_points must give a number of points, 1 or more; it gives {show(size)}"
    return ""


def try_dataset(record: Dataset) -> str:
    """What is wrong with what a user's data set says of itself, or ""."""
    if not isinstance(record.options, Mapping) or not all(
        isinstance(value, Quantity) for value in record.options.values()
    ):
        return f"options must be a mapping of names to Quantity; got {show(record.options)}"
    sizes = record.shape
    positive = isinstance(sizes, tuple) and all(type(n) is int and n > 0 for n in sizes)
    if sizes is not None and (not positive or len(sizes) != 3):
        return f"shape must be (channels, height, width), or None; got {show(sizes)}"
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

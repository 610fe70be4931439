"""What do data sets in the plane share? A number of points, and how far these scatter."""

from initatlas.datasets.base import Dataset, Load, Options
from initatlas.datasets.split import training_size
from initatlas.quantities import Quantity

OPTIONS = {
    "points": Quantity(
        meaning="the number of points, of both classes together",
        whole=True,
        low=10,
        high=10_000_000,
        example=1000,
    ),
    "noise": Quantity(
        meaning="the standard deviation of the points around their curve",
        low=0,
        high=1e6,
        example=0.1,
    ),
}


def _training_points(options: Options) -> int:
    return training_size(options["points"])


def in_the_plane(*, name: str, load: Load, source: str) -> Dataset:
    """Two classes in two dimensions: small enough to draw what a network makes of them."""
    return Dataset(
        name=name,
        load=load,
        options=OPTIONS,
        training_points=_training_points,
        source=source,
    )

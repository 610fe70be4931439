"""How are networks measured and trained? The sections of a study that hold such settings."""

from collections.abc import Mapping

from initatlas.quantities import Quantity, plain
from initatlas.study import numbers
from initatlas.study.entries import Entry
from initatlas.study.optimizers import optimizers
from initatlas.study.place import Place
from initatlas.study.problems import show

DTYPES = ("float32", "float64")
DTYPE = {"dtype": f"number format, {' or '.join(DTYPES)}"}
HISTOGRAM = {
    "bins": "the number of bins between the ends of a range, such as 60",
    "activations": "range of φ(z), such as [-6.0, 6.0]",
    "weights": "range of W √fan_in, such as [-6.0, 6.0]",
}
# Pairs of points are enumerated: of 10,000 there are 5·10⁷.
MOST_POINTS = 10_000


def count(meaning: str, low: int, example: int, high: int = 10**9) -> Quantity:
    """A whole number of something."""
    return Quantity(meaning=meaning, whole=True, low=low, high=high, example=example)


MEASUREMENT = {
    "points": count("the number of evaluation points", 2, 128, MOST_POINTS),
    "pairs": count("the number of pairs of each kind", 1, 32, MOST_POINTS),
    "pair_correlation": Quantity(
        meaning="c⁰, the cosine between the points of a pair,", low=-1, high=1, example=0.5
    ),
}
OUTCOMES = {
    "threshold": Quantity(
        meaning="the training accuracy that counts as trained", above=0, high=1, example=0.9
    ),
    "window": count("the number of mini-batches averaged over", 1, 20),
    "blow_up": Quantity(
        meaning="the multiple of its start above which a final loss counts as diverged",
        above=1,
        default=10.0,
    ),
}
TRAINING = {
    "steps": count("the number of updates", 1, 500),
    "batch_size": count("the number of points of a mini-batch", 1, 64),
    "records": count("the number of recorded steps, the first and the last included,", 2, 12),
    "points": count("the number of evaluation points", 2, 64, MOST_POINTS),
    "loss_points": count("the number of points that recorded losses are taken over", 1, 256),
}
BINS = count("the number of bins", 1, 60, 100_000)
END = Quantity(meaning="an end of the range", low=-1e6, high=1e6)
SECTION = {
    **DTYPE,
    "optimizers": "list of optimizers, such as [sgd: {learning_rates: [0.03]}]",
    **numbers.required(TRAINING),
    "histogram": "bins and ranges of the histograms of activations and weights",
}
GRID = {"grid": "axes of the networks that are trained, where these are not all"}

MEASURED = DTYPE | numbers.required(MEASUREMENT)
PLANE_GRID = {"grid": "axes of the plane's networks; those left out are the study's"}
MEASURED_GRID = {"grid": "axes of the networks that are measured, where these are not all"}


def measurement(given: Mapping[str, Place]) -> Entry:
    """How networks are measured at initialization, but for the grid of those that are."""
    return {"dtype": given["dtype"].choice(DTYPES, "dtype")} | numbers.read(given, MEASUREMENT)


def outcomes(place: Place) -> Entry:
    """What counts as trained."""
    return numbers.read_all(place, OUTCOMES)


def training(given: Mapping[str, Place]) -> Entry:
    """How networks are trained, but for the grid of those that are."""
    plan = {
        "dtype": given["dtype"].choice(DTYPES, "dtype"),
        "optimizers": optimizers(given["optimizers"]),
        **numbers.read(given, TRAINING),
        "histogram": _histogram(given["histogram"]),
    }
    steps, records = plan["steps"], plan["records"]
    if steps and records and records > steps + 1:
        given["records"].problem(
            f"{records} records do not fit into the start and {steps} steps; "
            f"take {steps + 1} or fewer, or more steps"
        )
    return plan


def _histogram(place: Place) -> Entry:
    given = place.section(HISTOGRAM)
    ranges = {name: _range(given[name]) for name in ("activations", "weights")}
    return {"bins": given["bins"].quantity(BINS)} | ranges


def _range(place: Place) -> list[float] | None:
    """The two ends of a range, the lower first."""
    if not isinstance(place.value, list | tuple) or len(place.value) != 2:
        place.problem(f"must be [low, high], the ends of a range; got {show(place.value)}")
        return None
    ends = [place.at(f"[{i}]", value).quantity(END) for i, value in enumerate(place.value)]
    if None in ends:
        return None
    low, high = ends
    if low >= high:
        fix = f"; write [{plain(high)}, {plain(low)}]" if low > high else ""
        place.problem(f"must be [low, high] with low < high; got {show(place.value)}{fix}")
    return ends

"""Of which networks are the spectra measured, and on how many points? The `spectra` section."""

from collections.abc import Mapping, Sequence

from initatlas.quantities import Quantity
from initatlas.study import numbers
from initatlas.study.axes import Axes
from initatlas.study.entries import Entry
from initatlas.study.place import Place

SPECTRA = {
    "points": Quantity(
        meaning="the number of points whose Jacobians are taken", whole=True, low=1, example=4
    ),
    "kernel_points": Quantity(
        meaning="the number of points of tangent kernels", whole=True, low=2, example=32
    ),
}
LAYERED = ("mlp",)  # architectures whose Jacobian is a product of layers, as spectra.jacobian says
SECTION = numbers.required(SPECTRA)
GRID = {"grid": "axes of the networks whose spectra are measured, where these are not all"}


def spectra(given: Mapping[str, Place]) -> Entry:
    """On how many of the evaluation points spectra are measured."""
    return numbers.read(given, SPECTRA)


def check(place: Place, plan: Entry, available: int | None, parts: Sequence[Axes]) -> None:
    """They are some of the points that `measurement` takes; the networks are plain ones."""
    others = [e["name"] for part in parts for e in part.architectures if e["name"] not in LAYERED]
    for name in dict.fromkeys(others):
        place.problem(
            f"spectra are known of {', '.join(LAYERED)} only, not of '{name}'; "
            f"name architectures: [{LAYERED[0]}] in each grid of spectra"
        )
    for name, points in plan.items():
        if points and available and points > available:
            place.at(name, points).problem(
                f"must be at most {available}, the evaluation points of measurement; got {points}"
            )

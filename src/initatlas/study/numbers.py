"""How are numbers read that belong together? By name, each within the limits of its quantity."""

from collections.abc import Mapping

from initatlas.quantities import Quantity
from initatlas.study.place import Place

Quantities = Mapping[str, Quantity]


def required(quantities: Quantities) -> dict[str, str]:
    """Name and meaning of the numbers that have no default."""
    return {name: _described(q) for name, q in quantities.items() if q.default is None}


def optional(quantities: Quantities) -> dict[str, str]:
    """Name and meaning of the numbers that have a default."""
    return {name: _described(q) for name, q in quantities.items() if q.default is not None}


def read(given: Mapping[str, Place], quantities: Quantities) -> dict[str, int | float | None]:
    """The numbers, those left out at their default; None for each that is not what it should be."""
    return {
        name: given[name].quantity(q) if name in given else q.default
        for name, q in quantities.items()
    }


def read_all(place: Place, quantities: Quantities) -> dict[str, int | float | None]:
    """The numbers of a section that holds nothing else."""
    return read(place.section(required(quantities), optional(quantities)), quantities)


def _described(quantity: Quantity) -> str:
    such = "" if quantity.example is None else f", such as {quantity.example}"
    return f"{quantity.meaning}{such}"

"""Which optimizers train, and at which rates? One entry for each optimizer and learning rate."""

from collections.abc import Mapping
from dataclasses import replace

from initatlas.quantities import Quantity
from initatlas.study import numbers
from initatlas.study.entries import Entry
from initatlas.study.place import Place

# Known here and not asked of the optimizers' records, which import torch; a test compares the two.
OPTIMIZERS = {
    "sgd": {"momentum": Quantity(meaning="momentum μ", low=0, below=1, default=0.0)},
    "adam": {
        "beta1": Quantity(meaning="β₁", low=0, below=1, default=0.9),
        "beta2": Quantity(meaning="β₂", low=0, below=1, default=0.999),
        "epsilon": Quantity(meaning="ε", above=0, default=1e-8),
    },
}
RATES = {"learning_rates": "list of step sizes, such as [0.03]"}
RELATIVE_RATES = {
    "relative_learning_rates": "list of step sizes in units of 2/λ_max, such as [0.5, 2.0]"
}
RATE = {
    "learning_rates": Quantity(meaning="a learning rate", above=0),
    "relative_learning_rates": Quantity(meaning="a learning rate in units of 2/λ_max", above=0),
}
# The steps of others are not in proportion to the gradient, which is what 2/λ_max bounds.
IN_PROPORTION = ("sgd",)


def optimizers(place: Place, *, relative: bool = False) -> list[Entry]:
    """The optimizers of a list; their rates may be relative ones where that is said."""
    # Tables tell runs apart by optimizer and learning rate: no optimizer can be there twice.
    found = place.listing(
        lambda item: _optimizer(item, relative), identity=lambda runs: runs[0]["name"]
    )
    return [run for runs in found for run in runs]


def _optimizer(place: Place, relative: bool) -> list[Entry] | None:
    name, settings = place.named("an optimizer")
    if name is None:
        return None
    if name not in OPTIMIZERS:
        replace(place, value=name).choice(OPTIMIZERS, "optimizer")
        return None
    quantities, settings = OPTIMIZERS[name], settings or place.at(name, {})
    either = relative and name in IN_PROPORTION
    known = numbers.optional(quantities)
    if either:
        given = settings.section({}, RATES | RELATIVE_RATES | known)
    else:
        given = settings.section(RATES, known)
    options = numbers.read(given, quantities)
    kind = _kind(settings, given)
    if kind is None:
        return None
    rates = given[kind].listing(lambda p: p.quantity(RATE[kind]), identity=float)
    return [{"name": name, kind.removesuffix("s"): rate} | options for rate in rates] or None


def _kind(settings: Place, given: Mapping[str, Place]) -> str | None:
    """Which of the two kinds of rates is given."""
    kinds = [kind for kind in RATE if kind in given]
    if len(kinds) == 1:
        return kinds[0]
    if kinds:
        settings.problem(f"give {' or '.join(kinds)}, not both: tables tell runs apart by one")
    else:
        both = "; or ".join(f"'{n}': {what}" for n, what in (RATES | RELATIVE_RATES).items())
        settings.problem(f"missing key {both}")
    return None

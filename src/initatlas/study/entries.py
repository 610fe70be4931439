"""What does an entry of a list of names become? The plain values by which a job knows it."""

from collections.abc import Mapping
from dataclasses import replace

from initatlas.initializers.base import MODES, Initializer
from initatlas.quantities import Quantity
from initatlas.study import numbers
from initatlas.study.names import OWN, is_reference, known, own_name, own_object, records
from initatlas.study.place import Place
from initatlas.study.problems import show
from initatlas.study.trials import try_activation, try_dataset, try_options

Entry = dict[str, object]

SIGMA_W2 = Quantity(meaning="σ_w², a variance,", low=0)
SIGMA_B2 = Quantity(meaning="σ_b², a variance,", low=0)
SWEPT = {"sigma_w2": "list of σ_w² (weight variance times fan), such as [1.0, 2.0]"}
BIASES = {"sigma_b2": "list of σ_b² (bias variance); [0.0] if left out"}
ARCHITECTURE = {
    "base": "an architecture, such as mlp",
    "normalization": "what is applied before φ: layer_norm or batch_norm",
}
RECIPE = {"distribution": "a distribution of mean 0 and variance 1", **SWEPT}
MODE = {"mode": f"one of {', '.join(MODES)}; fan_in if left out"}


def architecture(place: Place) -> Entry | None:
    """One of our architectures, or a recipe of the study's own: one of ours with an option."""
    if not isinstance(place.value, Mapping):
        also = "; a recipe of your own as 'name: {base: …, normalization: …}'"
        name = place.choice(known("networks"), "architecture", also=also)
        return None if name is None else {"name": name}
    name, settings = place.named("an architecture")
    if name is None:
        return None
    given = settings.section(ARCHITECTURE)
    entry = {
        "name": own_name(settings, name, "networks"),
        "base": given["base"].choice(known("networks"), "architecture"),
        "normalization": given["normalization"].choice(known("normalizations"), "normalization"),
    }
    return None if None in entry.values() else entry


def activation(place: Place) -> Entry | None:
    """One of our activations, or the user's own."""
    if isinstance(place.value, str) and is_reference(place.value):
        return _own_activation(place, place.value)
    name = place.choice(known("activations"), "activation", also=OWN)
    return None if name is None else {"name": name}


def initializer(place: Place) -> Entry | None:
    """One of our initializers, a recipe of the study's own, or the user's own record."""
    name, settings = place.named("an initializer")
    if name is None:
        return None
    if is_reference(name):
        record = own_object(place, name, "initializers")
        entry = record and {"name": record.name, "object": name}
        return entry and _with_sweep(place, entry, record, settings)
    ours = records("initializers")
    if _is_recipe(settings):
        return _recipe(settings, name)
    if name in ours:
        return _with_sweep(place, {"name": name}, ours[name], settings)
    also = f"{OWN}; a recipe of your own as 'name: {{distribution: …, mode: …, sigma_w2: […]}}'"
    got = f"; got {show(settings.value)}" if settings else ""
    replace(place, value=name).choice(ours, "initializer", also=also + got)
    return None


def dataset(place: Place) -> Entry | None:
    """One of our data sets with its options, or the user's own."""
    name, settings = place.named("a data set")
    if name is None:
        return None
    if is_reference(name):
        record = own_object(place, name, "datasets")
        entry = record and {"name": record.name, "object": name}
    else:
        ours = records("datasets")
        record = ours.get(name)
        entry = {"name": name}
        if record is None:
            replace(place, value=name).choice(ours, "data set", also=OWN)
    complaint = record and is_reference(name) and try_dataset(record)
    if complaint:
        place.problem(f"'{name}': {complaint}")
    if record is None or complaint:
        return None
    options = _options(settings or place.at(name, {}), record.options)
    if options is None:
        return None
    complaint = try_options(record, options)
    if complaint:
        place.problem(f"{complaint}; got {show(options)}")
        return None
    return entry | options


def variances(place: Place, quantity: Quantity) -> list[float]:
    """A list of variances, each once."""
    return list(place.listing(lambda item: item.quantity(quantity), identity=lambda value: value))


def _options(place: Place, quantities: Mapping[str, Quantity]) -> dict[str, object] | None:
    """All options of a data set; None if one of them is missing or wrong."""
    if not quantities and place.value != {}:
        place.problem(f"takes no options; got {show(place.value)}")
        return None
    options = numbers.read_all(place, quantities)
    return None if None in options.values() else options


def _is_recipe(settings: Place | None) -> bool:
    value = settings and settings.value
    return isinstance(value, Mapping) and "distribution" in value


def _own_activation(place: Place, reference: str) -> Entry | None:
    record = own_object(place, reference, "activations")
    if record is None:
        return None
    complaint = try_activation(record)
    if complaint:
        place.problem(f"'{reference}': {complaint}")
        return None
    return {"name": record.name, "object": reference}


def _with_sweep(
    place: Place, entry: Entry, record: Initializer, settings: Place | None
) -> Entry | None:
    """The entry with the variances that the study sets, where the record leaves them open."""
    if record.architectures:
        entry |= {"architectures": list(record.architectures)}
    if record.swept:
        return entry | _sweep((settings or place.at(record.name, {})).section(SWEPT, BIASES))
    if settings is None:
        return entry
    fixed = "the activation decides its variances"
    if record.sigma_w2 is not None:
        fixed = f"its σ_w² is fixed at {record.sigma_w2:g}"
    settings.problem(
        f"takes no settings, {fixed}; sweep 'gaussian', or write a recipe with a distribution; "
        f"got {show(settings.value)}"
    )
    return None


def _recipe(place: Place, name: str) -> Entry | None:
    given = place.section(RECIPE, MODE | BIASES)
    entry = {
        "name": own_name(place, name, "initializers"),
        "distribution": given["distribution"].choice(known("distributions"), "distribution"),
        "mode": given["mode"].choice(MODES, "mode") if "mode" in given else MODES[0],
        **_sweep(given),
    }
    return None if None in entry.values() else entry


def _sweep(given: Mapping[str, Place]) -> Entry:
    biases = variances(given["sigma_b2"], SIGMA_B2) if "sigma_b2" in given else [0.0]
    return {"sigma_w2": variances(given["sigma_w2"], SIGMA_W2), "sigma_b2": biases}

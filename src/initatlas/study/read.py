"""How is a configuration read? Section by section, into plain values with nothing left unsaid."""

import math
from collections.abc import Mapping

from initatlas import names
from initatlas.datasets import DATASETS
from initatlas.initializers import INITIALIZERS, MODES, Initializer
from initatlas.study.problems import Problems, show
from initatlas.training.options import OPTIMIZER_OPTIONS

Named = dict[str, object]
RECIPE = ("distribution", "mode", "sigma_w2", "sigma_b2")


def named(value: object) -> tuple[object, object]:
    """`name` or `name: options` as (name, options)."""
    if isinstance(value, Mapping) and len(value) == 1:
        return next(iter(value.items()))
    return value, None


def activation(problems: Problems, key: str, value: object) -> Named:
    """A built-in activation, or the user's own."""
    if isinstance(value, str) and ":" in value:
        return names.own_object(problems, key, value, "activations")
    return {"name": problems.choice(key, value, names.known("activations"), "activation")}


def architecture(problems: Problems, key: str, value: object) -> str:
    """A built-in architecture."""
    return problems.choice(key, value, names.known("networks"), "architecture")


def dataset(problems: Problems, value: object) -> Named:
    """A built-in data set with its options filled in, or the user's own."""
    name, options = named(value)
    if isinstance(name, str) and ":" in name:
        return names.own_object(problems, "dataset", name, "datasets")
    name = problems.choice("dataset", name, DATASETS, "data set")
    if name not in DATASETS:
        return {"name": name}
    defaults = DATASETS[name].options
    given = problems.section(f"dataset.{name}", options or {}, (), defaults)
    for option, default in defaults.items():
        chosen = given.get(option, default)
        key = f"dataset.{name}.{option}"
        if isinstance(default, int):
            given[option] = problems.whole(key, chosen, 2, option)
        else:
            given[option] = problems.number(key, chosen, 0, math.inf, option)
    return {"name": name} | given


def initializer(problems: Problems, key: str, value: object) -> Named:
    """A built-in initializer, a recipe of the study's own, or the user's own object."""
    name, options = named(value)
    if isinstance(name, str) and ":" in name and options is None:
        return names.own_object(problems, key, name, "initializers")
    if isinstance(options, Mapping) and "distribution" in options:
        return _recipe(problems, key, name, options)
    name = problems.choice(key, name, INITIALIZERS, "initializer")
    if name not in INITIALIZERS:
        return {"name": name}
    return {"name": name} | _sweep(problems, f"{key}.{name}", INITIALIZERS[name], options)


def _sweep(problems: Problems, key: str, record: Initializer, options: object) -> Named:
    if not record.swept:
        if options is not None:
            problems.add(
                key,
                f"'{record.name}' fixes its variances and takes no options; sweep 'gaussian', "
                f"or write a recipe with a distribution; got {show(options)}",
            )
        return {}
    section = {} if options is None else options
    given = problems.section(key, section, ("sigma_w2",), ("sigma_b2",))
    return {
        "sigma_w2": variances(problems, f"{key}.sigma_w2", given.get("sigma_w2", [1.0])),
        "sigma_b2": variances(problems, f"{key}.sigma_b2", given.get("sigma_b2", [0.0])),
    }


def _recipe(problems: Problems, key: str, name: object, options: Mapping) -> Named:
    key = f"{key}.{name}"
    name = names.own_name(problems, key, name, "initializers")
    given = problems.section(key, options, ("distribution", "sigma_w2"), ("mode", "sigma_b2"))
    known = names.known("distributions")
    mode = given.get("mode", "fan_in")
    return {
        "name": name,
        "distribution": problems.choice(
            f"{key}.distribution", given["distribution"], known, "distribution"
        ),
        "mode": problems.choice(f"{key}.mode", mode, MODES, "mode"),
        "sigma_w2": variances(problems, f"{key}.sigma_w2", given.get("sigma_w2", [1.0])),
        "sigma_b2": variances(problems, f"{key}.sigma_b2", given.get("sigma_b2", [0.0])),
    }


def variances(problems: Problems, key: str, value: object) -> list[float]:
    """A list of variances."""

    def one(item_key: str, item: object) -> float:
        return problems.number(item_key, item, 0, math.inf, "a variance")

    return list(problems.listing(key, value, one))


def seeds(problems: Problems, key: str, value: object) -> tuple[tuple[int, int], ...]:
    """First and last seed of each block."""
    given = problems.section(key, value, ("count", "per_block"))
    count = problems.whole(f"{key}.count", given.get("count", 1), 1, "the number of seeds")
    size = problems.whole(f"{key}.per_block", given.get("per_block", 1), 1, "seeds per block")
    if count % size:
        problems.add(
            f"{key}.count",
            f"{count} seeds do not fill blocks of {size}; take {count - count % size or size} or "
            f"{count - count % size + size}, or another per_block",
        )
    return tuple((first, min(first + size, count) - 1) for first in range(0, count, size))


def measurement(problems: Problems, value: object) -> Named:
    """How networks are measured at initialization."""
    required = ("dtype", "points", "pairs", "pair_correlation")
    given = problems.section("measurement", value, required)
    return {
        "dtype": dtype(problems, "measurement.dtype", given.get("dtype", "float64")),
        "points": problems.whole(
            "measurement.points", given.get("points", 2), 2, "evaluation points"
        ),
        "pairs": problems.whole(
            "measurement.pairs", given.get("pairs", 1), 1, "pairs of each kind"
        ),
        "pair_correlation": problems.number(
            "measurement.pair_correlation", given.get("pair_correlation", 0.5), -1, 1, "c⁰"
        ),
    }


def dtype(problems: Problems, key: str, value: object) -> str:
    """A floating-point format."""
    return problems.choice(key, value, ("float32", "float64"), "dtype")


def outcomes(problems: Problems, value: object) -> Named:
    """What counts as trained."""
    given = problems.section("outcomes", value, ("threshold", "window"))
    threshold = given.get("threshold", 0.9)
    return {
        "threshold": problems.number("outcomes.threshold", threshold, 0, 1, "an accuracy"),
        "window": problems.whole("outcomes.window", given.get("window", 1), 1, "mini-batches"),
    }


TRAINING = ("grid", "dtype", "optimizers", "steps", "batch_size", "records", "points",
            "loss_points", "histogram")  # fmt: skip


def training(problems: Problems, value: object) -> Named:
    """How networks are trained, but for the grid of those that are."""
    given = problems.section("training", value, TRAINING)

    def count(name: str, low: int, meaning: str) -> int:
        return problems.whole(f"training.{name}", given.get(name, low), low, meaning)

    plan = {
        "dtype": dtype(problems, "training.dtype", given.get("dtype", "float32")),
        "optimizers": optimizers(problems, given.get("optimizers", ["sgd"])),
        "steps": count("steps", 1, "steps"),
        "batch_size": count("batch_size", 1, "the batch size"),
        "records": count("records", 2, "the number of recorded steps"),
        "points": count("points", 2, "evaluation points"),
        "loss_points": count("loss_points", 1, "points for losses"),
        "histogram": histogram(problems, given.get("histogram", {})),
    }
    if plan["records"] > plan["steps"] + 1:
        problems.add(
            "training.records",
            f"{plan['records']} records do not fit {plan['steps']} steps and the start; "
            f"take {plan['steps'] + 1} or fewer",
        )
    return plan


def histogram(problems: Problems, value: object) -> Named:
    """Bins of the histograms."""
    given = problems.section("training.histogram", value, ("bins", "activations", "weights"))
    key = "training.histogram"
    return {
        "bins": problems.whole(f"{key}.bins", given.get("bins", 1), 1, "bins"),
        "activations": ends(problems, f"{key}.activations", given.get("activations", [0, 1])),
        "weights": ends(problems, f"{key}.weights", given.get("weights", [0, 1])),
    }


def ends(problems: Problems, key: str, value: object) -> list[float]:
    """The two ends of a range, the lower first."""

    def one(item_key: str, item: object) -> float:
        return problems.number(item_key, item, -math.inf, math.inf, "an end of the range")

    numbers = problems.listing(key, value, one)
    if len(numbers) != 2 or numbers[0] >= numbers[1]:
        problems.add(key, f"must be [low, high] with low < high; got {show(value)}")
    return list(numbers)


def optimizers(problems: Problems, value: object) -> list[Named]:
    """One entry per optimizer, setting and learning rate."""

    def one(key: str, item: object) -> tuple:
        name, options = named(item)
        name = problems.choice(key, name, OPTIMIZER_OPTIONS, "optimizer")
        defaults = OPTIMIZER_OPTIONS.get(name, {})
        key = f"{key}.{name}"
        given = problems.section(key, options or {}, ("learning_rates",), defaults)
        rates = problems.listing(
            f"{key}.learning_rates",
            given.get("learning_rates", [1.0]),
            lambda k, v: problems.number(k, v, 0, math.inf, "a learning rate"),
        )
        settings = tuple(
            (option, problems.number(f"{key}.{option}", given.get(option, default), 0, 1, option))
            for option, default in defaults.items()
        )
        return name, settings, rates

    entries = problems.listing("training.optimizers", value, one)
    return [
        {"name": name, "learning_rate": rate} | dict(settings)
        for name, settings, rates in entries
        for rate in rates
    ]

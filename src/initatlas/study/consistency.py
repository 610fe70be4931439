"""Do the parts of a study fit together? Checks that need more than one of its keys."""

from collections.abc import Mapping

import numpy as np

from initatlas.distributions import LayerShape
from initatlas.study import axes
from initatlas.study.names import record_of, records
from initatlas.study.place import Place

TOO_MANY = "together they make {count:,} jobs; at most {most:,}: put more seeds into a block"


def check(given: Mapping[str, Place], study: Mapping[str, object]) -> None:
    """Report what does not fit, in a study whose parts are each sound."""
    whole = study["axes"]["initialization"]
    count = axes.count_blocks(whole)
    if count > axes.MOST_BLOCKS:
        given["seeds"].problem(TOO_MANY.format(count=count, most=axes.MOST_BLOCKS))
    _check_widths(given["initializers"], whole)
    _check_points(given, study)
    plan, window = study["training"], study["outcomes"]["window"]
    if plan and window > plan["steps"]:
        given["outcomes"].at("window", window).problem(
            f"{window} mini-batches are more than the {plan['steps']} that training takes"
        )


def _check_points(given: Mapping[str, Place], study: Mapping[str, object]) -> None:
    """A batch must fit into the training set: an epoch would hold none otherwise."""
    options = {k: v for k, v in study["dataset"].items() if k not in ("name", "object")}
    record = record_of(study["dataset"], "datasets")
    if record.training_points is None:
        return
    size = record.training_points(options)
    wanted = {"measurement.points": study["measurement"]["points"]}
    if study["training"]:
        names = ("batch_size", "points", "loss_points")
        wanted |= {f"training.{name}": study["training"][name] for name in names}
    for key, points in wanted.items():
        if points > size:
            section, name = key.split(".")
            given[section].at(name, points).problem(
                f"must be at most {size}, the training points of "
                f"'{study['dataset']['name']}'; got {points}"
            )


def _check_widths(place: Place, whole: axes.Axes) -> None:
    """Some distributions need an even width: a thin layer of each width tells, at no cost."""
    for entry in whole.initializers:
        if "distribution" in entry:
            distribution = records("distributions")[entry["distribution"]]
        else:
            distribution = record_of(entry, "initializers").distribution
        for width in whole.widths:
            layer = LayerShape(fan_in=1, fan_out=width, first=True)
            try:
                distribution.draw(np.random.default_rng(0), layer)
            except ValueError as error:
                place.problem(f"'{entry['name']}' cannot have width {width}: {error}")

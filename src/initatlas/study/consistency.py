"""Do the parts of a study fit together? Checks that need more than one of its keys."""

from collections.abc import Iterator, Mapping

from initatlas.study import axes, contrast, images, spectra
from initatlas.study.axes import Axes
from initatlas.study.entries import Entry
from initatlas.study.names import distribution_of, record_of
from initatlas.study.place import Place
from initatlas.study.trials import try_width

OF_TRAINING_POINTS = ("batch_size", "points", "loss_points")
FAIR = ("trainability", "trainability_map")
NOT_OPTIONS = ("name", "object")
TOO_MANY = "together they make {count:,} jobs; at most {most:,}: put more seeds into a block"


def check(given: Mapping[str, Place], study: Mapping[str, object]) -> None:
    """Report what does not fit, as far as the parts are sound."""
    whole = study["whole"]
    _check_number(given, study["axes"])
    for entry in whole.initializers:
        _check_widths(given["initializers"], entry, whole.widths)
        _check_architectures(given["initializers"], entry, whole.architectures)
    for stage, part, entry in _of_own_axes(study):
        _check_widths(given[stage], entry, part.widths)
    if study["dataset"]:
        _check_points(given, study["dataset"], _wanted(study))
        for stage in FAIR:
            _check_validation(given, study, stage)
        images.check(given["architectures"], whole, study["dataset"])
    if study["contrast"] and study["contrast"]["dataset"]:
        wanted = {"measurement.points": study["measurement"]["points"]}
        _check_points(given, study["contrast"]["dataset"], wanted)
        contrast.check(given["contrast"], study)
    if study["spectra"]:
        points = study["measurement"]["points"]
        spectra.check(given["spectra"], study["spectra"], points, study["axes"]["spectra"])
    for stage in FAIR:
        steps = (study[stage] or {}).get("steps")
        _check_window(given["outcomes"], study["outcomes"]["window"], steps, stage)


def _check_number(given: Mapping[str, Place], stages: Mapping[str, tuple[Axes, ...]]) -> None:
    """No stage has more jobs than can be planned; the first that has is named."""
    for stage, parts in stages.items():
        count = axes.count_blocks(parts)
        if count > axes.MOST_BLOCKS:
            place = given["seeds"] if stage == "initialization" else given[stage]
            place.problem(TOO_MANY.format(count=count, most=axes.MOST_BLOCKS))
            return


def _of_own_axes(study: Mapping[str, object]) -> Iterator[tuple[str, Axes, Entry]]:
    """Stages with axes of their own, and each initializer of each of their grids."""
    for stage in axes.OWN:
        for part in study["axes"][stage]:
            for entry in part.initializers:
                yield stage, part, entry


def _wanted(study: Mapping[str, object]) -> dict[str, int]:
    """Points that stages take from the training set, by the key that says so."""
    plans = {"measurement": ("points",), "phase_plane": ("points",), "training": OF_TRAINING_POINTS}
    return {
        f"{stage}.{name}": study[stage][name]
        for stage, names in plans.items()
        if study[stage]
        for name in names
    }


def _check_window(place: Place, window: int | None, steps: int | None, stage: str) -> None:
    if window and steps and window > steps:
        place.at("window", window).problem(
            f"{window} mini-batches are more than the {steps} that {stage} takes"
        )


def _check_validation(given: Mapping[str, Place], study: Mapping[str, object], stage: str) -> None:
    """What is held back for validation must leave enough to train on and to measure with."""
    plan, size = study[stage] or {}, _training_points(study["dataset"])
    held = plan.get("validation_points")
    for name in ("batch_size", "points"):
        if held and size and plan[name] and plan[name] + held > size:
            given[stage].at(name, plan[name]).problem(
                f"must be at most {max(0, size - held)}, the {size} training points of "
                f"'{study['dataset']['name']}' without {held} for validation; got {plan[name]}"
            )


def _training_points(entry: Entry) -> int | None:
    """How many there are, where that is known in advance."""
    record = record_of(entry, "datasets")
    if record.training_points is None:
        return None
    return record.training_points({k: v for k, v in entry.items() if k not in NOT_OPTIONS})


def _check_points(given: Mapping[str, Place], entry: Entry, wanted: Mapping[str, int]) -> None:
    """A batch must fit into the training set: an epoch would hold none otherwise."""
    size = _training_points(entry)
    if size is None:
        return
    for key, points in wanted.items():
        if points and points > size:
            section, name = key.split(".")
            given[section].at(name, points).problem(
                f"must be at most {size}, the training points of '{entry['name']}'; got {points}"
            )


def _check_architectures(place: Place, entry: Entry, architectures: tuple[Entry, ...]) -> None:
    """An initializer that is for none of the study's architectures would never be seen."""
    if architectures and not any(axes.suits(entry, each) for each in architectures):
        wanted = " or ".join(entry["architectures"])
        place.problem(
            f"'{entry['name']}' is for {wanted}, which is not among the study's architectures"
        )


def _check_widths(place: Place, entry: Entry, widths: tuple[int, ...]) -> None:
    """Some distributions need an even width, and a user's own may need anything."""
    for width in widths:
        complaint = try_width(distribution_of(entry), width)
        if complaint:
            place.problem(f"'{entry['name']}' cannot have width {width}: {complaint}")

"""What is a study? A validated, frozen description; its blocks, and all that a job must know."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from initatlas.datasets.files import damaged
from initatlas.grid import Block, Grid
from initatlas.quantities import Quantity
from initatlas.study import (
    axes,
    consistency,
    contrast,
    entries,
    grids,
    names,
    spectra,
    trainability,
    training,
)
from initatlas.study.axes import Axes
from initatlas.study.entries import Entry
from initatlas.study.loading import load_yaml
from initatlas.study.place import ABSENT, Place
from initatlas.study.problems import StudyError, show

KEYS = {
    "study": f"name of the study, and of its folder under results/ ({names.RULE})",
    "seed": "whole number that all random draws derive from, such as 2010",
    "dataset": "data set, such as digits",
    **axes.MEANINGS,
    "measurement": "dtype, points, pairs and pair_correlation of measurements at initialization",
    "training": "how networks are trained; null for no training",
    "outcomes": "threshold, window and blow_up: what counts as trained and as diverged",
    "memory_mb": "memory of one job in MB, such as 2000",
}
OPTIONAL = {
    "spectra": "which networks' Jacobians and tangent kernels are measured; null for none",
    "contrast": "which networks are measured on a second data set, too; null for none",
    "trainability": "which networks are trained at a grid of learning rates; null for none",
    "trainability_map": "the same, on axes of its own: depth against σ_w²; null for none",
    "phase_plane": "dtype, points, pairs, pair_correlation and grid: where signals settle on a "
    "plane of (σ_w², σ_b²); null for none",
    "device": "what computes the networks: cpu, or cuda for a GPU",
}
SEED = Quantity(meaning="the study's seed", whole=True, low=0)
MEMORY = Quantity(meaning="the memory of one job, in MB,", whole=True, low=1)
SECTIONS = {  # stage → keys, the grid's key, reader of the plan
    "contrast": (contrast.SECTION, contrast.GRID, contrast.contrast),
    "spectra": (spectra.SECTION, spectra.GRID, spectra.spectra),
    "training": (training.SECTION, training.GRID, training.training),
    "trainability": (trainability.SECTION, trainability.GRID, trainability.trainability),
    "trainability_map": (trainability.SECTION, trainability.MAP_GRID, trainability.trainability),
    "phase_plane": (training.MEASURED, training.PLANE_GRID, training.measurement),
}
DEVICES = ("cpu", "cuda")  # the first if none is given
PAIRS = ("pairs", "pair_correlation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study: what each stage computes (`axes`), and how, in plain values (the other fields).

    A stage computes the products of one or several `Axes`; `whole` are those of the study.
    Every value is there, defaults included, and numbers that are equal are the same object of
    JSON: `1` and `1.0` make one σ_w².
    """

    name: str
    seed: int
    dataset: Entry
    whole: Axes
    axes: Mapping[str, tuple[Axes, ...]]
    measurement: Entry
    contrast: Entry | None
    spectra: Entry | None
    training: Entry | None
    trainability: Entry | None
    trainability_map: Entry | None
    phase_plane: Entry | None
    outcomes: Entry
    device: str
    memory_mb: int

    @classmethod
    def from_config(cls, config: Mapping, *, source: str = "config.yaml") -> "Study":
        """The study that a configuration describes.

        Raises:
            StudyError: it describes none; all its problems at once, one a line.
        """
        top = Place(value=config)
        study = _read(top)
        if top.problems:
            raise StudyError.of(source, top.problems)
        return cls(**study)

    def grid(self, stage: str) -> Grid:
        """The blocks of a stage, such as "initialization": none if its section is null."""
        return axes.grid(self.axes[stage])

    def data(self, stage: str) -> Entry:
        """The data set that a stage's networks see."""
        return self.contrast["dataset"] if stage == "contrast" else self.dataset

    def dataset_job(self, stage: str = "initialization") -> dict:
        """What the job that prepares the data set of a stage must know."""
        named = self.data(stage)
        shape = names.record_of(named, "datasets").shape
        job = {"study": self.name, "seed": self.seed, "dataset": named}
        return _copy(job | ({"input_shape": list(shape)} if shape else {}))

    def job(self, stage: str, block: Block) -> dict:
        """What the job of a block must know, in plain values, and nothing else."""
        chosen = axes.holding(self.axes[stage], block)
        job = {
            "architecture": _by_name(chosen.architectures, block.architecture),
            "initializer": _by_name(chosen.initializers, block.initializer),
            "activation": _by_name(chosen.activations, block.activation),
            "depth": block.depth,
            "widths": list(chosen.widths),
            "seeds": list(range(block.first_seed, block.last_seed + 1)),
            "device": self.device,
            "memory_mb": self.memory_mb,
            "measurement": self.measurement,
        }
        if stage == "training":
            job["measurement"] = {name: self.measurement[name] for name in PAIRS}
            job["training"] = self.training
        elif stage == "spectra":
            job["spectra"] = self.spectra
        elif stage in ("trainability", "trainability_map"):
            job["measurement"] = {name: self.measurement[name] for name in PAIRS}
            job["trainability"] = getattr(self, stage)
        elif stage == "phase_plane":
            job["measurement"] = self.phase_plane
        return self.dataset_job(stage) | _copy(job)

    def prediction_job(
        self, prediction: str, activation: str, needs: Sequence[str], stage: str
    ) -> dict:
        """What theory must know to predict for one activation: only what the prediction needs."""
        parts = [p for p in self.axes[stage] if activation in p.product().activations]
        known = {
            "grids": [
                {name: list(getattr(part, name)) for name in axes.PREDICTED} for part in parts
            ],
            "initializers": _distinct(entry for part in parts for entry in part.initializers),
            "measurement": self.phase_plane if stage == "phase_plane" else self.measurement,
            "spectra": self.spectra,
            "trainability": getattr(self, stage) if stage in OPTIONAL else None,
        }
        data = self.dataset_job() if "dataset" in needs else {}
        job = {name: known[name] for name in needs if name != "dataset"}
        job["activation"] = _by_name(parts[0].activations, activation)
        return data | {"prediction": prediction} | _copy(job)

    def check_files(self, cache: Path) -> None:
        """See that the data sets' downloaded files, where they are there, are whole.

        Raises:
            StudyError: a file is cut short or altered; it is named.
        """
        stages = ["initialization", *(["contrast"] if self.contrast else [])]
        records = [names.record_of(self.data(stage), "datasets") for stage in stages]
        found = [sentence for record in records for sentence in damaged(record, cache)]
        if found:
            raise StudyError("\n".join(found))


def load(path: Path) -> Study:
    """The study in a YAML file.

    Raises:
        StudyError: the file cannot be read, or describes no study.
    """
    return Study.from_config(load_yaml(path), source=str(path))


def _read(top: Place) -> dict[str, object]:
    """The fields of the study; None and () where there are problems."""
    given = top.section(KEYS, OPTIONAL)
    whole, faulty = axes.read_axes(given)

    def narrowed(section: Mapping[str, Place], *, own: bool = False) -> tuple[Axes, ...]:
        if "grid" not in section:
            return (whole,)
        if own:
            return grids.renew_all(whole, section["grid"])
        return grids.narrow_all(whole, section["grid"], faulty)

    measured = given["measurement"].section(training.MEASURED, training.MEASURED_GRID)
    stages, plans = {"initialization": narrowed(measured)}, {}
    for stage, (keys, grid_key, read) in SECTIONS.items():
        stages[stage], plans[stage] = (), None
        if stage in given and given[stage].value not in (None, ABSENT):
            section = given[stage].section(keys, grid_key)
            plans[stage] = read(section)
            stages[stage] = narrowed(section, own=stage in axes.OWN)
    study = {
        "name": _name(given["study"]),
        "seed": given["seed"].quantity(SEED),
        "dataset": entries.dataset(given["dataset"]),
        "whole": whole,
        "axes": stages,
        "measurement": training.measurement(measured),
        **plans,
        "outcomes": training.outcomes(given["outcomes"]),
        "device": given["device"].choice(DEVICES, "device") if "device" in given else DEVICES[0],
        "memory_mb": given["memory_mb"].quantity(MEMORY),
    }
    consistency.check(given, study)
    return study


def _name(place: Place) -> str | None:
    if isinstance(place.value, str) and names.SAFE.fullmatch(place.value):
        return place.value
    place.problem(f"becomes the name of a folder: {names.RULE}; got {show(place.value)}")
    return None


def _copy(values: dict) -> dict:
    """The same values, shared with nobody; json is five times as fast as copy.deepcopy."""
    return json.loads(json.dumps(values))


def _distinct(entries: Iterable[Entry]) -> list[Entry]:
    """Each once: of an initializer with two sweeps there are two."""
    return list({json.dumps(entry): entry for entry in entries}.values())


def _by_name(choices: Sequence[Entry], name: str) -> Entry:
    return next(entry for entry in choices if entry["name"] == name)

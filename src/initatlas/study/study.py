"""What is a study? A validated, frozen description; its blocks, and all that a job must know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from initatlas import names
from initatlas.study import read
from initatlas.study.grid import Block, Grid
from initatlas.study.loading import load_yaml
from initatlas.study.problems import Problems, hint, show

REQUIRED = ("study", "seed", "dataset", "architectures", "activations", "initializers", "depths",
            "widths", "seeds", "measurement", "training", "outcomes", "memory_mb")  # fmt: skip
AXES = ("architectures", "initializers", "activations", "depths", "widths", "seeds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """What a stage computes: names, or for initializers and activations all their settings."""

    architectures: tuple[str, ...]
    initializers: tuple[dict, ...]
    activations: tuple[dict, ...]
    depths: tuple[int, ...]
    widths: tuple[int, ...]
    seeds: tuple[tuple[int, int], ...]

    def grid(self, study: str) -> Grid:
        """The axes as blocks see them."""
        return Grid(
            study=study,
            architectures=self.architectures,
            initializers=tuple(named["name"] for named in self.initializers),
            activations=tuple(named["name"] for named in self.activations),
            depths=self.depths,
            seeds=self.seeds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study: what is computed (`axes` per stage) and how (the other fields, plain values)."""

    name: str
    seed: int
    dataset: dict
    axes: Mapping[str, Axes]
    measurement: dict
    training: dict | None
    outcomes: dict
    memory_mb: int

    @classmethod
    def from_config(cls, config: Mapping, *, source: str = "config.yaml") -> "Study":
        """The study that a configuration describes.

        Raises:
            StudyError: it describes none; all its problems at once.
        """
        problems = Problems(source=source)
        given = problems.section("", config, REQUIRED)
        problems.refuse()  # a misspelt key would otherwise be reported twice over
        axes = {"initialization": _axes(problems, given)}
        training = None
        if given["training"] is not None:
            training = read.training(problems, given["training"])
            grid = given["training"].get("grid") if isinstance(given["training"], dict) else None
            axes["training"] = _narrowed(problems, axes["initialization"], grid)
        study = cls(
            name=names.own_name(problems, "study", given["study"], "studies"),
            seed=problems.whole("seed", given["seed"], 0, "the study's seed"),
            dataset=read.dataset(problems, given["dataset"]),
            axes=axes,
            measurement=read.measurement(problems, given["measurement"]),
            training=training,
            outcomes=read.outcomes(problems, given["outcomes"]),
            memory_mb=problems.whole("memory_mb", given["memory_mb"], 1, "memory in MB"),
        )
        problems.refuse()
        return study

    def grid(self, stage: str) -> Grid:
        """The blocks of a stage; without training its stage has none."""
        if stage in self.axes:
            return self.axes[stage].grid(self.name)
        return Axes(**dict.fromkeys(AXES, ())).grid(self.name)

    def dataset_job(self) -> dict:
        """What the job that prepares the data set must know."""
        return {"study": self.name, "seed": self.seed, "dataset": self.dataset}

    def job(self, stage: str, block: Block) -> dict:
        """What the job of a block must know, in plain values, and nothing else."""
        axes = self.axes[stage]
        job = self.dataset_job() | {
            "architecture": block.architecture,
            "initializer": _by_name(axes.initializers, block.initializer),
            "activation": _by_name(axes.activations, block.activation),
            "depth": block.depth,
            "widths": list(axes.widths),
            "seeds": list(range(block.first_seed, block.last_seed + 1)),
            "memory_mb": self.memory_mb,
            "measurement": self.measurement,
        }
        if stage == "training":
            pairs = ("pairs", "pair_correlation")
            job["measurement"] = {name: self.measurement[name] for name in pairs}
            job["training"] = self.training
        return job


def load(path: Path) -> Study:
    """The study in a YAML file."""
    return Study.from_config(load_yaml(path), source=str(path))


def _by_name(choices: Sequence[dict], name: str) -> dict:
    return next(named for named in choices if named["name"] == name)


def _axes(problems: Problems, given: Mapping) -> Axes:
    return Axes(
        architectures=problems.listing(
            "architectures", given["architectures"], lambda k, v: read.architecture(problems, k, v)
        ),
        initializers=_distinct(problems, "initializers", given["initializers"], read.initializer),
        activations=_distinct(problems, "activations", given["activations"], read.activation),
        depths=_wholes(problems, "depths", given["depths"], "depth counts hidden layers and"),
        widths=_wholes(problems, "widths", given["widths"], "width counts units and"),
        seeds=read.seeds(problems, "seeds", given["seeds"]),
    )


def _wholes(problems: Problems, key: str, value: object, meaning: str) -> tuple[int, ...]:
    return problems.listing(key, value, lambda k, v: problems.whole(k, v, 1, meaning))


def _distinct(problems: Problems, key: str, value: object, reader) -> tuple[dict, ...]:
    """Items by name: two of one name would be one path."""
    items = problems.listing(key, value, lambda k, v: reader(problems, k, v))
    seen = [item["name"] for item in items]
    for position, item in enumerate(items):
        if item["name"] in seen[:position] and item not in items[:position]:
            problems.add(f"{key}[{position}]", f"'{item['name']}' is listed twice")
    return items


def _narrowed(problems: Problems, axes: Axes, value: object) -> Axes:
    """The study's axes, narrowed to what the training grid names."""
    given = problems.section("training.grid", {} if value is None else value, (), AXES)
    narrowed = {name: getattr(axes, name) for name in AXES}
    for name in ("architectures", "depths", "widths"):
        if name in given:
            narrowed[name] = _subset(problems, name, given[name], narrowed[name])
    for name, reader in (("initializers", read.initializer), ("activations", read.activation)):
        if name in given:
            narrowed[name] = _named_subset(problems, name, given[name], narrowed[name], reader)
    if "seeds" in given:
        blocks = read.seeds(problems, "training.grid.seeds", given["seeds"])
        if blocks and axes.seeds and blocks[-1][1] > axes.seeds[-1][1]:
            problems.add(
                "training.grid.seeds.count",
                f"the study has {axes.seeds[-1][1] + 1} seeds; got {blocks[-1][1] + 1}",
            )
        narrowed["seeds"] = blocks
    return Axes(**narrowed)


def _subset(problems: Problems, name: str, value: object, whole: tuple) -> tuple:
    key = f"training.grid.{name}"

    def one(item_key: str, item: object) -> object:
        if item not in whole:
            accepted = ", ".join(map(str, whole))
            problems.add(item_key, f"{show(item)} is not among the study's {name}: {accepted}")
        return item

    return problems.listing(key, value, one)


def _named_subset(
    problems: Problems, name: str, value: object, whole: tuple[dict, ...], reader
) -> tuple[dict, ...]:
    """By name alone all of it; with options fewer variances, each of them the study's."""
    by_name = {item["name"]: item for item in whole}
    own = {item["object"]: item for item in whole if "object" in item}

    def one(key: str, item: object) -> dict:
        label, options = read.named(item)
        if isinstance(label, str) and label in own:
            return own[label]
        if label not in by_name:
            accepted = ", ".join(by_name)
            problems.add(
                key,
                f"{show(label)} is not among the study's {name}{hint(label, by_name)}; "
                f"accepted: {accepted}",
            )
            return {"name": str(label)}
        if options is None:
            return by_name[label]
        narrowed = by_name[label] | {
            axis: read.variances(problems, f"{key}.{label}.{axis}", options[axis])
            for axis in problems.section(f"{key}.{label}", options, (), ("sigma_w2", "sigma_b2"))
        }
        for axis in ("sigma_w2", "sigma_b2"):
            beyond = [v for v in narrowed.get(axis, []) if v not in by_name[label].get(axis, [])]
            if beyond:
                problems.add(
                    f"{key}.{label}.{axis}",
                    f"{show(beyond)} not among the study's {show(by_name[label].get(axis, []))}",
                )
        return narrowed

    return _distinct_items(problems, f"training.grid.{name}", value, one)


def _distinct_items(problems: Problems, key: str, value: object, one) -> tuple[dict, ...]:
    return _distinct(problems, key, value, lambda _, k, v: one(k, v))

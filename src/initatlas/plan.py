"""What does each rule of the workflow need? Paths, inputs, keys and costs, from the study."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from initatlas import costs, keys
from initatlas.datasets import DATASETS
from initatlas.offered import DATA, Offered
from initatlas.output import Output, check_lengths
from initatlas.references import load_object
from initatlas.study import Block, Grid, Study, load_yaml

CACHE = ".cache/datasets"  # downloaded files, shared by all studies
STAGES = {  # stage → rule, command
    "initialization": ("initialize_networks", "initialize"),
    "contrast": ("measure_contrast", "initialize"),
    "spectra": ("measure_spectra", "spectra"),
    "training": ("train_networks", "train"),
    "trainability": ("search_rates", "trainability"),
    "trainability_map": ("map_trainability", "trainability"),
    "phase_plane": ("measure_phase_plane", "initialize"),
}
BLOCK = (
    "architecture={architecture}/initializer={initializer}/activation={activation}"
    "/depth={depth}/seeds={first}-{last}"
)
FORMATS = ("json", "svg", "png")  # of a figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A study as its workflow sees it. What takes `wildcards` is for Snakemake to call."""

    study: Study
    config: Mapping
    offered: Offered  # what can be made of it

    @classmethod
    def of(cls, config: Mapping, sources: Sequence[str] = ()) -> "Plan":
        """The plan of a configuration; `sources` are the files that it was read from.

        Raises:
            StudyError: the configuration describes no study, a file of it gives a key twice, a
                downloaded file of its data set is cut short, or a job has too much to know.
        """
        for source in sources:
            load_yaml(Path(source))  # Snakemake would let the last of two keys win
        study = Study.from_config(config, source=str(sources[-1]) if sources else "configuration")
        study.check_files(CACHE)
        plan = cls(study=study, config=dict(config), offered=Offered.by(study))
        check_lengths(plan.outputs(Grid.samples))
        return plan

    @property
    def results(self) -> str:
        """The study's folder."""
        return f"results/{self.study.name}"

    def path(self, name: str) -> str:
        """Path of a file of the study."""
        return f"{self.results}/{name}"

    def block(self, folder: str, suffix: str = ".arrow") -> str:
        """Pattern of the paths that blocks have in a folder."""
        return self.path(f"{folder}/{BLOCK}{suffix}")

    def blocks(self, stage: str) -> list[str]:
        """Paths of a stage's blocks."""
        return [self.path(block.path(stage)) for block in self.study.grid(stage).blocks()]

    def seen_by(self, stage: str) -> str:
        """Path of the data set that a stage's networks see."""
        return self.path(f"{DATA.get(stage, DATA['initialization'])}.arrow")

    def fetched(self, stage: str = "initialization") -> str:
        """What tells that the files of a stage's data set are in the cache."""
        return f"{CACHE}/{self.study.data(stage)['name']}/fetched.json"

    def downloads(self, stage: str = "initialization") -> list[str]:
        """`fetched`, for a data set that comes from the network."""
        named = self.study.data(stage)
        record = load_object(named["object"]) if "object" in named else DATASETS[named["name"]]
        return [self.fetched(stage)] if record.downloads else []

    def prediction_dataset(self, wildcards: Mapping) -> list[str]:
        """The data set, for a prediction that starts from it."""
        needed = self.offered.predictions[wildcards.prediction]["needs"]
        return [self.path("dataset.arrow")] if "dataset" in needed else []

    def prediction_key(self, wildcards: Mapping) -> str:
        """The key of a prediction for one activation."""
        return keys.make("predict", self._prediction_job(wildcards)).text()

    def table_inputs(self, wildcards: Mapping) -> list[str]:
        """What a table is made of: blocks, theory, other tables; the timings, of all else."""
        record = self.offered.tables[wildcards.table]
        blocks = [path for stage in self.offered.stages(record) for path in self.blocks(stage)]
        theory = [
            self.path(path)
            for name in record.get("predictions", ())
            for _, path in self.offered.predicted(name)
        ]
        if blocks or theory:
            return blocks + theory
        needed = [*record.get("needs", ()), *self.offered.either(wildcards.table)]
        others = needed or sorted(set(self.offered.tables) - {wildcards.table})
        return [self.path(f"tables/{name}.parquet") for name in others]

    def figure_inputs(self, wildcards: Mapping) -> list[str]:
        """The tables that a figure is drawn from."""
        needs = self.offered.figures[wildcards.figure]["needs"]
        return [self.path(f"tables/{name}.parquet") for name in needs]

    def dataset_key(self, command: str, stage: str = "initialization") -> Callable[[Mapping], str]:
        """The key of a job that fetches or prepares the data set of a stage."""
        return lambda _: keys.make(command, self.study.dataset_job(stage)).text()

    def block_key(self, stage: str) -> Callable[[Mapping], str]:
        """The key of a block, as a function of its wildcards."""
        _, command = STAGES[stage]
        return lambda wildcards: keys.make(command, self._block_job(stage, wildcards)).text()

    def block_resources(self, stage: str) -> dict[str, str | costs.Asked]:
        """MiB and minutes of a block; its device."""
        return costs.asked(partial(self._block_job, stage)) | {
            "gres": costs.GRES[self.study.device]
        }

    def prediction_resources(self) -> dict[str, costs.Asked]:
        """MiB and minutes of a prediction."""
        return costs.asked(self._prediction_job)

    def block_group(self, stage: str) -> Callable[[Mapping], str | None]:
        """The group of a block that is too small for a cluster's job of its own."""
        return lambda wildcards: costs.group(stage, self._block_job(stage, wildcards))

    def table_key(self, wildcards: Mapping) -> str:
        """The key of a table."""
        return keys.make("reduce", self._table_job(wildcards.table)).text()

    def figure_key(self, wildcards: Mapping) -> str:
        """The key of a figure."""
        return keys.make("draw", self._figure_job(wildcards.figure)).text()

    def report_key(self, _: Mapping) -> str:
        """The key of the report."""
        return keys.make("report", self._report_job()).text()

    def manifest_key(self, _: Mapping) -> str:
        """The key of the manifest: the whole configuration."""
        return keys.make("manifest", {"config": self.config}).text()

    def crate_key(self, _: Mapping) -> str:
        """The key of the crate, which is made of the manifest."""
        return keys.make("crate", {"study": self.study.name}).text()

    def outputs(self, some: Callable[[Grid], Iterable[Block]] = Grid.blocks) -> Iterator[Output]:
        """Every file of the study but the manifest and the crate; of each stage `some` blocks."""
        for stage, name in self.offered.data().items():
            job = self.study.dataset_job(stage)
            yield self._output(f"{name}.arrow", f"prepare_{name}", "dataset", job)
        for name in self.offered.predictions:
            for activation, path in self.offered.predicted(name):
                job = self.offered.prediction_job(name, activation)
                yield self._output(path, "compute_theory", "predict", job)
        for stage, (rule, command) in STAGES.items():
            for block in some(self.study.grid(stage)):
                yield self._output(block.path(stage), rule, command, self.study.job(stage, block))
        for name in self.offered.tables:
            job = self._table_job(name)
            yield self._output(f"tables/{name}.parquet", "reduce_table", "reduce", job)
        for name in self.offered.figures:
            for suffix in FORMATS:
                path, job = f"figures/{name}.{suffix}", self._figure_job(name)
                yield self._output(path, "draw_figure", "draw", job)
        for name in ("report.html", "report.json"):
            yield self._output(name, "write_report", "report", self._report_job())

    def output_paths(self, _: Mapping) -> list[str]:
        """Paths of every file of the study but the manifest."""
        return [output.path for output in self.outputs()]

    def report_inputs(self, _: Mapping) -> list[str]:
        """What the report shows: the data set's facts, all tables, all figures."""
        shown = ("prepare_dataset", "reduce_table", "draw_figure")
        return [o.path for o in self.outputs(some=lambda _: ()) if o.rule in shown]

    def _output(self, name: str, rule: str, command: str, job: Mapping) -> Output:
        return Output(path=self.path(name), rule=rule, command=command, job=job)

    def _block_job(self, stage: str, wildcards: Mapping) -> dict:
        block = Block(
            architecture=wildcards.architecture,
            initializer=wildcards.initializer,
            activation=wildcards.activation,
            depth=int(wildcards.depth),
            first_seed=int(wildcards.first),
            last_seed=int(wildcards.last),
        )
        return self.study.job(stage, block)

    def _prediction_job(self, wildcards: Mapping) -> dict:
        return self.offered.prediction_job(wildcards.prediction, wildcards.activation)

    def _table_job(self, name: str) -> dict:
        record, grid = self.offered.tables[name], self.offered.grid(name)
        job = {"study": self.study.name, "reducer": name, "settings": {}}
        if "settings" in record:
            job["settings"] = getattr(self.study, record["settings"])
        if "stages" in record:
            return job | {"stages": {stage: each.to_json() for stage, each in grid.items()}}
        if grid is not None:
            return job | {"grid": grid.to_json()}
        if "either" in record:
            return job | {"either": self.offered.either(name)}
        return job if "needs" in record else job | self._logs(name)

    def _logs(self, table: str) -> dict:
        """The logs of all that is computed before the table of timings."""
        prepared = [f"prepare_{name}" for name in self.offered.data().values()]
        tables = [f"reduce_table/{name}" for name in self.offered.tables if name != table]
        theory = [
            path.replace("theory/", "compute_theory/").removesuffix(".arrow")
            for name in self.offered.predictions
            for _, path in self.offered.predicted(name)
        ]
        return {
            "logs": [*prepared, *theory, *tables],
            "logs_of_blocks": {
                rule: self.study.grid(stage).to_json() for stage, (rule, _) in STAGES.items()
            },
        }

    def _figure_job(self, name: str) -> dict:
        initializers = [entry["name"] for entry in self.study.whole.initializers]
        return {"study": self.study.name, "figure": name, "initializers": initializers}

    def _report_job(self) -> dict:
        return {
            "study": self.study.name,
            "config": self.config,
            "tables": list(self.offered.tables),
            "figures": list(self.offered.figures),
        }

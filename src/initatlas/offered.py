"""What can be made of a study? Predictions, tables and figures for which it has what they need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from initatlas.declared import declared
from initatlas.grid import Grid
from initatlas.study import Study

DATA = {"initialization": "dataset", "contrast": "contrast"}  # stage → its data set's file
Records = Mapping[str, Mapping]  # name → what the record declares


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What can be made of a study, and which predictions go into what."""

    study: Study
    predictions: Records
    tables: Records
    figures: Records

    @classmethod
    def by(cls, study: Study) -> "Offered":
        """Everything that this study has the blocks for: without training there is none of its."""
        predictions = {
            name: record
            for name, record in declared("stages.predictions").items()
            if study.grid(record["stage"]).blocks()
        }
        tables = {
            name: record
            for name, record in declared("reducers").items()
            if (not _stages(record) or any(study.grid(s).blocks() for s in _stages(record)))
            and set(record.get("predictions", ())) <= set(predictions)
        }
        tables = possible(tables)
        figures = {n: r for n, r in declared("figures").items() if set(r["needs"]) <= set(tables)}
        return cls(study=study, predictions=predictions, tables=tables, figures=figures)

    def stages(self, record: Mapping) -> tuple[str, ...]:
        """The stages whose blocks a table is made of: those that the study has."""
        return tuple(stage for stage in _stages(record) if self.study.grid(stage).blocks())

    def either(self, table: str) -> list[str]:
        """Which of the tables that it may be made of a table is made of."""
        return [name for name in self.tables[table].get("either", ()) if name in self.tables]

    def data(self) -> dict[str, str]:
        """The files of the data sets that the study has, by the first stage that reads them."""
        return {stage: name for stage, name in DATA.items() if self.study.axes[stage]}

    def grid(self, table: str) -> Grid | dict[str, Grid] | None:
        """Whose blocks or activations a table is made of; None if it is made of other tables.

        By stage where a table is made of several.
        """
        record = self.tables[table]
        if "stages" in record:
            return {stage: self.study.grid(stage) for stage in self.stages(record)}
        if "stage" in record:
            return self.study.grid(record["stage"])
        names = record.get("predictions")
        return self.study.grid(self.predictions[names[0]]["stage"]).for_theory() if names else None

    def predicted(self, name: str) -> Iterator[tuple[str, str]]:
        """Each activation of a prediction, and the path of what it says of it."""
        grid = self.study.grid(self.predictions[name]["stage"])
        return zip(grid.activations, grid.predicted(name), strict=True)

    def prediction_job(self, name: str, activation: str) -> dict:
        """What theory must know for one prediction of one activation."""
        record = self.predictions[name]
        return self.study.prediction_job(name, activation, record["needs"], record["stage"])


def _stages(record: Mapping) -> tuple[str, ...]:
    """The stages that a table's record names."""
    return record.get("stages", (record["stage"],) if "stage" in record else ())


def possible(tables: Records) -> Records:
    """Those that have all tables that they need, and one of the tables that they may be made of."""
    while True:
        kept = {
            name: record
            for name, record in tables.items()
            if set(record.get("needs", ())) <= set(tables)
            and ("either" not in record or set(record["either"]) & set(tables))
        }
        if len(kept) == len(tables):
            return kept
        tables = kept

"""Synthetic studies carried through to their tables, figures and report."""

from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pyarrow as pa
import yaml

from initatlas import sources, tables
from initatlas.figures import FIGURES, drawn, read_frames
from initatlas.offered import Offered
from initatlas.reducers import REDUCERS, reduce
from initatlas.report import Report, build
from initatlas.study import Study
from tests import synthetic

ROOT = Path(__file__).parents[1]
KINDS = {name: reducer.table for name, reducer in REDUCERS.items()}
JOBS = [{"rule": "train_networks", "seconds": 2.0, "cpu_seconds": 1.5, "peak_memory_mb": 100.0}]


def reduced(folder: Path, settings: Mapping) -> tuple[Study, list[str]]:
    """The study with its blocks and tables written, and the names of the tables."""
    study = synthetic.write(folder, settings)
    offered = Offered.by(study)
    names = []
    for name, reducer in REDUCERS.items():
        if name == "timings":
            table = reducer.reduce(JOBS)
        elif name in offered.tables:
            options = getattr(study, reducer.settings) if reducer.settings else {}
            either = offered.either(name)
            table = reduce(name, offered.grid(name), folder, either, **options)[1]
        else:
            continue
        tables.write_parquet(folder / "tables" / f"{name}.parquet", reducer.table, table, {})
        names.append(name)
    return study, names


def frames(folder: Path, names: list[str]) -> dict[str, pd.DataFrame]:
    """The tables of these names."""
    return {
        name: tables.read(folder / "tables" / f"{name}.parquet", KINDS[name]).to_pandas()
        for name in names
    }


def presented(
    folder: Path,
    settings: Mapping,
    altered: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame,
) -> str:
    """The page of a whole study, see `reported`."""
    return reported(folder, settings, altered).page


def reported(
    folder: Path,
    settings: Mapping,
    altered: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame,
) -> Report:
    """The whole study down to its report, which is returned; its tables may be altered."""
    study, names = reduced(folder, settings)
    for name, frame in frames(folder, names).items():
        path = folder / "tables" / f"{name}.parquet"
        schema = tables.read(path, KINDS[name]).schema
        table = pa.Table.from_pandas(altered(frame), schema=schema, preserve_index=False)
        tables.write_parquet(path, KINDS[name], table, {})
    figures = [name for name, figure in FIGURES.items() if set(figure.needs) <= set(names)]
    known = pd.DataFrame(
        {"initializer": tuple(entry["name"] for entry in study.whole.initializers)}
    )
    initializers = altered(known).initializer.tolist()
    (folder / "figures").mkdir()
    for name in figures:
        figure = FIGURES[name]
        files = drawn(figure, read_frames(figure, KINDS, folder / "tables"), initializers)
        stem = folder / "figures" / name
        stem.with_suffix(".json").write_text(files.json, encoding="utf-8")
        stem.with_suffix(".svg").write_text(files.svg, encoding="utf-8")
        stem.with_suffix(".png").write_bytes(files.png)
    citation = yaml.safe_load((ROOT / sources.CITATION).read_text(encoding="utf-8"))
    return build(folder, config=settings, tables=names, figures=figures, citation=citation)


class Page(HTMLParser):
    """Tags with their attributes, and the text of scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags, self.scripts, self.texts = [], [], []
        self.open = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open = tag
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data):
        if self.open == "script":
            self.scripts[-1] += data
        else:
            self.texts.append(data)

    def handle_endtag(self, tag):
        self.open = None

    @property
    def policy(self) -> str:
        metas = [a for tag, a in self.tags if tag == "meta"]
        return next(a["content"] for a in metas if "http-equiv" in a)

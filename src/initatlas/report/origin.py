"""Where do results come from? What their own files say of data, versions and source."""

from collections.abc import Mapping
from pathlib import Path

from initatlas import tables
from initatlas.study import Study
from initatlas.tables import DATASET
from initatlas.tables.stages import KINDS


def origin(results: Path, study: Study) -> dict[str, Mapping]:
    """What was measured of the data, versions of what computed, digests of the source.

    One block speaks for its stage: the workflow makes all of them with the same code.
    """
    records = {"data set": tables.provenance(tables.read(results / "dataset.arrow", DATASET))}
    for stage, kind in KINDS.items():
        blocks = study.grid(stage).blocks()
        if blocks:
            table = tables.read(results / blocks[0].path(stage), kind)
            records[stage] = tables.provenance(table)
    versions: dict[str, str] = {}
    for record in records.values():
        versions |= record.get("versions", {})
    return {
        "measured": records["data set"].get("measured", {}),
        "versions": versions,
        "code": {stage: record["code"] for stage, record in records.items() if "code" in record},
    }

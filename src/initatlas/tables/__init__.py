"""Tables: what each holds (columns, units, grain), and how it is written and read.

Here is what jobs need; the tables that a study comes down to are in `initatlas.tables.reduced`.
"""

from initatlas.tables.blocks import DATASET, INITIALIZATION, TRAINABILITY, TRAINING
from initatlas.tables.files import (
    TableError,
    content_digest,
    provenance,
    read,
    statistics,
    write_arrow,
    write_atomically,
    write_parquet,
    write_text,
)
from initatlas.tables.kinds import Statistic, Table, column
from initatlas.tables.predicted import (
    CORRELATION_MAP,
    DEPTH_SCALES,
    EDGE_OF_CHAOS,
    PHASE_DIAGRAM,
    PHASES,
    PROFILES,
)

__all__ = [
    "CORRELATION_MAP",
    "DATASET",
    "DEPTH_SCALES",
    "EDGE_OF_CHAOS",
    "INITIALIZATION",
    "PHASES",
    "PHASE_DIAGRAM",
    "PROFILES",
    "TRAINABILITY",
    "TRAINING",
    "Statistic",
    "Table",
    "TableError",
    "column",
    "content_digest",
    "provenance",
    "read",
    "statistics",
    "write_arrow",
    "write_atomically",
    "write_parquet",
    "write_text",
]

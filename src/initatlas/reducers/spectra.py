"""How do networks stretch small changes and learn, before training? Per cell, over seeds."""

import math

import numpy as np
import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.over_seeds import Groups, summarize, summary_fields
from initatlas.tables import statistics
from initatlas.tables.columns import CELL_KEYS
from initatlas.tables.reduced import SPECTRA as TABLE
from initatlas.tables.spectra import SPECTRA as BLOCK

MOST_BINS = 32
FINEST = 1 / 8  # nat: narrower bins would hold fewer than one of a few hundred singular values


def reduce(cell: pa.Table) -> pa.Table:
    """One row per width and variance: every statistic's summary, and a histogram of ln s²."""
    fields = statistics(cell, BLOCK)
    summary = summarize(cell, CELL_KEYS, fields)
    groups = Groups.by(cell, CELL_KEYS)
    logs = cell["log_singular_values"].combine_chunks().to_numpy(zero_copy_only=False)
    found = [histogram([2 * logs[row] for row in part]) for part in _split(groups)]
    for field in TABLE.columns[-len(found[0]) :]:
        column = pa.array([row[field.name] for row in found], field.type)
        summary = summary.append_column(field.name, column)
    schema = TABLE.schema([new for field in fields for new in summary_fields(field)])
    return summary.select(schema.names).cast(schema)


def histogram(networks: list[np.ndarray]) -> dict[str, object]:
    """Mean density over networks of ln s², and of how many; −∞ (s = 0) counts, but has no bin.

    Networks with a value that is no number are left out. Bins are as wide as MOST_BINS need to
    be, by a power of two; 0 is the middle of one, for there s² of orthogonal networks lie, to
    rounding.
    """
    sound = [values for values in networks if not (np.isnan(values) | (values == np.inf)).any()]
    finite = [values[np.isfinite(values)] for values in sound]
    seen = np.concatenate([*finite, np.empty(0)])
    low, width, bins = _bins(seen) if len(seen) else (0.0, FINEST, 0)
    shares = np.zeros(bins)
    for values, whole in zip(finite, sound, strict=True):
        counts = np.bincount(_index(values, low, width), minlength=bins)
        shares += counts / len(whole) / len(sound)
    return {
        "low": low,
        "high": low + bins * width,
        "density": shares / width,
        "n_density": len(sound),
    }


def _bins(values: np.ndarray) -> tuple[float, float, int]:
    """Lower end, width and number of the bins that hold these values."""
    least = (values.max() - values.min()) / (MOST_BINS - 1)
    width = 2.0 ** math.ceil(math.log2(max(least, FINEST)))
    low = (math.floor(values.min() / width + 0.5) - 0.5) * width
    return low, width, int(_index(values.max(), low, width)) + 1


def _index(values: np.ndarray, low: float, width: float) -> np.ndarray:
    return np.floor((values - low) / width).astype(np.int64)


def _split(groups: Groups) -> list[np.ndarray]:
    """The rows of each group."""
    return np.split(groups.order, groups.starts[1:])


SPECTRA = Reducer(name="spectra", stage="spectra", table=TABLE, reduce=reduce)

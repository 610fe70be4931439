"""How wide is a measured spectrum, and how far is it from a predicted one? For titles, captions."""

import numpy as np
import pandas as pd

INNER = 0.8  # share of the singular values whose span is a spectrum's width, in the middle


def spans(frame: pd.DataFrame) -> pd.Series:
    """Per row: by how much the middle singular values that are not 0 differ in ln s."""
    return frame.apply(_span, axis=1)


def _span(row: pd.Series) -> float:
    mass = np.concatenate([[0.0], np.cumsum(row.density)])
    if mass[-1] == 0:
        return np.nan
    edges = row.low + row.bin * np.arange(len(mass))
    ends = np.interp(mass[-1] * np.array([(1 - INNER) / 2, (1 + INNER) / 2]), mass, edges)
    # What lies within one bin may be one value: rounding is not a span.
    return 0.0 if np.count_nonzero(row.density) == 1 else float(ends[1] - ends[0]) / 2


def distance(row: pd.Series) -> float:
    """Largest difference between measured and predicted shares below any value (Kolmogorov)."""
    if row.theory is None or np.isnan(row.mass_at_zero):
        return np.nan
    edges = row.low + row.bin * np.arange(len(row.density) + 1)
    measured = np.concatenate([[0.0], np.cumsum(row.density) * row.bin])
    steps = np.diff(row.log_squared) * (row.theory[1:] + row.theory[:-1]) / 2
    inner = np.concatenate([[0.0], np.cumsum(steps)])
    predicted = np.interp(edges, row.log_squared, inner) if len(inner) > 1 else 0 * edges
    predicted = predicted + row.mass_at_top * (edges > row.log_top)
    whole = measured[-1] - measured
    return float(np.abs(whole - (predicted[-1] - predicted)).max())

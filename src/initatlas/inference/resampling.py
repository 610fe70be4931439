"""How sure is a number that was computed from n cells? The bootstrap, as counts of cells."""

import numpy as np
from jaxtyping import Float

from initatlas.confidence import LEVEL


def resamples(
    rng: np.random.Generator, cells: int, times: int
) -> Float[np.ndarray, "resample cell"]:
    """How often each cell is drawn, with replacement, in 1 + `times` samples of as many cells.

    The first sample is the one that was measured, each cell once: what is computed for all
    resamples has its estimate in front.
    """
    drawn = rng.multinomial(cells, np.full(cells, 1 / cells), size=times)
    return np.concatenate([np.ones((1, cells)), drawn])


def interval(values: Float[np.ndarray, "*each resample"]) -> Float[np.ndarray, "*each 2"]:
    """Percentile interval (Efron 1979) over the resamples, the estimate in front left out.

    It keeps to the range of a statistic, and is the same for all monotone functions of it. A
    resample without a value (NaN: all its cells trained, say) is left out as well; where half of
    them have none, so has the interval. Infinite values count, so an end may be infinite.
    """
    drawn = np.sort(np.asarray(values, dtype=float)[..., 1:], axis=-1)  # NaN is sorted to the end
    known = (~np.isnan(drawn)).sum(axis=-1)
    outside = (1 - LEVEL) / 2
    ends = [_order_statistic(drawn, known, share) for share in (outside, 1 - outside)]
    found = np.stack(ends, axis=-1)
    return np.where(2 * known[..., None] > drawn.shape[-1], found, np.nan)


def _order_statistic(drawn: np.ndarray, known: np.ndarray, share: float) -> np.ndarray:
    """The value that a share of the known ones lies at or below; none is made up between two."""
    if not drawn.shape[-1]:
        return np.full(known.shape, np.nan)
    place = np.clip(np.ceil(share * known).astype(int) - 1, 0, drawn.shape[-1] - 1)
    return np.take_along_axis(drawn, place[..., None], axis=-1)[..., 0]

"""Are these variances and correlations? Every number that enters theory is checked here, once."""

import numpy as np

from initatlas.activations.base import Array

Scalar = float | int | np.floating | np.integer
Reals = Scalar | np.ndarray | list | tuple  # numpy's Reals, less what is no number


def variances(**named: Reals) -> tuple[np.ndarray, ...]:
    """The values as float64 arrays, all of them finite and not negative."""
    arrays = {name: np.asarray(value, dtype=float) for name, value in named.items()}
    wrong = {
        name: array[~(np.isfinite(array) & (array >= 0))].flat[0]
        for name, array in arrays.items()
        if not (np.isfinite(array) & (array >= 0)).all()
    }
    if wrong:
        found = ", ".join(f"{name} = {value}" for name, value in wrong.items())
        raise ValueError(f"A variance must be finite and at least 0; got {found}.")
    return tuple(arrays.values())


def lengths(**named: Reals) -> tuple[np.ndarray, ...]:
    """The values as float64 arrays, none of them negative.

    One that is not finite, because layers before have left the numbers, has NaN follow from it.
    """
    arrays = {name: np.asarray(value, dtype=float) for name, value in named.items()}
    known = {name: np.where(np.isfinite(array), array, 0) for name, array in arrays.items()}
    variances(**known)
    return tuple(arrays.values())


def correlations(**named: Reals) -> tuple[np.ndarray, ...]:
    """The values as float64 arrays in [−1, 1], or NaN; beyond it by rounding they are clipped."""
    arrays = {name: np.asarray(value, dtype=float) for name, value in named.items()}
    for name, array in arrays.items():
        outside = np.abs(array) > 1 + 1e-12
        if outside.any():
            raise ValueError(
                f"A correlation lies in [−1, 1]; got {name} = {array[outside].flat[0]}."
            )
    return tuple(np.asarray(np.clip(array, -1, 1)) for array in arrays.values())


__all__ = ["Array", "Reals", "Scalar", "correlations", "lengths", "variances"]

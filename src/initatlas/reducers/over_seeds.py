"""How are networks that differ in their seed summed up? Means, errors, and what was not finite.

For every statistic x of a group of n_seeds networks:

- `x_mean`, `x_se`: arithmetic mean and its standard error over the finite values; where none is
  finite, the mean is what they are (inf, −inf, else NaN), so an explosion stays visible;
- `x_n_finite`: how many were finite. The others are counted by n_seeds − x_n_finite;
- `x_geomean`, `x_log_se` for positive quantities, which are log-normal over seeds (Hanin & Nica
  2020): exp of the mean of ln x, and the standard error of that mean; 0 where one x is 0;
- `x_logmeanexp` for logarithms: ln of the arithmetic mean of eˣ, −inf (a zero) included.

A statistic that does not exist for a layer is null in all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from initatlas.tables.kinds import column, count, number

LOGARITHM = "log_"  # prefix of statistics that are logarithms
POSITIVE = (
    "preactivation_variance",
    "q",
    "activation_variance",
    "update_ratio",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Rows sorted so that those of a group are neighbours, and where each group starts."""

    order: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray

    @classmethod
    def by(cls, rows: pa.Table, keys: Sequence[str]) -> "Groups":
        """Rows that agree in all keys (NaN with NaN), in order of first appearance."""
        frame = rows.select(list(keys)).to_pandas()
        number = frame.groupby(list(keys), dropna=False, sort=False).ngroup().to_numpy()
        sizes = np.bincount(number)
        return cls(
            order=np.argsort(number, kind="stable"),
            starts=np.concatenate([[0], np.cumsum(sizes)[:-1]]),
            sizes=sizes,
        )

    @property
    def firsts(self) -> np.ndarray:
        """The first row of each group."""
        return self.order[self.starts]

    def total(self, values: np.ndarray) -> np.ndarray:
        """Sum over each group, of values in sorted order."""
        return np.add.reduceat(values, self.starts)

    def largest(self, values: np.ndarray) -> np.ndarray:
        """Maximum over each group, of values in sorted order."""
        return np.maximum.reduceat(values, self.starts)

    def spread(self, values: np.ndarray) -> np.ndarray:
        """One value a group, repeated for its rows."""
        return np.repeat(values, self.sizes)


def summarize(rows: pa.Table, keys: Sequence[str], fields: Sequence[pa.Field]) -> pa.Table:
    """One row a group: the columns `keys`, n_seeds, and every statistic's summary."""
    groups = Groups.by(rows, keys)
    first = rows.take(pa.array(groups.firsts))
    columns = {name: first[name] for name in keys} | {"n_seeds": pa.array(groups.sizes)}
    for field in fields:
        values, absent = _in_order(rows[field.name], groups)
        for name, summary in _summaries(field.name, values, groups).items():
            columns[name] = pa.array(summary, mask=absent)
    return pa.table(columns)


def summary_fields(field: pa.Field) -> list[pa.Field]:
    """The columns that a statistic comes down to, with unit and definition."""
    name, unit = field.name, field.metadata[b"unit"].decode()
    what = field.metadata[b"definition"].decode()
    fields = [
        column(f"{name}_mean", pa.float64(), unit, f"mean over networks of: {what}"),
        column(f"{name}_se", pa.float64(), unit, "standard error of that mean"),
        count(f"{name}_n_finite", "networks whose value is finite", "networks"),
    ]
    if name.startswith(LOGARITHM):
        fields.append(number(f"{name}_logmeanexp", f"ln of the mean of exp of: {what}", unit))
    if name in POSITIVE:
        fields.append(number(f"{name}_geomean", f"geometric mean of: {what}", unit))
        fields.append(number(f"{name}_log_se", "standard error of its ln", "ln 1"))
    return fields


def _in_order(values: pa.ChunkedArray, groups: Groups) -> tuple[np.ndarray, np.ndarray]:
    """Values in sorted order, and the groups that have none."""
    present = values.is_valid().to_numpy()[groups.order]
    numbers = values.fill_null(np.nan).to_numpy()[groups.order]
    return numbers, groups.total(present.astype(np.int64)) == 0


def _summaries(name: str, values: np.ndarray, groups: Groups) -> dict[str, np.ndarray]:
    mean, error, finite = moments(values, groups)
    found = {f"{name}_mean": mean, f"{name}_se": error, f"{name}_n_finite": finite}
    if name.startswith(LOGARITHM):
        found[f"{name}_logmeanexp"] = log_mean_exp(values, groups)
    if name in POSITIVE:
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log(values)
        mean, error, _ = moments(logs, groups)
        zero = groups.largest(values == 0)
        found[f"{name}_geomean"] = np.where(zero, 0.0, np.exp(mean))
        found[f"{name}_log_se"] = np.where(zero, np.nan, error)
    return found


def moments(values: np.ndarray, groups: Groups) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, its standard error, and number of the finite values, per group."""
    usable = np.isfinite(values)
    finite = groups.total(usable.astype(np.int64))
    with np.errstate(invalid="ignore", divide="ignore"):
        # Dividing before adding keeps values near the largest float from overflowing.
        mean = groups.total(np.where(usable, values, 0) / groups.spread(finite))
        verdict = groups.total(np.where(usable, 0, values))
        deviation = np.where(usable, values - groups.spread(mean), 0)
        scale = groups.largest(np.abs(deviation))
        unit = deviation / groups.spread(np.where(scale > 0, scale, 1))
        error = scale * np.sqrt(groups.total(unit**2) / (finite - 1) / finite)
    return np.where(finite > 0, mean, verdict), np.where(finite > 1, error, np.nan), finite


def log_mean_exp(values: np.ndarray, groups: Groups) -> np.ndarray:
    """Ln of the mean of exp(values) that are not NaN, per group; NaN where all are."""
    usable = ~np.isnan(values)
    n = groups.total(usable.astype(np.int64))
    largest = groups.largest(np.where(usable, values, -np.inf))
    shift = np.where(np.isfinite(largest), largest, 0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        terms = np.where(usable, np.exp(values - groups.spread(shift)), 0)
        return np.log(groups.total(terms) / n) + shift

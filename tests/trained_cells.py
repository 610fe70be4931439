"""Cells whose networks trained or not as planted, without any network: what reducers are given."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from initatlas.rng import generator
from initatlas.tables import column
from initatlas.tables.columns import CELL_KEYS
from initatlas.tables.trained import BEST_RATES, MAP_BEST_RATES, PREDICTORS

CELL = {
    "study": "synthetic",
    "dataset": "digits",
    "architecture": "mlp",
    "initializer": "gaussian",
    "activation": "tanh",
    "depth": 8,
    "width": 64,
    "sigma_w2": 1.0,
    "sigma_b2": 0.0,
}
MEASURED = (
    "forward_stability",
    "gradient_stability",
    "gradient_growth",
    "correlation_last",
    "noise",
)
EXTRA = tuple(column(name, pa.float64(), "1", f"synthetic {name}") for name in MEASURED)
ENDED = {
    "optimizer": "sgd",
    "learning_rate": 0.1,
    "relative_learning_rate": np.nan,
    "outcome": "trained",
    "steps_to_threshold": 50.0,
    "diverged_step": np.nan,
    "final_train_loss": 0.1,
    "final_train_accuracy": 0.9,
    "final_validation_loss": 0.2,
    "final_validation_accuracy": 0.85,
    "final_test_loss": 0.2,
    "final_test_accuracy": 0.85,
    "generalization_gap": 0.05,
    "kernel_drift": 0.3,
    "window_decades": 1.0,
    "rates_workable": 3,
    "rates_tried": 5,
    "rate_at_edge": 0,
}


def grid(depths: Sequence[int], sigma_w2: Sequence[float], **cell: object) -> list[dict]:
    """Cells of a sweep."""
    return [CELL | cell | {"depth": d, "sigma_w2": s} for d in depths for s in sigma_w2]


def networks(cells: Sequence[Mapping], seeds: int) -> pd.DataFrame:
    """A row per network."""
    return pd.DataFrame([{**cell, "seed": seed} for cell in cells for seed in range(seeds)])


def predictors(rows: pd.DataFrame, experiment: str = "trainability") -> pa.Table:
    """The predictors' table of networks: what a row has, and noise for the rest."""
    rng = generator(0, "predictors", experiment)
    noise = {n: rng.normal(size=len(rows)) for n in MEASURED if n not in rows}
    full = rows.assign(experiment=experiment, **noise)
    return pa.Table.from_pandas(full, schema=PREDICTORS.schema(EXTRA), preserve_index=False)


def best_rates(rows: pd.DataFrame) -> pa.Table:
    """How networks ended: what a row has, and a network that trained for the rest."""
    full = rows.assign(**{name: v for name, v in ENDED.items() if name not in rows})
    kind = MAP_BEST_RATES if "step" in rows else BEST_RATES
    return pa.Table.from_pandas(full, schema=kind.schema(), preserve_index=False)


def ended(rows: pd.DataFrame, trained: np.ndarray) -> pd.DataFrame:
    """Networks with an outcome, and what follows from it."""
    return rows.assign(
        outcome=np.where(trained, "trained", "stalled"),
        steps_to_threshold=np.where(trained, 50.0, np.nan),
        final_test_accuracy=np.where(trained, 0.85, 0.1),
        final_train_accuracy=np.where(trained, 0.9, 0.1),
        window_decades=np.where(trained, 1.0, np.nan),
        rates_workable=np.where(trained, 3, 0),
    )


def theory(cells: Sequence[Mapping], **facts: object) -> pa.Table:
    """What theory says of the cells: a quiet network, but for these facts."""
    quiet = {
        "q_star": 1.0,
        "chi_1": 1.0,
        "xi_q": 2.0,
        "xi_c": np.inf,
        "xi_grad": np.inf,
        "forward_stability": 0.0,
        "gradient_stability": 0.0,
        "beta": 0.0,
        "jacobian_variance": 0.0,
        "log_ntk_condition_number": 1.0,
        "phase": "critical",
    }
    frame = pd.DataFrame(cells)[list(CELL_KEYS)].assign(**quiet | facts)
    return pa.Table.from_pandas(frame, preserve_index=False)


def shuffled(table: pa.Table) -> pa.Table:
    """The same rows in another order."""
    order = generator(0, "shuffled", table.num_rows).permutation(table.num_rows)
    return table.take(pa.array(order))

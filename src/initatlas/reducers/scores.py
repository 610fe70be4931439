"""How stable is each cell said to be? The score and its parts, measured and predicted.

The constants were fitted on other cells and are frozen (`calibration`).
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from initatlas.reducers.base import Reducer
from initatlas.reducers.calibration import CALIBRATION
from initatlas.reducers.cell_summaries import at_initialization
from initatlas.reducers.score import SCORES as PARTS
from initatlas.reducers.score import Calibration, burden, score, total_burden
from initatlas.tables.columns import CELL_KEYS
from initatlas.tables.verdicts import SCORES as TABLE

MEASURED = ("forward_stability", "gradient_stability")
SHARED = (*MEASURED, "log_ntk_condition_number")  # theory has numbers of these names, too
THEORY = (
    "q_star",
    "chi_1",
    "xi_q",
    "xi_c",
    "xi_grad",
    "beta",
    "jacobian_variance",
    "phase",
    *SHARED,
)
NO_BIAS = 1e-2  # σ_b² nearer than this to the end of a curve is at it: ReLU's ends where it starts


def reduce(
    predictors: pa.Table,
    trainability_theory: pa.Table | None,
    map_theory: pa.Table | None,
    edge_of_chaos: pa.Table | None,
) -> pa.Table:
    """One row per cell and experiment."""
    cells = at_initialization(predictors.to_pandas(), MEASURED)
    cells = with_theory(cells, trainability_theory, map_theory)
    curve = None if edge_of_chaos is None else edge_of_chaos.to_pandas()
    cells = cells.assign(distance_to_critical=distance_to_critical(cells, curve))
    found = scored(cells, CALIBRATION)
    return pa.Table.from_pandas(found, schema=TABLE.schema(), preserve_index=False)


def with_theory(cells: pd.DataFrame, *predicted: pa.Table | None) -> pd.DataFrame:
    """The cells beside what theory says of them; NaN where it has no say.

    A cell of two experiments is one to theory, so that any of its rows will do.
    """
    keys = list(CELL_KEYS)
    known = [table.to_pandas()[[*keys, *THEORY]] for table in predicted if table is not None]
    empty = pd.DataFrame(columns=[*keys, *THEORY]).astype(cells[keys].dtypes)
    theory = pd.concat(known) if known else empty.astype(dict.fromkeys(THEORY[:-4], float))
    theory = theory.drop_duplicates(keys).rename(columns={n: f"{n}_theory" for n in SHARED})
    found = cells.merge(theory, on=keys, how="left").assign(phase=lambda f: f.phase.fillna(""))
    numbers = [name for name in theory.columns if name not in (*keys, "phase")]
    found[numbers] = found[numbers].astype(float)
    # χ = 0 kills in a layer what ξ = 0 layers would carry: the ratio is infinite.
    with np.errstate(divide="ignore"):
        depth = found.depth.to_numpy(dtype=float)
        return found.assign(
            depth_ratio=np.divide(depth, found.xi_c.to_numpy()),
            gradient_depth_ratio=np.divide(depth, found.xi_grad.to_numpy()),
        )


def scored(cells: pd.DataFrame, calibration: Calibration) -> pd.DataFrame:
    """The cells with their scores, and what each part takes from the first one."""
    scales = calibration.scores["score"].scales
    burdens = {
        f"{part}_burden": burden(cells[part].to_numpy(), part, scales[part].value)
        for part in PARTS["score"]
    }
    scores = {name: score(cells, constants) for name, constants in calibration.scores.items()}
    scores["burden_predicted"] = total_burden(cells, calibration.scores["score_predicted"])
    held_out = calibration.held_out(cells).astype(np.int64)
    return cells.assign(held_out=held_out, **burdens, **scores)


def distance_to_critical(cells: pd.DataFrame, curve: pd.DataFrame | None) -> np.ndarray:
    """|σ_w² − critical σ_w²| at the cell's σ_b², between the points of theory's stable curve."""
    found = np.full(len(cells), np.nan)
    if curve is None:
        return found
    # Rounding: V′ of activations without a scale is 1 exactly.
    stable = curve[curve.length_slope <= 1 + 1e-9].sort_values("sigma_b2", kind="stable")
    for activation, points in stable.groupby("activation"):
        chosen = (cells.activation == activation).to_numpy()
        bias = cells.sigma_b2.to_numpy()[chosen]
        known = points.sigma_b2.to_numpy()
        inside = (bias >= known[0] - NO_BIAS) & (bias <= known[-1] + NO_BIAS)
        critical = np.interp(bias, known, points.sigma_w2.to_numpy())
        distance = np.abs(cells.sigma_w2.to_numpy()[chosen] - critical)
        found[chosen] = np.where(inside, distance, np.nan)
    return found


SCORES = Reducer(
    name="scores",
    needs=("predictors",),
    either=("trainability_theory", "map_theory", "edge_of_chaos"),
    table=TABLE,
    reduce=reduce,
)

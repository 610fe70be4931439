"""What do jobs that measure spectra write? One row a network, with its singular values."""

import pyarrow as pa

from initatlas.tables.columns import CELL, NETWORK_KEYS, SEED, VARIANCES
from initatlas.tables.kinds import Table, column

SPECTRA = Table(
    name="spectra",
    columns=(
        *CELL,
        SEED,
        *VARIANCES,
        column(
            "log_singular_values",
            pa.list_(pa.float64()),
            "nat",
            "ln s of ∂z^L/∂z^1: `width` values of each point, descending, point after point; −∞ "
            "where s = 0",
        ),
    ),
    grain=NETWORK_KEYS,
    open=True,
)

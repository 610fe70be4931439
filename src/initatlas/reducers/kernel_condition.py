"""How well conditioned should tangent kernels be? As theory says."""

from initatlas.reducers.base import Reducer, gathered
from initatlas.tables.predicted import KERNEL_CONDITION as TABLE

KERNEL_CONDITION = Reducer(
    name="kernel_condition", predictions=("kernel_condition",), table=TABLE, reduce=gathered
)

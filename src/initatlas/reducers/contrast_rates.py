"""How fast do signals and gradients grow on the second data set? As `rates` has it."""

from initatlas.reducers.base import Reducer
from initatlas.reducers.rates import reduce
from initatlas.tables.reduced import CONTRAST_RATES as TABLE

CONTRAST_RATES = Reducer(name="contrast_rates", stage="contrast", table=TABLE, reduce=reduce)

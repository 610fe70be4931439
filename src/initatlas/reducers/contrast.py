"""What do signals and gradients look like on the second data set? As `layers` has it."""

from initatlas.reducers.base import Reducer
from initatlas.reducers.layers import reduce
from initatlas.tables.reduced import CONTRAST as TABLE

CONTRAST = Reducer(name="contrast", stage="contrast", table=TABLE, reduce=reduce)

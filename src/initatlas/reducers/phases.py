"""In which phase does each recipe put each activation? As theory says."""

from initatlas.reducers.base import Reducer, gathered
from initatlas.tables import PHASES as TABLE

PHASES = Reducer(name="phases", predictions=("phases",), table=TABLE, reduce=gathered)

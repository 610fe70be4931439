"""He's variance from a heavy-tailed distribution: do single large weights matter?"""

from initatlas.distributions.student_t import STUDENT_T as DISTRIBUTION
from initatlas.initializers.base import Initializer

STUDENT_T = Initializer(
    name="student_t",
    distribution=DISTRIBUTION,
    sigma_w2=2.0,
    source="Favaro, Fortini & Peluchetti 2020",
)

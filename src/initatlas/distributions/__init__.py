"""Weight distributions: one file each. To add one, write its file and list it here."""

from initatlas.distributions.base import Distribution, WeightLayer
from initatlas.distributions.delta_orthogonal import DELTA_ORTHOGONAL
from initatlas.distributions.identity import IDENTITY
from initatlas.distributions.looks_linear import LOOKS_LINEAR
from initatlas.distributions.normal import NORMAL
from initatlas.distributions.orthogonal import ORTHOGONAL
from initatlas.distributions.sparse import SPARSE
from initatlas.distributions.student_t import STUDENT_T
from initatlas.distributions.truncated_normal import TRUNCATED_NORMAL
from initatlas.distributions.uniform import UNIFORM

DISTRIBUTIONS: dict[str, Distribution] = {
    d.name: d
    for d in (
        NORMAL,
        UNIFORM,
        TRUNCATED_NORMAL,
        ORTHOGONAL,
        DELTA_ORTHOGONAL,
        STUDENT_T,
        SPARSE,
        IDENTITY,
        LOOKS_LINEAR,
    )
}

__all__ = ["DISTRIBUTIONS", "Distribution", "WeightLayer"]

"""Initializers: one file each. To add one, write its file and list it here."""

from initatlas.initializers.base import MODES, Initializer
from initatlas.initializers.critical import CRITICAL
from initatlas.initializers.critical_orthogonal import CRITICAL_ORTHOGONAL
from initatlas.initializers.delta_orthogonal import DELTA_ORTHOGONAL
from initatlas.initializers.fixup import FIXUP
from initatlas.initializers.gaussian import GAUSSIAN
from initatlas.initializers.glorot_normal import GLOROT_NORMAL
from initatlas.initializers.glorot_uniform import GLOROT_UNIFORM
from initatlas.initializers.gradient_gain import GRADIENT_GAIN
from initatlas.initializers.he_fan_out import HE_FAN_OUT
from initatlas.initializers.he_normal import HE_NORMAL
from initatlas.initializers.he_uniform import HE_UNIFORM
from initatlas.initializers.identity import IDENTITY
from initatlas.initializers.lecun_normal import LECUN_NORMAL
from initatlas.initializers.looks_linear import LOOKS_LINEAR
from initatlas.initializers.lsuv import LSUV
from initatlas.initializers.orthogonal import ORTHOGONAL
from initatlas.initializers.scaled_branch import SCALED_BRANCH
from initatlas.initializers.second_moment_gain import SECOND_MOMENT_GAIN
from initatlas.initializers.skip_init import SKIP_INIT
from initatlas.initializers.sparse import SPARSE
from initatlas.initializers.student_t import STUDENT_T
from initatlas.initializers.torch_default import TORCH_DEFAULT
from initatlas.initializers.truncated_normal import TRUNCATED_NORMAL
from initatlas.initializers.zero_branch import ZERO_BRANCH

INITIALIZERS: dict[str, Initializer] = {
    i.name: i
    for i in (
        HE_NORMAL,
        HE_UNIFORM,
        HE_FAN_OUT,
        GLOROT_NORMAL,
        GLOROT_UNIFORM,
        LECUN_NORMAL,
        TRUNCATED_NORMAL,
        ORTHOGONAL,
        TORCH_DEFAULT,
        GAUSSIAN,
        SECOND_MOMENT_GAIN,
        GRADIENT_GAIN,
        CRITICAL,
        CRITICAL_ORTHOGONAL,
        DELTA_ORTHOGONAL,
        LSUV,
        LOOKS_LINEAR,
        SPARSE,
        IDENTITY,
        STUDENT_T,
        SCALED_BRANCH,
        ZERO_BRANCH,
        FIXUP,
        SKIP_INIT,
    )
}

__all__ = ["INITIALIZERS", "MODES", "Initializer"]

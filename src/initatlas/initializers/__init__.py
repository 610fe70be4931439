"""Initializers: one file each. To add one, write its file and list it here."""

from initatlas.initializers.base import MODES, Initializer
from initatlas.initializers.gaussian import GAUSSIAN
from initatlas.initializers.glorot_normal import GLOROT_NORMAL
from initatlas.initializers.glorot_uniform import GLOROT_UNIFORM
from initatlas.initializers.he_fan_out import HE_FAN_OUT
from initatlas.initializers.he_normal import HE_NORMAL
from initatlas.initializers.he_uniform import HE_UNIFORM
from initatlas.initializers.lecun_normal import LECUN_NORMAL
from initatlas.initializers.orthogonal import ORTHOGONAL
from initatlas.initializers.torch_default import TORCH_DEFAULT
from initatlas.initializers.truncated_normal import TRUNCATED_NORMAL

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
    )
}

__all__ = ["INITIALIZERS", "MODES", "Initializer"]

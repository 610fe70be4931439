"""Gaussian weights whose σ_w² the study sweeps: the variance-scaling constant, the "2" of He."""

from initatlas.distributions.normal import NORMAL
from initatlas.initializers.base import Initializer

GAUSSIAN = Initializer(
    name="gaussian",
    distribution=NORMAL,
    sigma_w2=None,
    source="Poole et al. 2016; Schoenholz et al. 2017",
)

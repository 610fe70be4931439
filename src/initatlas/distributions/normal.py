"""Independent Gaussian entries: the case that mean-field theory is written for."""

from initatlas.distributions.base import Distribution

NORMAL = Distribution(
    name="normal",
    draw=lambda rng, fan_out, fan_in: rng.standard_normal((fan_out, fan_in)),
    kurtosis=0.0,
    source="He et al. 2015, section 2.2",
)

"""Independent Gaussian entries: the case that mean-field theory is written for."""

from initatlas.distributions.base import Distribution

NORMAL = Distribution(
    name="normal",
    draw=lambda rng, layer: rng.standard_normal((layer.fan_out, layer.fan_in)),
    source="He et al. 2015, section 2.2",
)

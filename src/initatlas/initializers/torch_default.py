"""What torch.nn.Linear does: weights and biases uniform between ±1/√fan_in, so σ_w² = 1/3."""

from initatlas.distributions.uniform import UNIFORM
from initatlas.initializers.base import Initializer

TORCH_DEFAULT = Initializer(
    name="torch_default",
    distribution=UNIFORM,
    sigma_w2=1 / 3,
    sigma_b2=1 / 3,
    bias_distribution=UNIFORM,
    bias_per_fan=True,
    source="torch.nn.Linear.reset_parameters: kaiming_uniform_(a=√5)",
)

"""What is an initializer? A distribution times a variance rule times a bias rule."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from initatlas.distributions import Distribution, WeightLayer
from initatlas.distributions.normal import NORMAL

MODES = ("fan_in", "fan_out", "fan_avg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Initializer:
    """Var W = σ_w² / fan, with fan by `mode`; Var b = σ_b², or σ_b² / fan_in if `bias_per_fan`.

    `sigma_w2` is None where the study sweeps it. `variances(activation)` gives (σ_w², σ_b²)
    where the recipe depends on the activation; it then replaces both. `rescale(z)` gives the
    factor by which each network's layer is multiplied where the data decides. For square layers
    every mode gives the same network; `mode` tells apart the first layer and the readout.
    `scale(layer)` multiplies the weights of a layer by its place in the network; of a residual
    branch's multiplier it is the value (1 without). `architectures` are those that it is for; it is
    for all if none is named.
    """

    name: str
    distribution: Distribution
    sigma_w2: float | None
    mode: str = "fan_in"
    sigma_b2: float = 0.0
    bias_distribution: Distribution = NORMAL
    bias_per_fan: bool = False
    variances: Callable[[object], tuple[float, float]] | None = None
    rescale: Callable[[object], object] | None = None
    scale: Callable[[WeightLayer], float] | None = None
    architectures: tuple[str, ...] = ()
    source: str

    def __post_init__(self) -> None:
        """Refuse a recipe that cannot be drawn."""
        if self.mode not in MODES:
            raise ValueError(f"{self.name}: mode must be one of {MODES}; got {self.mode!r}")
        for name in ("sigma_w2", "sigma_b2"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < float("inf"):
                raise ValueError(f"{self.name}: {name} is a variance, 0 or more; got {value!r}")

    @property
    def swept(self) -> bool:
        """Whether the study has to say which σ_w² to use."""
        return self.sigma_w2 is None and self.variances is None

    def weight_variance(self, sigma_w2: float, fan_in: int, fan_out: int) -> float:
        """Variance of one weight: σ_w² / fan."""
        fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
        return sigma_w2 / fans[self.mode]

    def bias_variance(self, sigma_b2: float, fan_in: int) -> float:
        """Variance of one bias."""
        return sigma_b2 / fan_in if self.bias_per_fan else sigma_b2

    def layer_variance(self, sigma_w2: float, layer: WeightLayer) -> float:
        """Variance of one weight of this layer, its place in the network included."""
        fan_out = layer.fan_out * layer.kernel
        return self.weight_variance(sigma_w2, layer.fan_in, fan_out) * self.scale_of(layer) ** 2

    def scale_of(self, layer: WeightLayer) -> float:
        """What the layer's place multiplies its weights by; a multiplier's own value."""
        return 1.0 if self.scale is None else self.scale(layer)

    def draw(
        self, rng: np.random.Generator, layer: WeightLayer, sigma_w2: float, sigma_b2: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Weights (fan_out, fan_in) and biases (fan_out,) of one layer, float64."""
        if layer.multiplier:
            return np.full((1, 1), self.scale_of(layer)), np.zeros(1)
        variance = self.layer_variance(sigma_w2, layer)
        weight = self.distribution.draw(rng, layer) * np.sqrt(variance)
        variance = self.bias_variance(sigma_b2, layer.fan_in)
        if variance == 0:
            return weight, np.zeros(layer.fan_out)
        row = WeightLayer(fan_in=layer.fan_out, fan_out=1)
        return weight, self.bias_distribution.draw(rng, row)[0] * np.sqrt(variance)

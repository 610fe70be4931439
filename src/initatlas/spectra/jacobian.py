"""How does a network stretch small changes? By the singular values of ∂z^L/∂z^1, input by input."""

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor

from initatlas.activations import Activation
from initatlas.networks import Architecture, Ensemble
from initatlas.spectra.products import log_singular_values

# Architectures whose Jacobian is the product of W^{l+1} D^l, one factor a layer.
LAYERED = ("mlp",)


def jacobian_spectra(
    architecture: Architecture,
    ensemble: Ensemble,
    activation: Activation,
    inputs: Float[Tensor, "point unit"],
) -> Float[Tensor, "net point rank"]:
    """Ln s of J = W^L D^{L−1} ⋯ W^2 D^1 with D^l = diag φ′(z^l), descending; −∞ where s = 0.

    From the first hidden layer to the last: L − 1 square layers, as theory.jacobian_moments has
    them. Zeros are exact: what φ′ = 0 switches off is left out of the product. Cost of a network
    and point: about 5 L n³ + 100 n³ floating-point operations.

    Raises:
        ValueError: the architecture's Jacobian is no product of such layers.
    """
    if architecture.name not in LAYERED:
        raise ValueError(f"{architecture.name}: Jacobian spectra are known for {LAYERED} only.")
    space = architecture.workspace(ensemble, len(inputs))
    architecture.forward(ensemble, activation, inputs, space)
    hidden = ensemble.weights[1:-1]
    slopes = [activation.slope(z) for z in space.preactivations[: len(hidden)]]
    width = ensemble.shapes[0].fan_out
    spectra = torch.zeros(len(ensemble), len(inputs), width, dtype=torch.float64)
    for net in range(len(ensemble) if hidden else 0):  # with one hidden layer, J = 1
        weights = [weight[net].double() for weight in hidden]
        products = [
            list(_factors(weights, [slope[net, point].double() for slope in slopes]))
            for point in range(len(inputs))
        ]
        spectra[net] = log_singular_values(products, width)
    return spectra


def _factors(
    weights: list[Float[Tensor, "unit unit"]], slopes: list[Float[Tensor, " unit"]]
) -> Iterator[Float[Tensor, "_ _"]]:
    """W^{l+1} D^l from l = 1 on, without the rows and columns that a φ′ = 0 switches off."""
    active = [slope != 0 for slope in slopes]
    everything = torch.ones(len(weights[-1]), dtype=torch.bool)
    for weight, slope, below, above in zip(
        weights, slopes, active, [*active[1:], everything], strict=True
    ):
        yield weight[above][:, below] * slope[below]

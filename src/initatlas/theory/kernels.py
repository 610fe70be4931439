"""Which kernels does an infinitely wide network compute, at initialization and under training?

NNGP: K′ = σ_w² E[φφ] + σ_b². NTK: Θ′ = K′ + σ_w² E[φ′φ′] Θ, from Θ = K in the first layer, in the
NTK parametrisation with σ_w² and σ_b² inside K (Jacot et al. 2018; Xiao et al. 2020). The standard
parametrisation would weigh each layer's term by its width.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from initatlas.activations import Activation, find_activation
from initatlas.theory.arguments import Array, Reals, variances
from initatlas.theory.maps import AnyActivation
from initatlas.theory.moments import pair_moments, second_moment, slope_moment


class Entries(NamedTuple):
    """A kernel's three values for a pair of inputs a, b."""

    aa: Array
    ab: Array
    bb: Array


class Kernels(NamedTuple):
    """Both kernels of one pair of inputs."""

    nngp: Entries
    ntk: Entries


class LayerKernels(NamedTuple):
    """Kernels of one weight layer, and 1 − correlation, which they would not tell near 1."""

    kernels: Kernels
    gap: Array


def kernels(
    activation: AnyActivation,
    sigma_w2: Reals,
    sigma_b2: Reals,
    depth: int,
    q0_a: Reals,
    q0_b: Reals,
    q0_ab: Reals,
) -> Kernels:
    """Kernels after `depth` hidden layers and a linear readout with the same σ_w², σ_b².

    q0 are the inputs' inner products per dimension; the first layer's kernel is σ_w² q0 + σ_b².
    64 layers of 1,000 pairs take about a second.
    """
    *_, last = kernel_layers(activation, sigma_w2, sigma_b2, depth, q0_a, q0_b, q0_ab)
    return last


def kernel_layers(
    activation: AnyActivation,
    sigma_w2: Reals,
    sigma_b2: Reals,
    depth: int,
    q0_a: Reals,
    q0_b: Reals,
    q0_ab: Reals,
) -> Iterator[Kernels]:
    """Yield the kernels of weight layers 1 … depth + 1."""
    record = find_activation(activation)
    if depth < 0:
        raise ValueError(f"depth counts hidden layers and must be at least 0; got {depth}.")
    layer = first_layer(sigma_w2, sigma_b2, q0_a, q0_b, q0_ab)
    yield layer.kernels
    for _ in range(depth):
        layer = next_layer(record, sigma_w2, sigma_b2, layer)
        yield layer.kernels


def first_layer(
    sigma_w2: Reals, sigma_b2: Reals, q0_a: Reals, q0_b: Reals, q0_ab: Reals
) -> LayerKernels:
    """Kernels of the first weight layer, which is linear in the inputs."""
    w, b, q_a, q_b = variances(sigma_w2=sigma_w2, sigma_b2=sigma_b2, q0_a=q0_a, q0_b=q0_b)
    w, b, q_a, q_b, q_ab = np.broadcast_arrays(w, b, q_a, q_b, np.asarray(q0_ab, dtype=float))
    _refuse_impossible_products(q_a, q_b, q_ab)
    nngp = Entries(*(w * q + b for q in (q_a, q_ab, q_b)))
    gap = _gap(w * _distance(q_a, q_b, q_ab), nngp.aa, nngp.bb)
    return LayerKernels(Kernels(nngp, nngp), gap)


def next_layer(
    activation: Activation, sigma_w2: Reals, sigma_b2: Reals, layer: LayerKernels
) -> LayerKernels:
    """Kernels of the weight layer behind this one, with its own σ_w² and σ_b²."""
    w, b = variances(sigma_w2=sigma_w2, sigma_b2=sigma_b2)
    (nngp, ntk), gap = layer
    same = np.array_equal(nngp.aa, nngp.bb)
    q_a, q_b = nngp.aa, nngp.aa if same else nngp.bb
    moments = pair_moments(activation, q_a, q_b, gap)
    square_a, slope_a = second_moment(activation, q_a), slope_moment(activation, q_a)
    square_b = square_a if same else second_moment(activation, q_b)
    slope_b = slope_a if same else slope_moment(activation, q_b)
    grown = Entries(w * square_a + b, w * moments.mixed + b, w * square_b + b)
    slopes = Entries(w * slope_a, w * moments.mixed_slope, w * slope_b)
    tangent = Entries(*(k + s * t for k, s, t in zip(grown, slopes, ntk, strict=True)))
    gap = _gap(w * moments.half_square, grown.aa, grown.bb)
    return LayerKernels(Kernels(grown, tangent), gap)


def _gap(distance: Array, q_a: Array, q_b: Array) -> Array:
    """1 − c from ½ E[(z_a − z_b)²] and the variances; 0 where there is no signal."""
    mean = np.sqrt(q_a * q_b)
    excess = distance - (np.sqrt(q_a) - np.sqrt(q_b)) ** 2 / 2
    return np.clip(np.divide(excess, mean, out=np.zeros_like(mean), where=mean > 0), 0, 2)


def _distance(q_a: Array, q_b: Array, q_ab: Array) -> Array:
    """½ |a − b|² per dimension."""
    return (q_a + q_b) / 2 - q_ab


def _refuse_impossible_products(q_a: Array, q_b: Array, q_ab: Array) -> None:
    """Cauchy and Schwarz, with room for rounding."""
    excess = np.abs(q_ab) - np.sqrt(q_a * q_b) * (1 + 1e-9)
    if (excess > 0).any():
        i = np.unravel_index(np.argmax(excess), excess.shape)
        raise ValueError(
            f"|q0_ab| is at most √(q0_a q0_b); got q0_ab = {q_ab[i]} with "
            f"q0_a = {q_a[i]} and q0_b = {q_b[i]}."
        )

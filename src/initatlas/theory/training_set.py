"""What do the kernels say about learning a given set of inputs?

Condition number and largest eigenvalue bound the speed of gradient descent (largest stable step
2/λ_max); the mean predictor P(Θ) = Θ_td Θ_dd⁻¹ says what is learned. Xiao et al. 2020.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from initatlas.activations import find_activation
from initatlas.theory.arguments import Array, Scalar
from initatlas.theory.depth_scales import depth_scales
from initatlas.theory.kernels import Kernels, first_layer, kernels, next_layer
from initatlas.theory.maps import AnyActivation
from initatlas.theory.moments import slope_jumps
from initatlas.theory.phases import phase_of
from initatlas.theory.recursion import Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelMatrices:
    """NNGP and NTK of a set of inputs, axes point, point."""

    nngp: Array
    ntk: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelLimit:
    """Kernels of two distinct inputs at large depth, per layer where they grow linearly with it.

    `ntk_aa` and `ntk_ab` are limits (∞ where they grow); the `_per_layer` ones are limits of Θ/l,
    0 where Θ has a limit, ∞ where it grows exponentially. `ratio` is the limit of Θ_ab/Θ_aa.
    """

    phase: str
    nngp_aa: float
    nngp_ab: float
    ntk_aa: float
    ntk_ab: float
    ntk_aa_per_layer: float
    ntk_ab_per_layer: float
    ratio: float


def kernel_matrices(
    activation: AnyActivation, sigma_w2: Scalar, sigma_b2: Scalar, depth: int, gram: Array
) -> KernelMatrices:
    """Kernels of all pairs of inputs with inner products per dimension `gram`."""
    pairs = _pairs(gram)
    return _matrices(kernels(activation, sigma_w2, sigma_b2, depth, *pairs), len(gram))


def kernel_matrices_by_depth(
    activation: AnyActivation, layers: Layers, depths: Collection[int], gram: Array
) -> Iterator[tuple[int, KernelMatrices]]:
    """Each of these depths, ascending, with the kernels of the network cut to it.

    A network of depth L has the first L of the `layers`, and their last as its readout.
    """
    if not all(1 <= depth <= layers.depth for depth in depths):
        raise ValueError(f"depths must be 1 to {layers.depth}, as deep as layers are; got {depths}")
    record = find_activation(activation)
    each = list(zip(layers.sigma_w2, layers.sigma_b2, strict=True))
    hidden = first_layer(*each[0], *_pairs(gram))
    for depth in range(1, max(depths, default=0) + 1):
        if depth > 1:
            hidden = next_layer(record, *each[depth - 1], hidden)
        if depth in depths:
            readout = next_layer(record, *each[-1], hidden)
            yield depth, _matrices(readout.kernels, len(gram))


def _pairs(gram: Array) -> tuple[Array, Array, Array]:
    """Both lengths and the inner product of every pair of inputs."""
    rows, columns = np.triu_indices(len(gram))
    diagonal = np.diagonal(gram)
    return diagonal[rows], diagonal[columns], gram[rows, columns]


def _matrices(found: Kernels, points: int) -> KernelMatrices:
    """The kernels of all pairs as matrices."""
    rows, columns = np.triu_indices(points)
    on = rows == columns
    matrices = []
    for entries in found:
        matrix = np.empty((points, points))
        matrix[rows, columns] = matrix[columns, rows] = entries.ab
        # Exact on the diagonal, where the pair's series would leave rounding errors.
        matrix[rows[on], rows[on]] = entries.aa[on]
        matrices.append(matrix)
    return KernelMatrices(nngp=matrices[0], ntk=matrices[1])


def condition_number(kernel: Array) -> float:
    """κ = λ_max/λ_min; ∞ where λ_min is rounding error (float64 resolves κ up to about 1e15)."""
    eigenvalues = np.linalg.eigvalsh(kernel)
    floor = len(kernel) * np.finfo(float).eps * eigenvalues[-1]
    return float(eigenvalues[-1] / eigenvalues[0]) if eigenvalues[0] > floor else float("inf")


def mean_predictor(kernel: Array, n_train: int, labels: Array) -> Array:
    """P(Θ)Y = Θ_td Θ_dd⁻¹ Y on the inputs after the first `n_train`: training without end."""
    solution = np.linalg.solve(kernel[:n_train, :n_train], labels)
    return kernel[n_train:, :n_train] @ solution


def kernel_limit(activation: AnyActivation, sigma_w2: Scalar, sigma_b2: Scalar) -> KernelLimit:
    """Kernels of two distinct inputs as depth → ∞, by phase.

    Ordered: Θ → p* = q*/(1 − χ₁) for every pair. Critical: Θ_aa ~ l q* and Θ_ab ~ l q*/3, or
    l q*/4 where φ′ jumps (as χ(c_l) = 1 − 2/l, or 1 − 3/l). Chaotic: Θ_aa ~ χ₁ˡ,
    Θ_ab → q* c*/(1 − χ_c*).

    Raises:
        ValueError: lengths collapse or diverge, and kernels with them.
    """
    record = find_activation(activation)
    scales = depth_scales(record, sigma_w2, sigma_b2)
    q, slope = float(scales.q_star), float(scales.chi_1)
    phase = str(phase_of(q, slope))
    if phase in {"collapsing", "divergent"} or q == 0:
        raise ValueError(
            f"{record.name} at sigma_w2 = {sigma_w2}, sigma_b2 = {sigma_b2}: q* = {q:g}, "
            f"so that its kernels have no finite, non-zero limit."
        )
    infinite = float("inf")
    if phase == "ordered":
        limit, per_layer, ratio = (q / (1 - slope),) * 2, (0.0, 0.0), 1.0
    elif phase == "critical":
        ratio = 1 / 4 if slope_jumps(record) else 1 / 3
        limit, per_layer = (infinite, infinite), (q, ratio * q)
    else:
        off_diagonal = q * float(scales.c_star) / (1 - float(scales.chi_c))
        limit, per_layer, ratio = (infinite, off_diagonal), (infinite, 0.0), 0.0
    return KernelLimit(
        phase=phase,
        nngp_aa=q,
        nngp_ab=q * float(scales.c_star) if phase == "chaotic" else q,
        ntk_aa=limit[0],
        ntk_ab=limit[1],
        ntk_aa_per_layer=per_layer[0],
        ntk_ab_per_layer=per_layer[1],
        ratio=ratio,
    )


def condition_number_limit(limit: KernelLimit, n_points: int) -> float:
    """κ of the NTK of `n_points` inputs at large depth: (1 − r + m r)/(1 − r) for the ratio r."""
    if limit.ratio == 1:
        return float("inf")
    return (1 - limit.ratio + n_points * limit.ratio) / (1 - limit.ratio)

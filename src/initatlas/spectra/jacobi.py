"""How are rows of very different lengths made orthogonal? By rotations that keep each one's scale.

One-sided Jacobi (Hestenes 1958) finds the singular values of diag(d) U with a relative error of ε
times the condition number of U, whatever d is (Demmel & Veselić 1992). Lengths are kept as
logarithms, so d may span any range.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

# A sweep that met no cosine above this leaves none above its square: convergence is quadratic.
CONVERGED = 1e-8
SWEEPS = 40  # 3 to 12 were seen


def orthogonalize(
    log_scale: Float[Tensor, " row"], rows: Float[Tensor, "row column"]
) -> Float[Tensor, " row"]:
    """Ln of the singular values of diag(exp log_scale) · rows, descending; rows have length 1.

    Raises:
        RuntimeError: the rotations did not converge.
    """
    count = len(rows)
    if count < 2:
        return log_scale
    pairings = _tournament(count)
    log_scale, rows = log_scale.clone(), rows.clone()
    for _ in range(SWEEPS):
        largest = max(_rotate(log_scale, rows, *pairing) for pairing in pairings)
        if largest < CONVERGED:
            return log_scale.sort(descending=True).values
    raise RuntimeError(f"{count} rows are not orthogonal after {SWEEPS} sweeps: {largest:.1e}")


def _rotate(
    log_scale: Float[Tensor, " row"],
    rows: Float[Tensor, "row column"],
    first: Int[Tensor, " pair"],
    second: Int[Tensor, " pair"],
) -> float:
    """Make the rows of each pair orthogonal, in place; returns the largest cosine that was met.

    For α a and β b with unit a, b and cosine c, the smaller of both angles has tangent αβg, with
    g = 2c / (|α² − β²| + √((α² − β²)² + 4α²β²c²)); the longer row becomes a + β²g b up to a
    factor that both share, the shorter one b − α²g a: no scale is ever divided by.
    """
    a, b = rows[first], rows[second]
    cosine = (a * b).sum(dim=1)
    scales = torch.stack([log_scale[first], log_scale[second]])
    squares = (2 * (scales - scales.amax(dim=0))).exp()
    gap, product = squares[0] - squares[1], squares[0] * squares[1]
    size = gap.abs() + (gap.square() + 4 * product * cosine.square()).sqrt()
    g = 2 * cosine / size.where(size > 0, 1)
    g = g.where(gap >= 0, -g)  # the shorter row turns towards where it is orthogonal
    _store(log_scale, rows, first, torch.addcmul(a, (squares[1] * g)[:, None], b), g, product)
    _store(log_scale, rows, second, torch.addcmul(b, (-squares[0] * g)[:, None], a), g, product)
    return float(cosine.abs().max())


def _store(
    log_scale: Tensor, rows: Tensor, where: Tensor, turned: Tensor, g: Tensor, product: Tensor
) -> None:
    """Write rows that were turned, as lengths and directions; cos² = 1/(1 + α²β²g²)."""
    lengths = turned.norm(dim=1)
    log_scale[where] += lengths.log() - torch.log1p(product * g.square()) / 2
    rows[where] = turned / lengths[:, None]


def _tournament(count: int) -> list[tuple[Tensor, Tensor]]:
    """Rounds of disjoint pairs in which each pair of rows meets once."""
    players = list(range(count + count % 2))
    rounds = []
    for _ in range(len(players) - 1):
        half = len(players) // 2
        pairs = zip(players[:half], reversed(players[half:]), strict=True)
        met = [(a, b) for a, b in pairs if max(a, b) < count]
        rounds.append(tuple(torch.tensor(side) for side in zip(*met, strict=True)))
        players = [players[0], players[-1], *players[1:-1]]
    return rounds

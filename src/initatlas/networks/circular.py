"""How is a convolution a matrix product? Each position gathers what its kernel covers.

z[p] = Σ_t W_t h[p + o_t], over the offsets o_t of a kernel's taps and with positions on a torus:
circular padding, stride 1. With the h of all taps side by side it is one product per network.
Backwards, δ[p] = Σ_t W_tᵀ δ′[p − o_t]; as −o_t is the offset of another tap, that is a gather and
a product, too. Columns are ordered by tap, then by channel.
"""

from functools import cache

import torch
from jaxtyping import Float, Int
from torch import Tensor

KERNEL = 3  # positions a side; odd, so that a kernel has a centre
TAPS = KERNEL**2

Grid = tuple[int, int]
"""Height and width of an image."""


@cache
def neighbours(grid: Grid, device: torch.device | None = None) -> Int[Tensor, " gathered"]:
    """The position that each position reads with each tap, the taps varying fastest."""
    height, width = grid
    positions = torch.arange(height * width, device=device).view(grid)
    offsets = range(-(KERNEL // 2), KERNEL // 2 + 1)
    read = [positions.roll((-down, -right), (0, 1)) for down in offsets for right in offsets]
    return torch.stack(read, dim=-1).flatten()


def gather(
    values: Float[Tensor, "net point unit"], grid: Grid, out: Float[Tensor, "net row column"]
) -> Float[Tensor, "net row column"]:
    """Write into row (point, position) of `out` what the taps read there.

    Units are ordered by position, then by channel. Of a network's convolution it takes a fifth of
    the time (index_select into a buffer: 5 ms beside 18 ms of matrix product for 24 networks ×
    64 points × 8 × 8 positions × 16 channels; torch's unfold of a padded copy: 79 ms).
    """
    count = values.shape[0] * values.shape[1]
    positions = grid[0] * grid[1]
    by_position = values.reshape(count, positions, -1)
    columns = out.view(count, positions * TAPS, by_position.shape[2])
    torch.index_select(by_position, 1, neighbours(grid, values.device), out=columns)
    return out


def adjoint(
    weight: Float[Tensor, "net fan_out fan_in"], out: Float[Tensor, "net column channel"]
) -> Float[Tensor, "net column channel"]:
    """Write into `out` the matrix by which gathered δ is multiplied: δ_below = gather(δ) · out."""
    networks, fan_out, fan_in = weight.shape
    by_tap = weight.view(networks, fan_out, TAPS, fan_in // TAPS)
    out.view(networks, TAPS, fan_out, fan_in // TAPS).copy_(by_tap.flip(2).transpose(1, 2))
    return out


def multiply(
    columns: Float[Tensor, "net row column"],
    matrix: Float[Tensor, "net column channel"],
    out: Float[Tensor, "net row channel"],
) -> None:
    """Write columns · matrix into `out`.

    In float64 the transposed product, copied, takes a third of the time where few channels come
    out (2 networks × 5,120 rows × 288 columns × 32 channels: 14 ms instead of 55); in float32
    both are as fast.
    """
    if columns.dtype == torch.float64:
        out.copy_(torch.bmm(matrix.mT, columns.mT).mT)
    else:
        torch.bmm(columns, matrix, out=out)


def by_position(images: Float[Tensor, "point feature"], grid: Grid) -> Float[Tensor, "point unit"]:
    """Features ordered by position, then by channel, of images whose channels are outermost."""
    return images.unflatten(1, (-1, grid[0] * grid[1])).mT.flatten(1)

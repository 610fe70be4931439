"""Gathering and multiplying is convolving: torch's circular convolution and its autograd agree."""

import math

import numpy as np
import pytest
import torch

from initatlas.distributions import DISTRIBUTIONS, WeightLayer
from initatlas.networks.circular import TAPS, adjoint, by_position, gather, neighbours

NETWORKS, POINTS = 3, 4
GRIDS = [(8, 8), (5, 3), (3, 7)]


def as_images(units: torch.Tensor, grid: tuple[int, int]) -> torch.Tensor:
    """(point, position · channel) as torch has it: (point, channel, height, width)."""
    return units.unflatten(1, (*grid, -1)).permute(0, 3, 1, 2)


def as_kernel(weight: torch.Tensor) -> torch.Tensor:
    """(fan_out, tap · channel) as torch has it: (fan_out, channel, 3, 3)."""
    return weight.unflatten(1, (3, 3, -1)).permute(0, 3, 1, 2)


def theirs(units: torch.Tensor, weight: torch.Tensor, grid: tuple[int, int]) -> torch.Tensor:
    """Torch's convolution, in our order of units."""
    padded = torch.nn.functional.pad(as_images(units, grid), (1, 1, 1, 1), mode="circular")
    return torch.nn.functional.conv2d(padded, as_kernel(weight)).permute(0, 2, 3, 1).flatten(1)


def drawn(grid: tuple[int, int], channels: int = 5, leaving: int = 6):
    generator = torch.Generator().manual_seed(0)
    positions = grid[0] * grid[1]
    draw = {"generator": generator, "dtype": torch.float64}
    h = torch.randn(NETWORKS, POINTS, positions * channels, **draw)
    weight = torch.randn(NETWORKS, leaving, TAPS * channels, **draw)
    delta = torch.randn(NETWORKS, POINTS, positions * leaving, **draw)
    return h, weight, delta


def gathered(values: torch.Tensor, grid: tuple[int, int]) -> torch.Tensor:
    positions = grid[0] * grid[1]
    columns = TAPS * values.shape[2] // positions
    return gather(values, grid, values.new_empty(len(values), POINTS * positions, columns))


@pytest.mark.parametrize("grid", GRIDS)
def test_it_is_the_circular_convolution_of_torch_and_its_gradients_are_autograds(grid):
    h, weight, delta = drawn(grid)
    z = (gathered(h, grid) @ weight.mT).view(NETWORKS, POINTS, -1)
    channels = weight.shape[2] // TAPS
    matrix = adjoint(weight, weight.new_empty(NETWORKS, TAPS * weight.shape[1], channels))
    below = gathered(delta, grid) @ matrix
    rows = delta.view(NETWORKS, -1, weight.shape[1])
    for network in range(NETWORKS):
        entering = h[network].clone().requires_grad_()
        kernel = weight[network].clone().requires_grad_()
        plain = theirs(entering, kernel, grid)
        torch.testing.assert_close(z[network], plain, rtol=1e-12, atol=1e-12)
        plain.backward(delta[network])
        torch.testing.assert_close(
            below[network].reshape(POINTS, -1), entering.grad, rtol=1e-12, atol=1e-12
        )
        gradient = rows[network].mT @ gathered(h, grid)[network]
        torch.testing.assert_close(gradient, kernel.grad, rtol=1e-12, atol=1e-12)


def test_each_position_reads_itself_in_the_middle_and_its_neighbours_around():
    table = neighbours((3, 4)).view(12, TAPS)
    assert (table[:, TAPS // 2] == torch.arange(12)).all()
    assert table[5].tolist() == [0, 1, 2, 4, 5, 6, 8, 9, 10]
    assert table[0].tolist() == [11, 8, 9, 3, 0, 1, 7, 4, 5]


def test_images_are_ordered_by_position_then_by_channel():
    images = torch.arange(2 * 3 * 4 * 5.0).view(2, 3, 4, 5)
    assert torch.equal(as_images(by_position(images.flatten(1), (4, 5)), (4, 5)), images)


def kernels(name: str, fan_out: int, channels: int) -> torch.Tensor:
    layer = WeightLayer(fan_in=TAPS * channels, fan_out=fan_out, kernel=TAPS, grid=(8, 8))
    drawn = DISTRIBUTIONS[name].draw(np.random.default_rng(1), layer)
    return torch.from_numpy(drawn / math.sqrt(layer.fan_in))


@pytest.mark.parametrize(("fan_out", "channels"), [(12, 12), (12, 3), (7, 1)])
def test_delta_orthogonal_kernels_keep_the_norm_of_every_fourier_mode(fan_out, channels):
    kernel = as_kernel(kernels("delta_orthogonal", fan_out, channels))
    assert (kernel[:, :, torch.arange(9).view(3, 3) != 4] == 0).all()
    h = torch.randn(POINTS, 64 * channels, dtype=torch.float64)
    z = theirs(h, kernels("delta_orthogonal", fan_out, channels), (8, 8))
    power = [torch.fft.fft2(as_images(v, (8, 8))).abs().square().sum(dim=1) for v in (h, z)]
    # Lengths per channel are kept: more channels, longer vectors.
    torch.testing.assert_close(power[1], power[0] * fan_out / channels, rtol=1e-12, atol=1e-9)


def test_orthogonal_kernels_have_orthonormal_rows_over_all_taps():
    weight = kernels("orthogonal", 12, 12)
    torch.testing.assert_close(weight @ weight.mT, torch.eye(12, dtype=torch.float64))


def test_identity_kernels_leave_images_as_they_are():
    h = torch.randn(POINTS, 64 * 5, dtype=torch.float64)
    z = theirs(h, kernels("identity", 5, 5), (8, 8))
    torch.testing.assert_close(z, h, rtol=1e-12, atol=0)


def test_more_channels_must_not_enter_a_delta_orthogonal_kernel_than_leave_it():
    with pytest.raises(ValueError, match="as many channels as enter; got 4 for 5"):
        kernels("delta_orthogonal", 4, 5)


@pytest.mark.parametrize("name", ["normal", "uniform", "truncated_normal"])
def test_one_gaussian_kernel_spreads_a_point_evenly_over_its_taps(name):
    """E |z(p)|² is |h|² averaged over the 9 positions that the kernel covers (σ_w² = 1)."""
    count, channels = 4000, 6
    weights = torch.stack([torch.from_numpy(w) for w in _many(name, count, channels)]) / math.sqrt(
        TAPS * channels
    )
    h = torch.zeros(1, 1, 64 * channels, dtype=torch.float64)
    h[0, 0, 27 * channels : 28 * channels] = 1.0
    columns = gather(h, (8, 8), h.new_empty(1, 64, TAPS * channels))
    energy = (columns @ weights.mT).square().sum(dim=2) / channels
    covered = neighbours((8, 8)).view(64, TAPS).eq(27).any(dim=1)
    assert covered.sum() == TAPS
    # A sum of 6 squares of variance 1/9 has relative variance 2/6 for Gaussian weights; 5 errors.
    error = 5 * math.sqrt(2 / channels / count) / TAPS
    assert (energy.mean(dim=0)[covered] - 1 / TAPS).abs().max() < error
    assert (energy[:, ~covered] == 0).all()


def _many(name: str, count: int, channels: int) -> list[np.ndarray]:
    layer = WeightLayer(fan_in=TAPS * channels, fan_out=channels, kernel=TAPS, grid=(8, 8))
    rng = np.random.default_rng(0)
    return [DISTRIBUTIONS[name].draw(rng, layer) for _ in range(count)]

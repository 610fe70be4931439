"""Each probe gives the number that its definition says, on signals made by hand."""

import math

import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.networks.propagate import Batch, Signals
from initatlas.probes import PROBES, observe
from initatlas.probes.base import log_norm2

NOTHING = torch.empty(0, 2, dtype=torch.long)


def signals_of(z, activation="linear", **fields):
    z = z.double()
    batch = Batch(
        inputs=z[0],
        labels=torch.zeros(z.shape[1], dtype=torch.long),
        prescribed=z[0, :2],
        same_class=fields.pop("same_class", NOTHING),
        different_class=fields.pop("different_class", NOTHING),
    )
    record = ACTIVATIONS[activation]
    settings = {"activations": record.phi(z), "prescribed": z[:, :2], "layer": 1} | fields
    return Signals(activation=record, batch=batch, preactivations=z, **settings)


def measured(name, signals):
    return PROBES[name].measure(signals)


def gaussian(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_moments_are_exact_where_the_mean_dominates(shift):
    z = gaussian(2, 50, 40) * 3 + shift
    signals = signals_of(z)
    n = z[0].numel()
    central = z - z.mean(dim=(1, 2), keepdim=True)
    assert measured("preactivation_mean", signals) == pytest.approx(z.mean(dim=(1, 2)))
    assert measured("preactivation_variance", signals)[0].item() == pytest.approx(
        central[0].square().sum().item() / n, rel=1e-9
    )
    # Excess kurtosis of 2,000 Gaussian draws: standard error √(24/n).
    assert measured("preactivation_kurtosis", signals).abs().max() < 4 * math.sqrt(24 / n)


def test_q_and_kurtosis_of_two_values_are_their_closed_forms():
    z = torch.tensor([[[1.0, -1.0, 3.0, -3.0]]])
    signals = signals_of(z)
    assert measured("q", signals).item() == pytest.approx(5)
    assert measured("preactivation_kurtosis", signals).item() == pytest.approx(41 / 25 - 3)


@pytest.mark.parametrize("scale", [1e-150, 1.0, 1e70])
def test_statistics_without_a_scale_do_not_overflow(scale):
    z = gaussian(1, 20, 30)
    for name in ("preactivation_kurtosis", "effective_rank"):
        plain = measured(name, signals_of(z)).item()
        assert measured(name, signals_of(z * scale)).item() == pytest.approx(plain, rel=1e-9)


def test_activation_moments_are_those_of_phi():
    z = gaussian(2, 30, 20)
    signals = signals_of(z, "relu")
    h = z.clamp_min(0)
    torch.testing.assert_close(measured("activation_mean", signals), h.mean(dim=(1, 2)))
    torch.testing.assert_close(
        measured("activation_variance", signals), h.flatten(1).var(dim=1, correction=0)
    )
    silent = signals_of(z, activations=None)
    assert measured("activation_mean", silent) is None
    assert measured("activation_variance", silent) is None


def test_correlations_are_cosines_of_their_own_pairs():
    z = torch.zeros(1, 4, 2)
    z[0] = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 2.0], [-3.0, 0.0]])
    same, different = torch.tensor([[0, 1], [0, 3]]), torch.tensor([[0, 2]])
    signals = signals_of(z, same_class=same, different_class=different)
    assert measured("correlation", signals).item() == pytest.approx(math.sqrt(0.5))
    assert measured("correlation_same_class", signals).item() == pytest.approx(
        (math.sqrt(0.5) - 1) / 2
    )
    assert measured("correlation_different_class", signals).item() == 0
    assert measured("correlation_same_class", signals_of(z)) is None


def test_a_relu_unit_is_dead_when_no_point_switches_it_on():
    z = torch.tensor([[[-1.0, 2.0, -5.0, -0.1], [-2.0, -1.0, -1.0, 0.1]]])
    assert measured("dead_fraction", signals_of(z, "relu")).item() == 0.5
    assert measured("dead_fraction", signals_of(z, "linear")).item() == 0


def test_saturation_is_counted_at_both_ends_and_only_for_bounded_activations():
    z = torch.tensor([[[-9.0, 0.0, 9.0, 1.0]]])
    assert measured("saturated_fraction", signals_of(z, "tanh")).item() == 0.5
    assert measured("saturated_fraction", signals_of(z, "sigmoid")).item() == 0.5
    assert measured("saturated_fraction", signals_of(z, "relu")) is None


@pytest.mark.parametrize(("points", "units"), [(6, 20), (20, 6)])
def test_effective_rank_counts_equal_orthogonal_directions(points, units):
    identical = torch.ones(1, points, units)
    assert measured("effective_rank", signals_of(identical)).item() == pytest.approx(1)
    basis = torch.linalg.qr(gaussian(1, max(points, units), min(points, units)))[0]
    spread = basis if points > units else basis.mT
    assert measured("effective_rank", signals_of(spread)).item() == pytest.approx(6)


def test_gradient_norms_are_means_over_points_and_survive_any_scale():
    delta, incoming = gaussian(2, 8, 5), gaussian(2, 8, 7)
    for scale in (-400.0, 0.0, 300.0):
        signals = signals_of(
            gaussian(2, 8, 5),
            delta=delta,
            incoming=incoming,
            log_delta_scale=torch.full((2,), scale, dtype=torch.float64),
        )
        per_point = delta.square().sum(dim=2).mean(dim=1)
        torch.testing.assert_close(
            measured("log_delta_norm2", signals), per_point.log() + 2 * scale
        )
        gradient = torch.einsum("npo,npi->noi", delta, incoming) / 8
        torch.testing.assert_close(
            measured("log_weight_gradient_norm2", signals),
            gradient.square().sum(dim=(1, 2)).log() + 2 * scale,
        )


def test_log_norms_of_zeros_huge_and_broken_values_are_what_they_are():
    zeros = torch.zeros(1, 2, 2)
    assert log_norm2(zeros).item() == -math.inf
    huge = torch.full((1, 2, 2), 3e38, dtype=torch.float32)
    assert log_norm2(huge).item() == pytest.approx(2 * math.log(3e38) + math.log(4), rel=1e-6)
    assert math.isnan(log_norm2(torch.full((1, 2, 2), torch.nan)).item())


def test_weight_norm_is_frobenius():
    weight = torch.full((1, 3, 4), 2.0)
    signals = signals_of(gaussian(1, 2, 3), weight=weight)
    assert measured("weight_norm", signals).item() == pytest.approx(math.sqrt(48))


def test_observe_orders_layers_however_they_come():
    layers = [signals_of(torch.full((1, 2, 2), float(k)), layer=k) for k in (2, 0, 1)]
    seen = observe(layers, {"mean": lambda signals: signals.mean})
    assert [value.item() for value in seen["mean"]] == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("probe", PROBES.values(), ids=lambda p: p.name)
def test_every_probe_says_what_it_measures_and_gives_one_value_a_network(probe):
    assert probe.unit
    assert len(probe.definition) > 10
    z = gaussian(3, 6, 4)
    signals = signals_of(
        z,
        "tanh",
        same_class=torch.tensor([[0, 1]]),
        different_class=torch.tensor([[1, 2]]),
        delta=z,
        incoming=gaussian(3, 6, 5),
        weight=gaussian(3, 4, 5),
        log_delta_scale=torch.zeros(3, dtype=torch.float64),
        grid=(2, 2),
    )
    value = probe.measure(signals)
    assert value.shape == (3,)
    assert value.dtype == torch.float64
    assert value.isfinite().all()


def test_the_spatial_share_is_that_of_the_fourier_modes_and_none_without_positions():
    z, pairs = gaussian(2, 5, 4 * 6 * 3), torch.tensor([[0, 1], [3, 2]])
    signals = signals_of(z, different_class=pairs, grid=(4, 6))
    difference = (z[:, pairs[:, 0]] - z[:, pairs[:, 1]]).view(2, 2, 4, 6, 3)
    power = torch.fft.fft2(difference.square().sum(dim=4)).abs().square()
    expected = (1 - power[..., 0, 0] / power.sum(dim=(2, 3))).mean(dim=1)
    torch.testing.assert_close(measured("spatial_share", signals), expected)
    small = signals_of(z * 1e-100, different_class=pairs, grid=(4, 6))
    torch.testing.assert_close(measured("spatial_share", small), expected)
    assert measured("spatial_share", signals_of(z, different_class=pairs)) is None
    assert measured("spatial_share", signals_of(z, grid=(4, 6))) is None
    same_everywhere = z[:, :, :3].repeat(1, 1, 24)
    signals = signals_of(same_everywhere, different_class=pairs, grid=(4, 6))
    assert measured("spatial_share", signals).abs().max() < 1e-14

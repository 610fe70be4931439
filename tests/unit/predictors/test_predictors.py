"""What predictors say of networks of which it is known: in closed form, or built to fail."""

import math

import numpy as np
import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.initializers import INITIALIZERS
from initatlas.networks import MLP, Network, sample
from initatlas.networks.propagate import Batch, signals
from initatlas.predictors import PREDICTORS, Untrained
from initatlas.predictors.base import STATISTICS
from initatlas.probes import observe
from initatlas.rng import generator
from initatlas.spectra.output_kernel import output_kernel
from initatlas.stages.evaluation import prescribed_pairs
from initatlas.training.losses import cross_entropy_gradient

DIMENSION, CLASSES, POINTS = 24, 4, 24
GROWTH = ("forward_stability", "signal_growth", "gradient_stability", "gradient_growth")


def batch():
    rng = generator(0, "predictors")
    inputs = rng.standard_normal((POINTS, DIMENSION))
    pairs = prescribed_pairs(rng, 4, DIMENSION, float(DIMENSION), 0.5)
    labels = torch.arange(POINTS) % CLASSES
    return Batch(
        inputs=torch.from_numpy(inputs),
        labels=labels,
        prescribed=torch.from_numpy(pairs),
        same_class=torch.tensor([[0, 4], [1, 5]]),
        different_class=torch.tensor([[0, 1], [2, 3]]),
    )


def ensemble_of(initializer, activation, depth, width, *, sigma_w2=None, seeds=4):
    record = INITIALIZERS[initializer]
    variance = record.sigma_w2 if sigma_w2 is None else sigma_w2
    networks = [
        Network(
            architecture="mlp",
            initializer=initializer,
            activation=activation,
            depth=depth,
            width=width,
            seed=seed,
            sigma_w2=variance,
            sigma_b2=0.0,
        )
        for seed in range(seeds)
    ]
    return sample(
        1, networks, record, MLP.shapes((DIMENSION,), width, depth, CLASSES), torch.float64
    )


def untrained(ensemble, activation):
    network, shown = (MLP, ensemble, ACTIVATIONS[activation]), batch()
    observed = observe(signals(*network, shown, cross_entropy_gradient), STATISTICS)
    kernel = output_kernel(*network, shown.inputs[:8])
    return Untrained.of(observed, kernel, shown.labels[:8])


def values(ensemble, activation):
    seen = untrained(ensemble, activation)
    return {name: predictor.measure(seen) for name, predictor in PREDICTORS.items()}


def test_orthogonal_linear_networks_keep_signal_and_gradient_exactly():
    ensemble = ensemble_of("gaussian", "linear", 6, DIMENSION, sigma_w2=1.0)
    for weight in ensemble.weights[:-1]:
        weight.copy_(torch.linalg.qr(weight).Q)
    found = values(ensemble, "linear")
    for name in GROWTH:
        torch.testing.assert_close(
            found[name], torch.zeros(4, dtype=torch.float64), rtol=0, atol=1e-12
        )
    # c⁰ = ½ is kept as well, and no unit is dead.
    assert found["correlation_last"].tolist() == pytest.approx([0.5] * 4, abs=1e-12)
    assert found["dead_fraction_last"].tolist() == [0.0] * 4
    assert found["saturated_fraction_last"].isnan().all()


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_scaling_a_linear_network_changes_both_by_the_logarithm_of_the_factor_a_layer(factor):
    """W → √f W in L − 1 square layers: the signal by f^(L−1), the gradient likewise."""
    depth = 5
    ensemble = ensemble_of("gaussian", "linear", depth, DIMENSION, sigma_w2=1.0)
    for weight in ensemble.weights[1:-1]:
        weight.copy_(math.sqrt(factor) * torch.linalg.qr(weight).Q)
    found = values(ensemble, "linear")
    expected = (depth - 1) * math.log(factor)
    for name in ("signal_growth", "gradient_growth"):
        assert found[name].tolist() == pytest.approx([expected] * 4)
    for name in ("forward_stability", "gradient_stability"):
        assert found[name].tolist() == pytest.approx([abs(expected)] * 4)


def test_he_keeps_relu_networks_as_finite_width_lets_it():
    """Ln q_L − ln q_1 has mean about −β/2 and variance about β = 5(L − 1)/n (Hanin & Nica 2020)."""
    depth, width, seeds = 9, 200, 24
    found = values(ensemble_of("he_normal", "relu", depth, width, seeds=seeds), "relu")
    beta = 5 * (depth - 1) / width
    # Points of one network scatter alike, so seeds are what is averaged: 5 standard errors.
    allowed = 5 * math.sqrt(beta / seeds)
    for name in ("signal_growth", "gradient_growth"):
        assert abs(found[name].mean().item() + beta / 2) < allowed
    # The largest of 8 steps of a walk of variance β: between one and four of its deviations.
    largest = found["forward_stability"].mean().item()
    assert 0.3 * math.sqrt(beta) < largest < 4 * math.sqrt(beta)


def test_the_loss_of_a_network_without_outputs_is_that_of_chance():
    ensemble = ensemble_of("he_normal", "relu", 3, 16)
    ensemble.weights[-1].zero_()
    found = values(ensemble, "relu")
    assert found["initial_loss"].tolist() == pytest.approx([math.log(CLASSES)] * 4, rel=1e-14)
    # Nothing goes back behind the readout: the gradient there is 0, and says so.
    assert found["weight_gradient_spread"].isnan().all()
    assert found["log_gradient_norm2"].isfinite().all()


def test_dead_and_saturated_networks_are_told_apart():
    dead = ensemble_of("he_normal", "relu", 3, 16)
    dead.biases[2].fill_(-1e3)
    assert values(dead, "relu")["dead_fraction_last"].tolist() == [1.0] * 4
    saturated = ensemble_of("gaussian", "tanh", 3, 16, sigma_w2=1e8)
    found = values(saturated, "tanh")
    assert (found["saturated_fraction_last"] > 0.99).all()
    assert (found["dead_fraction_last"] > 0.9).all()


def test_identical_inputs_have_effective_rank_1():
    ensemble = ensemble_of("gaussian", "tanh", 3, 16, sigma_w2=1.0)
    ensemble.weights[0].zero_()
    ensemble.biases[0].fill_(0.5)
    found = values(ensemble, "tanh")
    assert found["effective_rank_last"].tolist() == pytest.approx([1.0] * 4)
    assert found["correlation_last"].tolist() == pytest.approx([1.0] * 4)
    assert found["class_separation"].tolist() == pytest.approx([0.0] * 4, abs=1e-12)


def test_the_gradients_norm_is_that_of_all_weights_by_autograd():
    from tests.unit.networks.test_mlp import module_of

    ensemble, shown = ensemble_of("he_normal", "relu", 3, 16), batch()
    found = values(ensemble, "relu")
    for net in range(4):
        module = module_of(ensemble, net, ACTIVATIONS["relu"])
        torch.nn.functional.cross_entropy(module(shown.inputs), shown.labels).backward()
        norms = [
            m.weight.grad.square().sum().item() for m in module if isinstance(m, torch.nn.Linear)
        ]
        assert found["log_gradient_norm2"][net].item() == pytest.approx(math.log(sum(norms)))
        hidden = np.log(norms[:-1])
        spread = hidden.max() - hidden.min()
        assert found["weight_gradient_spread"][net].item() == pytest.approx(spread)


def test_a_network_that_overflows_has_no_finite_stability_and_harms_nobody():
    ensemble = ensemble_of("he_normal", "relu", 4, 16)
    alone = values(ensemble, "relu")
    ensemble.weights[1][2] *= 1e200
    found = values(ensemble, "relu")
    others = torch.tensor([0, 1, 3])
    for name, numbers in found.items():
        torch.testing.assert_close(numbers[others], alone[name][others], equal_nan=True)
    for name in ("forward_stability", "log_ntk_largest_eigenvalue"):
        assert not found[name][2].isfinite()


def test_every_predictor_is_a_number_for_each_network_with_unit_definition_and_source():
    found = values(ensemble_of("gaussian", "tanh", 1, 16, sigma_w2=1.5), "tanh")
    assert len(PREDICTORS) >= 12
    for name, predictor in PREDICTORS.items():
        assert found[name].shape == (4,)
        assert found[name].dtype == torch.float64
        assert found[name].isfinite().all(), name
        assert predictor.unit
        assert len(predictor.definition) > 20
        assert len(predictor.source) > 8

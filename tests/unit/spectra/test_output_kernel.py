"""The kernel of all outputs is autograd's; its sharpness bounds the step; its drift is exact."""

import math

import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.networks import MLP, Ensemble
from initatlas.spectra.output_kernel import OutputKernel, drift, output_kernel
from initatlas.spectra.tangent_kernel import Multipliers, layer_grams, tangent_kernel
from tests.unit.networks.test_mlp import module_of
from tests.unit.spectra.networks import CLASSES, ensemble_of, inputs_of

POINTS, DEPTH = 5, 3
SOME = [ACTIVATIONS[name] for name in ("tanh", "relu", "gelu")]


def rows_of(module, inputs):
    """∂f_k(a)/∂θ, one row for each output and point, the point varying fastest."""
    outputs = module(inputs)
    rows = [
        torch.cat(
            [
                part.flatten()
                for part in torch.autograd.grad(
                    outputs[point, k], list(module.parameters()), retain_graph=True
                )
            ]
        )
        for k in range(outputs.shape[1])
        for point in range(len(inputs))
    ]
    return torch.stack(rows)


@pytest.mark.parametrize("activation", SOME, ids=lambda a: a.name)
def test_the_kernel_of_all_outputs_is_autograds(activation):
    ensemble, inputs = ensemble_of(activation, depth=DEPTH), inputs_of(POINTS)
    found = output_kernel(MLP, ensemble, activation, inputs)
    for net in range(len(ensemble)):
        rows = rows_of(module_of(ensemble, net, activation), inputs)
        ours = found.log_scale[net].exp() * found.matrix[net]
        torch.testing.assert_close(ours, rows @ rows.mT, rtol=1e-11, atol=1e-12)


def test_the_sharpness_is_the_largest_eigenvalue_of_autograds_kernel_over_points():
    activation, inputs = ACTIVATIONS["tanh"], inputs_of(POINTS)
    ensemble = ensemble_of(activation, depth=DEPTH)
    found = output_kernel(MLP, ensemble, activation, inputs).log_sharpness()
    for net in range(len(ensemble)):
        rows = rows_of(module_of(ensemble, net, activation), inputs)
        largest = torch.linalg.matrix_norm(rows, ord=2) ** 2 / POINTS
        assert found[net].item() == pytest.approx(math.log(largest), rel=1e-11)


@pytest.mark.parametrize(("relative", "grows"), [(0.98, False), (1.02, True)])
def test_gradient_descent_on_squared_errors_is_stable_below_two_over_the_sharpness(relative, grows):
    """A linear layer: its kernel never changes, so 2/λ_max is the limit exactly."""
    activation, inputs = ACTIVATIONS["linear"], inputs_of(POINTS)
    deep = ensemble_of(activation, depth=1, count=1)
    flat = Ensemble(
        shapes=MLP.shapes((7,), 1, 0, CLASSES),
        weights=(torch.zeros(1, CLASSES, 7).double(),),
        biases=(deep.biases[-1],),
    )
    sharpness = output_kernel(MLP, flat, activation, inputs).log_sharpness().exp().item()
    module = module_of(flat, 0, activation)
    targets = torch.randn(POINTS, CLASSES, dtype=torch.float64)
    costs = []
    for _ in range(400):
        module.zero_grad()
        cost = (module(inputs) - targets).square().sum() / (2 * POINTS)
        cost.backward()
        costs.append(cost.item())
        with torch.no_grad():
            for parameter in module.parameters():
                parameter -= relative * 2 / sharpness * parameter.grad
    assert (costs[-1] > costs[100]) == grows


def test_its_mean_over_outputs_is_the_standard_tangent_kernel():
    activation, inputs = ACTIVATIONS["gelu"], inputs_of(POINTS)
    ensemble = ensemble_of(activation, depth=DEPTH)
    ones = torch.ones(len(ensemble), dtype=torch.float64)
    grams = layer_grams(MLP, ensemble, activation, inputs)
    standard = tangent_kernel(grams, [Multipliers(weight=ones, bias=ones)] * (DEPTH + 1))
    found = output_kernel(MLP, ensemble, activation, inputs).over_outputs()
    scales = [k.log_scale.exp()[:, None, None] for k in (standard, found)]
    torch.testing.assert_close(scales[1] * found.matrix, scales[0] * standard.matrix)


def test_gradients_that_a_plain_sum_would_lose_leave_the_readouts_part_exact():
    """σ_w² = 10⁻⁶ over 60 layers: δ at the input is 10⁻¹⁸⁰, the readout is all."""
    activation = ACTIVATIONS["relu"]
    ensemble = ensemble_of(activation, depth=60, sigma_w2=1e-6, sigma_b2=0.0)
    found = output_kernel(MLP, ensemble, activation, inputs_of(POINTS))
    # Of each output all points have bias gradient 1, and nothing else is left of the signal.
    expected = torch.eye(CLASSES).repeat_interleave(POINTS, 0).repeat_interleave(POINTS, 1)
    ours = found.log_scale.exp()[:, None, None] * found.matrix
    torch.testing.assert_close(ours, expected.double().expand_as(ours), rtol=0, atol=1e-5)


def test_a_signal_beyond_float64_makes_the_sharpness_no_finite_number_of_that_network_alone():
    activation = ACTIVATIONS["relu"]
    ensemble = ensemble_of(activation, depth=4, count=2)
    ensemble.weights[0][1] *= 1e200
    found = output_kernel(MLP, ensemble, activation, inputs_of(POINTS)).log_sharpness()
    assert found[0].isfinite()
    assert not found[1].isfinite()


def test_a_kernel_that_stays_has_drift_0_and_one_that_doubles_has_drift_1():
    activation, inputs = ACTIVATIONS["tanh"], inputs_of(POINTS)
    start = output_kernel(MLP, ensemble_of(activation, depth=2), activation, inputs)
    doubled = OutputKernel(start.matrix, start.log_scale + math.log(2), POINTS)
    assert drift(start, start).tolist() == [0, 0]
    torch.testing.assert_close(drift(start, doubled), torch.ones(2, dtype=torch.float64))


def test_a_linear_model_is_lazy_whatever_its_weights():
    inputs = inputs_of(POINTS)
    activation = ACTIVATIONS["linear"]
    shape = (2, CLASSES, inputs.shape[1])
    models = [
        Ensemble(
            shapes=MLP.shapes(shape[2:], 1, 0, CLASSES),
            weights=(torch.randn(shape, dtype=torch.float64),),
            biases=(torch.randn(2, CLASSES, dtype=torch.float64),),
        )
        for _ in range(2)
    ]
    start, end = (output_kernel(MLP, model, activation, inputs) for model in models)
    assert drift(start, end).tolist() == [0, 0]

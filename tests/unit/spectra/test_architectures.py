"""Tangent kernels of every architecture are those of explicit gradients of every parameter."""

from dataclasses import replace

import pytest
import torch

from initatlas.activations import ACTIVATIONS
from initatlas.spectra.tangent_kernel import Multipliers, layer_grams, tangent_kernel
from tests.unit.networks.plain import CLASSES, Plain, architecture_of, data, ensemble_of

POINTS = 6
KEPT = {"retain_graph": True}


@pytest.mark.parametrize(
    ("base", "normalization"), [("mlp", "layer_norm"), ("resmlp", None), ("resmlp", "layer_norm")]
)
def test_kernels_are_those_of_autograds_gradients(base, normalization):
    activation, (inputs, _) = ACTIVATIONS["tanh"], data(POINTS)
    architecture = architecture_of(base, normalization)
    ensemble = ensemble_of(base, activation, count=2)
    grams = layer_grams(architecture, ensemble, activation, inputs)
    one = torch.ones(2, dtype=torch.float64)
    found = tangent_kernel(grams, [Multipliers(weight=one, bias=one)] * len(grams))
    assert len(grams) == len(ensemble.weights)
    for position in range(2):
        module = Plain(base, ensemble, position, activation, normalization)
        output = module(inputs)
        rows = [
            torch.cat(
                [g.flatten() for g in torch.autograd.grad(value, module.parameters(), **KEPT)]
            )
            for value in output.flatten()
        ]
        jacobian = torch.stack(rows).view(POINTS, CLASSES, -1)
        expected = torch.einsum("akp,bkp->ab", jacobian, jacobian) / CLASSES
        ours = found.log_scale[position].exp() * found.matrix[position]
        torch.testing.assert_close(ours, expected, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("base", ["mlp", "resmlp"])
def test_batch_norms_kernel_of_some_points_does_not_depend_on_the_others(base):
    activation, (inputs, _) = ACTIVATIONS["tanh"], data(POINTS)
    architecture = architecture_of(base, "batch_norm")
    ensemble = replace(ensemble_of(base, activation, count=2), reference=data(20, seed=3)[0])
    one = torch.ones(2, dtype=torch.float64)

    def kernel(points):
        grams = layer_grams(architecture, ensemble, activation, points)
        found = tangent_kernel(grams, [Multipliers(weight=one, bias=one)] * len(grams))
        return found.log_scale.exp()[:, None, None] * found.matrix

    torch.testing.assert_close(kernel(inputs)[:, :2, :2], kernel(inputs[:2]), rtol=1e-9, atol=0)

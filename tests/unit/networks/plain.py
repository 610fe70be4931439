"""Networks as plain torch modules, with the weights of one network of an ensemble."""

from dataclasses import replace

import torch

from initatlas.initializers import INITIALIZERS
from initatlas.networks import ARCHITECTURES, Network, sample
from initatlas.normalizations import NORMALIZATIONS

FEATURES, WIDTH, DEPTH, CLASSES, POINTS = 7, 12, 4, 5, 9
NORMALIZED = [None, *NORMALIZATIONS]


class BatchFirst(torch.nn.BatchNorm1d):
    """Batch normalization with the statistics of whatever batch it is shown."""

    def __init__(self, units):
        super().__init__(units, affine=False, track_running_stats=False, dtype=torch.float64)


def norm_of(name):
    """What torch has for a normalization."""
    if name == "layer_norm":
        return torch.nn.LayerNorm(WIDTH, elementwise_affine=False)
    return BatchFirst(WIDTH) if name == "batch_norm" else torch.nn.Identity()


class Multiplier(torch.nn.Module):
    """α u + a with one α and one a."""

    def __init__(self, weight, bias):
        super().__init__()
        self.weight = torch.nn.Parameter(weight.clone())
        self.bias = torch.nn.Parameter(bias.clone())

    def forward(self, u):
        return self.weight[0, 0] * u + self.bias[0]


class Plain(torch.nn.Module):
    """A network of the architectures mlp or resmlp; `layers` in the order of the ensemble's."""

    def __init__(self, base, ensemble, position, activation, normalization=None):
        super().__init__()
        self.base, self.phi, self.norm = base, activation.phi, norm_of(normalization)
        self.layers = torch.nn.ModuleList()
        for layer, weight, bias in zip(
            ensemble.shapes, ensemble.weights, ensemble.biases, strict=True
        ):
            weight, bias = weight[position], bias[position]
            if layer.multiplier:
                self.layers.append(Multiplier(weight, bias))
                continue
            linear = torch.nn.Linear(layer.fan_in, layer.fan_out, dtype=weight.dtype)
            linear.weight.data.copy_(weight)
            linear.bias.data.copy_(bias)
            self.layers.append(linear)

    def forward(self, x):
        return self.rows(x)[-1]

    def rows(self, x):
        """z of every row of the tables."""
        first, *inner, last = self.layers
        found = [first(x)]
        if self.base == "mlp":
            for layer in (*inner, last):
                found.append(layer(self.phi(self.norm(found[-1]))))
            return found
        for into, out, multiplier in zip(*[iter(inner)] * 3, strict=True):
            branch = out(self.phi(self.norm(into(found[-1]))))
            found.append(found[-1] + multiplier(branch))
        return [*found, last(found[-1])]


def architecture_of(base, normalization=None):
    record = NORMALIZATIONS[normalization] if normalization else None
    return replace(ARCHITECTURES[base], name=f"{base}_{normalization}", normalization=record)


def ensemble_of(
    base, activation, *, initializer="torch_default", count=3, dtype=torch.float64, depth=DEPTH
):
    record = INITIALIZERS[initializer]
    networks = [
        Network(
            architecture=base,
            initializer=initializer,
            activation=activation.name,
            depth=depth,
            width=WIDTH,
            seed=seed,
            sigma_w2=record.sigma_w2,
            sigma_b2=record.sigma_b2,
        )
        for seed in range(count)
    ]
    shapes = ARCHITECTURES[base].shapes((FEATURES,), WIDTH, depth, CLASSES)
    return sample(5, networks, record, shapes, dtype)


def data(points=POINTS, dtype=torch.float64, seed=1):
    generator = torch.Generator().manual_seed(seed)
    inputs = torch.randn(points, FEATURES, dtype=dtype, generator=generator)
    return inputs, torch.arange(points) % CLASSES

"""Networks small enough for autograd."""

import torch

from initatlas.initializers import INITIALIZERS
from initatlas.networks import MLP, Network, sample
from initatlas.rng import generator

DIMENSION, WIDTH, CLASSES = 7, 12, 4


def ensemble_of(activation, *, depth, initializer="gaussian", sigma_w2=1.5, sigma_b2=0.1, count=2):
    """A few networks of an initializer that takes the variances it is given."""
    networks = [
        Network(
            architecture="mlp",
            initializer=initializer,
            activation=activation.name,
            depth=depth,
            width=WIDTH,
            seed=seed,
            sigma_w2=sigma_w2,
            sigma_b2=sigma_b2,
        )
        for seed in range(count)
    ]
    shapes = MLP.shapes((DIMENSION,), WIDTH, depth, CLASSES)
    return sample(5, networks, INITIALIZERS[initializer], shapes, torch.float64)


def inputs_of(points):
    return torch.from_numpy(generator(0, "spectra", "inputs").standard_normal((points, DIMENSION)))

"""Kernels of deep networks by neural-tangents, in an environment of its own: times and values.

python neural_tangents_kernels.py ACTIVATION DEPTH SIGMA_W2 SIGMA_B2 < inputs.json > found.json
"""

import json
import sys
import time

import jax

jax.config.update("jax_enable_x64", True)

import numpy as np  # noqa: E402
from neural_tangents import stax  # noqa: E402

NONLINEARITIES = {
    "relu": stax.Relu,
    "erf": stax.Erf,
    "gelu": stax.Gelu,
    "sin": stax.Sin,
    # No closed form: Gauss–Hermite quadrature of 25 nodes, as its documentation has it.
    "tanh": lambda: stax.ElementwiseNumerical(jax.numpy.tanh, deg=25),
}


def main() -> None:
    activation, depth = sys.argv[1], int(sys.argv[2])
    spread = {"W_std": float(sys.argv[3]) ** 0.5, "b_std": float(sys.argv[4]) ** 0.5}
    inputs = np.array(json.load(sys.stdin))
    layers = []
    for _ in range(depth):
        layers += [stax.Dense(1, **spread), NONLINEARITIES[activation]()]
    _, _, kernel = stax.serial(*layers, stax.Dense(1, **spread))
    compiled = jax.jit(lambda x: kernel(x, None, ("nngp", "ntk")))
    seconds = []
    for _ in range(4):
        began = time.perf_counter()
        found = jax.block_until_ready(compiled(inputs))
        seconds.append(time.perf_counter() - began)
    values = {"nngp": np.asarray(found.nngp).tolist(), "ntk": np.asarray(found.ntk).tolist()}
    json.dump({"first": seconds[0], "seconds": min(seconds[1:]), **values}, sys.stdout)


if __name__ == "__main__":
    main()

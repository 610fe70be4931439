"""In which phase does each recipe put this activation, and what follows for a deep network?"""

import math
from collections.abc import Iterator

import pyarrow as pa
import torch

from initatlas import tables, theory
from initatlas.stages.cells import Job, activation_of, initializer_of
from initatlas.stages.predictions.base import Prediction, rows


def _compute(job: Job, dataset: pa.Table) -> pa.Table:
    names, sigma_w2, sigma_b2 = zip(*recipes(job), strict=True)
    activation = activation_of(job)
    scales = theory.depth_scales(activation, sigma_w2, sigma_b2)
    phase = theory.phase(activation, sigma_w2, sigma_b2)
    facts = zip(phase, scales.xi_grad, scales.chi_1, strict=True)
    return rows(
        tables.PHASES,
        {
            "activation": job["activation"]["name"],
            "initializer": names,
            "sigma_w2": sigma_w2,
            "sigma_b2": sigma_b2,
            "q_star": scales.q_star,
            "chi_1": scales.chi_1,
            "xi_c": scales.xi_c,
            "xi_grad": scales.xi_grad,
            "phase": phase,
            "verdict": [verdict(str(p), xi, chi) for p, xi, chi in facts],
        },
    )


def recipes(job: Job) -> Iterator[tuple[str, float, float]]:
    """The study's initializers and the gains that torch recommends, as wide square layers."""
    for named in job["initializers"]:
        initializer = initializer_of({"initializer": named})
        if initializer.rescale is not None:
            continue  # the data decides where it lands
        pair = initializer.sigma_w2, initializer.sigma_b2
        if initializer.variances is not None:
            pair = initializer.variances(activation_of(job))
        for sigma_w2 in named.get("sigma_w2", [pair[0]]):
            for sigma_b2 in named.get("sigma_b2", [pair[1]]):
                # A bias of variance σ_b²/fan_in vanishes in wide layers.
                wide = 0.0 if initializer.bias_per_fan else sigma_b2
                yield named["name"], float(sigma_w2), float(wide)
    gain = torch_gain(job["activation"]["name"])
    if gain is not None:
        yield "torch_gain", gain**2, 0.0


def torch_gain(activation: str) -> float | None:
    """torch.nn.init.calculate_gain, where it knows the activation."""
    try:
        return torch.nn.init.calculate_gain(activation)
    except ValueError:
        return None


def verdict(phase: str, xi_grad: float, chi_1: float) -> str:
    """What a reader should know of a deep network started there."""
    layers = "" if math.isinf(xi_grad) else f"e-fold every {xi_grad:.2g} layers"
    return {
        "critical": "Gradients keep their size at any depth: deep networks can be trained.",
        "ordered": f"Gradients vanish, {layers}; inputs become indistinguishable.",
        "chaotic": f"Gradients explode, {layers}; similar inputs are torn apart.",
        "collapsing": f"The signal dies out, and gradients change by χ₁ = {chi_1:.3g} a layer.",
        "divergent": f"The signal grows without bound, and gradients by χ₁ = {chi_1:.3g} a layer.",
    }[phase]


PHASES = Prediction(name="phases", table=tables.PHASES, compute=_compute)

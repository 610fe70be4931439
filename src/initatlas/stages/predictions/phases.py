"""In which phase does each recipe put this activation, and what follows for a deep network?"""

import math
from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from initatlas import tables, theory
from initatlas.initializers.critical import CRITICAL
from initatlas.initializers.glorot_uniform import GLOROT_UNIFORM
from initatlas.initializers.he_normal import HE_NORMAL
from initatlas.initializers.lecun_normal import LECUN_NORMAL
from initatlas.initializers.torch_default import TORCH_DEFAULT
from initatlas.stages.cells import Job, activation_of
from initatlas.stages.predictions.base import Prediction, rows
from initatlas.stages.predictions.recipes import Recipe, recipe, recipes, torch_gain

# What people get who choose nothing, or the best-known rules; in every study's table.
KNOWN = (TORCH_DEFAULT, GLOROT_UNIFORM, LECUN_NORMAL, HE_NORMAL, CRITICAL)
LIBRARIES = {
    "torch_default": "default of torch.nn.Linear",
    "glorot_uniform": "default of Keras' Dense",
    "lecun_normal": "default of Flax' Dense",
    "torch_gain": "torch.nn.init with calculate_gain",
}


def _compute(job: Job, dataset: pa.Table | None) -> pa.Table:
    studied = list(recipes(job))
    listed = [*studied, *_others(job, {recipe.initializer for recipe in studied})]
    sigma_w2 = np.array([recipe.sigma_w2 for recipe in listed])
    sigma_b2 = np.array([recipe.sigma_b2 for recipe in listed])
    activation = activation_of(job)
    scales = theory.depth_scales(activation, sigma_w2, sigma_b2)
    phase = theory.phase(activation, sigma_w2, sigma_b2)
    facts = zip(phase, scales.q_star, scales.xi_grad, scales.chi_1, strict=True)
    return rows(
        tables.PHASES,
        {
            "activation": job["activation"]["name"],
            "initializer": [recipe.initializer for recipe in listed],
            "sigma_w2": sigma_w2,
            "sigma_b2": sigma_b2,
            "q_star": scales.q_star,
            "c_star": scales.c_star,
            "length_slope": scales.length_slope,
            "chi_1": scales.chi_1,
            "xi_q": scales.xi_q,
            "xi_c": scales.xi_c,
            "xi_grad": scales.xi_grad,
            "phase": phase,
            "library": [LIBRARIES.get(recipe.initializer, "") for recipe in listed],
            "in_study": [int(place < len(studied)) for place in range(len(listed))],
            "verdict": [verdict(str(p), *numbers) for p, *numbers in facts],
        },
    )


def _others(job: Job, studied: set[str]) -> Iterator[Recipe]:
    """Libraries' defaults and known rules that are not in the study."""
    yield from (recipe(job, known) for known in KNOWN if known.name not in studied)
    gain = torch_gain(job["activation"]["name"])
    if gain is not None:
        yield gain


def verdict(phase: str, q_star: float, xi_grad: float, chi_1: float) -> str:
    """What a reader should know of a deep network started there."""
    if math.isnan(chi_1):
        return "The activation's values are no numbers, so theory has none either."
    layers = "" if math.isinf(xi_grad) else f"e-fold every {_three(xi_grad)} layers"
    gradients = f"gradients change by χ₁ = {chi_1:.5g} a layer"
    if chi_1 == 1:
        gradients = "gradients change more slowly than exponentially"
    # At q* = 0 both approach their limit as a power of depth: tanh's q as 1/(2 l) at σ_w² = 1.
    critical = "Gradients keep their size at any depth: depth alone does not stop training."
    if q_star == 0:
        critical = "Signal and gradients fade, but more slowly than exponentially."
    return {
        "critical": critical,
        "ordered": f"Gradients vanish, {layers}; inputs become indistinguishable.",
        "chaotic": f"Gradients explode, {layers}; similar inputs are torn apart.",
        "collapsing": f"The signal dies out, and {gradients}.",
        "divergent": f"The signal grows without bound, and {gradients}.",
    }[phase]


def _three(value: float) -> str:
    """Three digits, without a power of ten for what is as large as a depth."""
    return f"{float(f'{value:.3g}'):g}"


PHASES = Prediction(
    name="phases",
    table=tables.PHASES,
    compute=_compute,
    needs=("initializers",),
    stage="initialization",
)

"""Claims about what a user is told of wrong depths, widths, activations and seeds."""

import pytest

from initatlas.study.names import known
from tests.unit.study.small import changed, problem

NETWORKS = ", ".join(known("networks"))
OWN = {"base": "mlp", "normalization": "layer_norm"}

ACTIVATIONS = (
    "elu, erf, gelu, hard_tanh, leaky_relu, linear, mish, relu, selu, sigmoid, silu, sin, "
    "softplus, softsign, tanh"
)
DEPTH = "depth, a number of hidden layers, must be a whole number, at least 1 and at most 100000"

CASES = {
    "depth 0": (changed(depths=[2, 0, 5]), f"depths[1]: {DEPTH}; got 0"),
    "depth a float": (changed(depths=[2, 5.0]), f"depths[1]: {DEPTH}; got 5.0; write 5"),
    "depth a text": (changed(depths=[2, "5"]), f"depths[1]: {DEPTH}; got '5'; write 5"),
    "depth True": (
        changed(depths=[2, True]),
        f"depths[1]: {DEPTH}; got True; yes, no, on, off, true and false are no numbers",
    ),
    "depth a list": (
        changed(depths=[2, [5]]),
        f"depths[1]: {DEPTH}; got [5]; give one number, not a list",
    ),
    "depths a number": (changed(depths=2), "depths: must be a list; got 2; write [2]"),
    "depths empty": (changed(depths=[]), "depths: is an empty list; name at least one item"),
    "depths twice": (
        changed(depths=[2, 5, 2]),
        "depths[2]: 2 repeats depths[0]; remove one of the two",
    ),
    "widths none": (changed(widths=None), "widths: must be a list; got None"),
    "widths a mapping": (changed(widths={"a": 1}), "widths: must be a list; got {'a': 1}"),
    "activation unknown": (
        changed(activations__1="tnah"),
        f"activations[1]: unknown activation 'tnah'; did you mean 'tanh'? Known: {ACTIVATIONS}; "
        "your own as package.module:OBJECT",
    ),
    "activation upper case": (
        changed(activations__1="Tanh"),
        f"activations[1]: unknown activation 'Tanh'; did you mean 'tanh'? Known: {ACTIVATIONS}; "
        "your own as package.module:OBJECT",
    ),
    "activation base": (
        changed(activations__1="base"),
        f"activations[1]: unknown activation 'base'; known: {ACTIVATIONS}; "
        "your own as package.module:OBJECT",
    ),
    "activation a path": (
        changed(activations__1="../x"),
        f"activations[1]: unknown activation '../x'; known: {ACTIVATIONS}; "
        "your own as package.module:OBJECT",
    ),
    "activation no name": (
        changed(activations__1=5),
        f"activations[1]: unknown activation 5; known: {ACTIVATIONS}; "
        "your own as package.module:OBJECT",
    ),
    "activation twice": (
        changed(activations__2="relu"),
        "activations[2]: 'relu' repeats activations[0]; remove one of the two",
    ),
    "architecture": (
        changed(architectures=["mpl"]),
        f"architectures[0]: unknown architecture 'mpl'; did you mean 'mlp'? Known: {NETWORKS}; "
        "a recipe of your own as 'name: {base: …, normalization: …}'",
    ),
    "architecture with an option under its own name": (
        changed(architectures=[{"mlp": {"base": "mlp", "normalization": "layer_norm"}}]),
        "architectures[0].mlp: the name 'mlp' is taken by a built-in one; choose another",
    ),
    "architecture made of an unknown one": (
        changed(architectures=[{"own": {"base": "resmpl", "normalization": "layer_norm"}}]),
        "architectures[0].own.base: unknown architecture 'resmpl'; did you mean 'resmlp'? "
        f"Known: {NETWORKS}",
    ),
    "architecture with an unknown normalization": (
        changed(architectures=[{"own": {"base": "mlp", "normalization": "layernorm"}}]),
        "architectures[0].own.normalization: unknown normalization 'layernorm'; "
        "did you mean 'layer_norm'? Known: batch_norm, layer_norm",
    ),
    "architecture without its option": (
        changed(architectures=[{"own": {"base": "mlp"}}]),
        "architectures[0].own: missing key 'normalization': what is applied before φ: "
        "layer_norm or batch_norm",
    ),
    "architecture with an option that there is not": (
        changed(architectures=["mlp", {"own": OWN | {"skip": 2}}]),
        "architectures[1].own: unknown key 'skip'; known: base, normalization",
    ),
    "architecture twice": (
        changed(architectures=[{"own": OWN}, {"Own": OWN}]),
        "architectures[1]: {'Own': {'base': 'mlp', 'normalization': 'layer_norm'}} repeats "
        "architectures[0]; remove one of the two",
    ),
    "grids that share a network": (
        changed(
            training__grid=[{"depths": [2]}, {"activations": ["relu"]}],
            training__records=2,
        ),
        "training.grid[1]: has networks that training.grid[0] has, too; give each once",
    ),
    "no grid": (
        changed(training__grid=[]),
        "training.grid: is an empty list; name at least one grid, or leave it out",
    ),
    "seeds that fill no blocks": (
        changed(seeds={"count": 10, "per_block": 4}),
        "seeds: count 10 does not fill blocks of 4 (per_block); take count 8 or 12, or per_block 2",
    ),
    "fewer seeds than a block": (
        changed(seeds={"count": 4, "per_block": 6}),
        "seeds: count 4 does not fill blocks of 6 (per_block); take count 6, or per_block 4",
    ),
    "seeds a number": (
        changed(seeds=8),
        "seeds: must be a mapping of keys to values; got 8",
    ),
}


@pytest.mark.parametrize(("config", "sentence"), CASES.values(), ids=CASES)
def test_one_mistake_gives_one_sentence(config, sentence):
    assert problem(config) == sentence

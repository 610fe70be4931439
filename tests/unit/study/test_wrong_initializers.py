"""Claims about what a user is told of wrong initializers, recipes and variances."""

import math

import pytest

from tests.unit.study.small import changed, problem

SIGMA_W2 = "σ_w², a variance, must be a finite number, at least 0"
GAUSSIAN = "initializers[2].gaussian"

CASES = {
    "variance negative": (
        changed(initializers__2__gaussian__sigma_w2=[-1.0]),
        f"{GAUSSIAN}.sigma_w2[0]: {SIGMA_W2}; got -1.0",
    ),
    "variance infinite": (
        changed(initializers__2__gaussian__sigma_w2=[math.inf]),
        f"{GAUSSIAN}.sigma_w2[0]: {SIGMA_W2}; got inf",
    ),
    "variance no number": (
        changed(initializers__2__gaussian__sigma_w2=[math.nan]),
        f"{GAUSSIAN}.sigma_w2[0]: {SIGMA_W2}; got nan",
    ),
    "variance beyond floats": (
        changed(initializers__2__gaussian__sigma_w2=[10**400]),
        f"{GAUSSIAN}.sigma_w2[0]: {SIGMA_W2}; got 1{'0' * 27}...{'0' * 29}",
    ),
    "variance of 5,001 digits": (
        changed(initializers__2__gaussian__sigma_w2=[10**5000]),
        f"{GAUSSIAN}.sigma_w2[0]: {SIGMA_W2}; got a whole number of 16610 bits",
    ),
    "variance as YAML reads 1e-3": (
        changed(initializers__2__gaussian__sigma_w2=["1e-3"]),
        f"{GAUSSIAN}.sigma_w2[0]: {SIGMA_W2}; got '1e-3'; write 0.001",
    ),
    "variances equal as numbers": (
        changed(training__grid={}, initializers__2__gaussian__sigma_w2=[1, 1.0]),
        f"{GAUSSIAN}.sigma_w2[1]: 1.0 repeats {GAUSSIAN}.sigma_w2[0]; remove one of the two",
    ),
    "bias variance": (
        changed(initializers__2__gaussian__sigma_b2=[-0.1]),
        f"{GAUSSIAN}.sigma_b2[0]: σ_b², a variance, must be a finite number, at least 0; got -0.1",
    ),
    "gaussian alone": (
        changed(initializers__0="gaussian", initializers__2="he_normal", training__grid={}),
        "initializers[0].gaussian: missing key 'sigma_w2': list of σ_w² (weight variance times "
        "fan), such as [1.0, 2.0]",
    ),
    "gaussian without settings": (
        changed(initializers__2={"gaussian": None}, training__grid={}),
        f"{GAUSSIAN}: must be a mapping of keys to values; got None",
    ),
    "settings not indented": (
        changed(initializers__2={"gaussian": None, "sigma_w2": [1]}, training__grid={}),
        "initializers[2]: an initializer is a name, or one name with its settings as in "
        "'name: {…}'; got {'gaussian': None, 'sigma_w2': [1]}; indent the settings below the name",
    ),
    "fixed initializer swept": (
        changed(initializers__0={"he_normal": {"sigma_w2": [1]}}),
        "initializers[0].he_normal: takes no settings, its σ_w² is fixed at 2; sweep 'gaussian', "
        "or write a recipe with a distribution; got {'sigma_w2': [1]}",
    ),
    "activation's initializer swept": (
        changed(initializers__0={"critical": {"sigma_w2": [1]}}),
        "initializers[0].critical: takes no settings, the activation decides its variances; sweep "
        "'gaussian', or write a recipe with a distribution; got {'sigma_w2': [1]}",
    ),
    "recipe's distribution": (
        changed(initializers__3__wide__distribution="unifrm"),
        "initializers[3].wide.distribution: unknown distribution 'unifrm'; did you mean "
        "'uniform'? Known: delta_orthogonal, identity, looks_linear, normal, orthogonal, sparse, "
        "student_t, truncated_normal, uniform",
    ),
    "recipe's mode": (
        changed(initializers__3__wide__mode="fan"),
        "initializers[3].wide.mode: unknown mode 'fan'; did you mean 'fan_in'? "
        "Known: fan_in, fan_out, fan_avg",
    ),
    "recipe without variances": (
        changed(initializers__3={"wide": {"distribution": "normal"}}),
        "initializers[3].wide: missing key 'sigma_w2': list of σ_w² (weight variance times fan), "
        "such as [1.0, 2.0]",
    ),
    "recipe named like ours": (
        changed(initializers__3={"lsuv": {"distribution": "normal", "sigma_w2": [1]}}),
        "initializers[3].lsuv: the name 'lsuv' is taken by a built-in one; choose another",
    ),
    "recipe named like a path": (
        changed(initializers__3={"../x": {"distribution": "normal", "sigma_w2": [1]}}),
        "initializers[3].'../x': the name '../x' cannot be part of a path; use letters a–z, "
        "digits and _, a letter first, at most 64",
    ),
    "two recipes of a name": (
        changed(
            initializers__1={"Wide": {"distribution": "normal", "sigma_w2": [1]}}, training__grid={}
        ),
        "initializers[3]: {'wide': {'distribution': 'uniform', 'mode': 'fan_avg', "
        "'sigma_w2': [3]}} repeats initializers[1]; remove one of the two",
    ),
    "odd width": (
        changed(initializers__0="looks_linear", widths=[8, 9, 16]),
        "initializers: 'looks_linear' cannot have width 9: ValueError: looks_linear pairs units, "
        "so widths must be even; got 9",
    ),
}


@pytest.mark.parametrize(("config", "sentence"), CASES.values(), ids=CASES)
def test_one_mistake_gives_one_sentence(config, sentence):
    assert problem(config) == sentence

"""Claims about a user's own records: they get a name and a path like ours, or a clear refusal."""

from pathlib import Path

import pytest

from initatlas.study import Study
from initatlas.study.names import known
from tests.unit.study.small import CONFIG, changed, problem

GOOD = """
import torch
from initatlas.activations.base import Activation
from initatlas.datasets.base import Dataset, Points
from initatlas.distributions import DISTRIBUTIONS, Distribution
from initatlas.initializers.base import Initializer
from initatlas.quantities import Quantity

CUBE = Activation(name="cube", phi=lambda z: z**3)
NORMAL = DISTRIBUTIONS["normal"]
FIXED = Initializer(name="fixed", distribution=NORMAL, sigma_w2=1.0, source="me")
OPEN = Initializer(name="open", distribution=NORMAL, sigma_w2=None, source="me")


def load(options, cache, rng):
    raise AssertionError("not while a study is read")


RINGS = Dataset(
    name="rings", load=load, source="me",
    options={"noise": Quantity(meaning="noise", low=0, default=0.1)},
)
"""

BAD = '''
import torch
from types import SimpleNamespace
from initatlas.activations.base import Activation
from initatlas.datasets.base import Dataset
from initatlas.distributions import Distribution
from initatlas.initializers.base import Initializer


def forged(kind, **fields):
    """A record past its own checks."""
    record = object.__new__(kind)
    for name, value in fields.items():
        object.__setattr__(record, name, value)
    return record


def draw(rng, layer):
    return rng.standard_normal((layer.fan_in, layer.fan_out))


def raising(z):
    raise RuntimeError("no φ today")


UNNAMED = forged(Activation, name=None, phi=torch.relu)
UPWARDS = forged(Activation, name="../../etc", phi=torch.relu)
MARKUP = forged(Activation, name="<script>", phi=torch.relu)
GREEK = Activation(name="φ", phi=torch.relu)
OURS = Activation(name="relu", phi=torch.relu)
SHOUTED = Activation(name="RELU", phi=torch.relu)
TEXT = forged(Activation, name="text", phi="relu")
RAISING = Activation(name="raising", phi=raising)
SCALAR = Activation(name="scalar", phi=torch.sum)
NUMPY = Activation(name="array", phi=lambda z: z.numpy())
MUTATING = Activation(name="mutating", phi=lambda z: z.mul_(2))
STEEP = Activation(name="steep", phi=torch.relu, derivative=torch.sum)
LOOKALIKE = SimpleNamespace(name="lookalike", phi=torch.relu)
TURNED = Initializer(
    name="turned", sigma_w2=1.0, source="me",
    distribution=Distribution(name="turned", draw=draw, source="me"),
)
STRAY = Initializer(name="stray", distribution="normal", sigma_w2=1.0, source="me")
UNLOADED = forged(Dataset, name="unloaded", load=None, options={}, files={})


def judge(options):
    raise KeyError("noise")


MINE = {"load": draw, "source": "me"}
OPTED = Dataset(name="opted", options={"noise": 0.1}, **MINE)
FLAT = Dataset(name="flat", shape=(8, 8), **MINE)
SIZED = Dataset(name="sized", training_points=lambda options: "many", **MINE)
JUDGED = Dataset(name="judged", complaint=judge, **MINE)
'''


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Folder of the user's modules; each test gets names of its own, for modules are kept."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, text: str) -> str:
        Path(tmp_path, f"{name}.py").write_text(text)
        return name

    return write


def test_a_users_own_records_are_named_and_carry_their_reference(modules):
    own = modules("good_records", GOOD)
    config = changed(
        dataset={f"{own}:RINGS": {"noise": 1}},
        activations=["relu", f"{own}:CUBE"],
        initializers=[f"{own}:FIXED", {f"{own}:OPEN": {"sigma_w2": [1]}}],
        training__grid={"activations": [f"{own}:CUBE"], "initializers": ["fixed"]},
    )
    study = Study.from_config(config)
    job = study.job("initialization", study.grid("initialization").blocks()[-1])
    assert job["dataset"] == {"name": "rings", "object": f"{own}:RINGS", "noise": 1.0}
    assert job["activation"] == {"name": "cube", "object": f"{own}:CUBE"}
    assert job["initializer"] == {
        "name": "open", "object": f"{own}:OPEN", "sigma_w2": [1.0], "sigma_b2": [0.0]
    }  # fmt: skip
    (path,) = {b.path("training").split("/seeds")[0] for b in study.grid("training").blocks()
               if b.depth == 2}  # fmt: skip
    assert path == "training/architecture=mlp/initializer=fixed/activation=cube/depth=2"


def test_an_initializer_that_leaves_its_variances_open_needs_them(modules):
    own = modules("open_records", GOOD)
    config = changed(initializers=[f"{own}:OPEN"], training=None)
    assert problem(config) == (
        "initializers[0].open: missing key 'sigma_w2': list of σ_w² (weight variance times fan), "
        "such as [1.0, 2.0]"
    )


NAME = "cannot be part of a path; use letters a–z, digits and _, a letter first, at most 64"
LIARS = {
    "UNNAMED": f"the name None {NAME}",
    "UPWARDS": f"the name '../../etc' {NAME}",
    "MARKUP": f"the name '<script>' {NAME}",
    "GREEK": f"the name 'φ' {NAME}",
    "OURS": "the name 'relu' is taken by a built-in one; choose another",
    "SHOUTED": "the name 'RELU' is taken by a built-in one; choose another",
    "TEXT": "'bad_records:TEXT': its 'phi' must be a function",
    "RAISING": "'bad_records:RAISING': phi raises RuntimeError: no φ today",
    "SCALAR": "'bad_records:SCALAR': phi must give Tensor (7,) torch.float32 where it is given "
    "one; got Tensor () torch.float32",
    "NUMPY": "'bad_records:NUMPY': phi must give Tensor (7,) torch.float32 where it is given one; "
    "got ndarray (7,) float32",
    "MUTATING": "'bad_records:MUTATING': phi must leave what it is given as it is",
    "STEEP": "'bad_records:STEEP': derivative must give Tensor (7,) torch.float32 where it is "
    "given one; got Tensor () torch.float32",
    "LOOKALIKE": "'bad_records:LOOKALIKE' must be an initatlas Activation; it is a SimpleNamespace",
    "TURNED": "'bad_records:TURNED' must be an initatlas Activation; it is a Initializer",
    "Activation": "'bad_records:Activation' must be an initatlas Activation; it is a type",
    "NOTHING": "'bad_records:NOTHING': bad_records has no NOTHING",
}


@pytest.mark.parametrize(("name", "sentence"), LIARS.items(), ids=LIARS)
def test_an_activation_that_lies_about_itself_is_refused(modules, name, sentence):
    own = modules("bad_records", BAD)
    assert problem(changed(activations=["relu", f"{own}:{name}"])) == f"activations[1]: {sentence}"


def test_an_initializer_that_draws_another_shape_is_refused(modules):
    own = modules("bad_records", BAD)
    config = changed(initializers=["he_normal", f"{own}:TURNED"], widths=[8], training=None)
    assert problem(config) == (
        "initializers: 'turned' cannot have width 8: its weights must be (fan_out, fan_in) = "
        "(8, 1); got (1, 8)"
    )


def test_an_initializer_that_draws_nothing_is_refused(modules):
    own = modules("bad_records", BAD)
    config = changed(initializers=["he_normal", f"{own}:STRAY"], widths=[8], training=None)
    assert problem(config) == (
        "initializers: 'stray' cannot have width 8: AttributeError: 'str' object has no attribute "
        "'draw'"
    )


LYING_DATA = {
    "UNLOADED": "'bad_records:UNLOADED': its 'load' must be a function",
    "OPTED": "'bad_records:OPTED': options must be a mapping of names to Quantity; got "
    "{'noise': 0.1}",
    "FLAT": "'bad_records:FLAT': shape must be (channels, height, width), or None; got (8, 8)",
    "SIZED": "training_points must give a number of points, 1 or more; it gives 'many'; got {}",
    "JUDGED": "its options cannot be judged: KeyError: 'noise'; got {}",
}


@pytest.mark.parametrize(("name", "sentence"), LYING_DATA.items(), ids=LYING_DATA)
def test_a_data_set_that_lies_about_itself_is_refused(modules, name, sentence):
    own = modules("bad_records", BAD)
    assert problem(changed(dataset=f"{own}:{name}")) == f"dataset: {sentence}"


IMPORTS = {
    "raises": ("1 / 0", "ZeroDivisionError: division by zero"),
    "leaves": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "broken": ("def f(:", "SyntaxError: invalid syntax (import_broken.py, line 1)"),
    "valued": ("raise ValueError('one\\ntwo')", "ValueError: one two"),
}


@pytest.mark.parametrize(("name", "text", "said"), [(n, *v) for n, v in IMPORTS.items()])
def test_a_module_that_fails_to_import_is_named(modules, name, text, said):
    own = modules(f"import_{name}", text)
    assert problem(changed(activations=["relu", f"{own}:X"])) == (
        f"activations[1]: 'import_{name}:X' cannot be imported: {said}"
    )


REFERENCES = {
    "no.such.module:X": "no.such cannot be imported",
    "json:": "is not of the form package.module:OBJECT",
    ":X": "is not of the form package.module:OBJECT",
    "a:b:c": "is not of the form package.module:OBJECT",
    "../evil:X": "is not of the form package.module:OBJECT",
    "json; rm -rf:X": "is not of the form package.module:OBJECT",
    "json:loads": "must be an initatlas Activation; it is a function",
    "json:__name__": "must be an initatlas Activation; it is a str",
}


@pytest.mark.parametrize(("reference", "said"), REFERENCES.items())
def test_a_reference_to_nothing_is_refused(reference, said):
    line = problem(changed(activations=["relu", reference]))
    assert line.startswith("activations[1]: ")
    assert said.removeprefix("no.such") in line


def test_two_records_of_one_name_would_share_a_path(modules):
    own = modules("twin_records", GOOD)
    twin = modules("other_records", GOOD)
    config = changed(activations=[f"{own}:CUBE", f"{twin}:CUBE"], training=None)
    assert problem(config) == (
        "activations[1]: 'other_records:CUBE' repeats activations[0]; remove one of the two"
    )


def test_names_are_known_without_their_files_being_imported():
    from initatlas.activations import ACTIVATIONS
    from initatlas.distributions import DISTRIBUTIONS
    from initatlas.networks import ARCHITECTURES

    assert set(known("activations")) == set(ACTIVATIONS)
    assert set(known("distributions")) == set(DISTRIBUTIONS)
    assert set(known("networks")) == set(ARCHITECTURES)
    assert Study.from_config(CONFIG)

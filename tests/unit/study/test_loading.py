"""Claims about configuration files: nothing in them is said twice, hidden, or worth a traceback."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from initatlas.study import Study, StudyError, load, load_yaml
from tests.unit.study.small import CONFIG

ROOT = Path(__file__).parents[3]
STUDIES = [ROOT / "config.yaml", *sorted((ROOT / "workflow/studies").glob("*.yaml"))]
BOMB = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [*{before}, *{before}]\n" for before, name in pairwise("abcdefghi")
)

BROKEN = {
    "duplicate": (
        "seed: 1\nstudy: s\nseed: 2\n",
        "line 3: key 'seed' is given twice, first on line 1",
    ),
    "duplicate inside a list": (
        "a:\n  - b: 1\n    c: 2\n    b: 3\n",
        "line 4: key 'b' is given twice, first on line 2",
    ),
    "duplicate in other quotes": (
        "{a: 1, 'a': 2}",
        "line 1: key 'a' is given twice, first on line 1",
    ),
    "alias": ("a: &x [1]\nb: *x\n", "line 2: aliases (*x) are not accepted; write the values out"),
    "tag": (
        "a: !!python/object/apply:os.system [echo]\n",
        "line 1: tags ('tag:yaml.org,2002:python/object/apply:os.system') are not accepted; "
        "write the plain value",
    ),
    "depth": ("[" * 5000 + "]" * 5000, "line 1: is nested more than 20 deep, which no study is"),
    "tab": (
        "a:\n\t- b\n",
        "line 2: is not plain YAML: while scanning for the next token, found character '\\t' "
        "that cannot start any token; indent with blanks",
    ),
    "colon": ("a: b: c\n", "line 1: is not plain YAML: mapping values are not allowed here"),
    "two documents": (
        "a: 1\n---\nb: 1\n",
        "line 2: is not plain YAML: expected a single document in the stream, "
        "but found another document",
    ),
    "impossible date": ("a: 2020-13-45\n", "is not plain YAML: month must be in 1..12"),
    "no such character": (
        "a: '\x01'\n",
        "is not plain YAML: unacceptable character #x0001: special characters are not allowed in "
        '"<unicode string>", position 4',
    ),
    "key that is a list": (
        "? [a]\n: 1\n",
        "line 1: is not plain YAML: while constructing a mapping, found unhashable key",
    ),
}


def complaint(path: Path) -> str:
    with pytest.raises(StudyError) as caught:
        load(path)
    return str(caught.value)


@pytest.mark.parametrize(("text", "sentence"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_with_the_line(tmp_path, text, sentence):
    path = tmp_path / "broken.yaml"
    path.write_text(text)
    assert complaint(path) == f"{path}: {sentence}"


def test_all_duplicates_and_all_aliases_are_told_at_once(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("a: 1\na: 2\na: 3\nb: {c: 1, c: 2}\n")
    assert len(complaint(path).splitlines()) == 3
    path.write_text(BOMB)
    assert len(complaint(path).splitlines()) == 16


def test_a_whole_number_of_5000_digits_is_no_traceback(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("seed: " + "9" * 5000)
    assert "is not plain YAML: Exceeds the limit (4300 digits)" in complaint(path)


def test_files_that_are_no_text_are_named(tmp_path):
    assert complaint(tmp_path / "none.yaml") == (
        f"{tmp_path}/none.yaml: cannot be read: No such file or directory"
    )
    assert complaint(tmp_path) == f"{tmp_path}: cannot be read: Is a directory"
    path = tmp_path / "binary.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    assert complaint(path) == f"{path}: is not UTF-8 text: invalid start byte"


def test_a_huge_file_is_not_read_to_its_end():
    assert complaint(Path("/dev/zero")) == (
        "/dev/zero: has more than 200,000 bytes; a study is a page of text"
    )


def test_an_empty_file_is_no_study(tmp_path):
    path = tmp_path / "empty.yaml"
    path.write_text("")
    assert complaint(path) == f"{path}: must be a mapping of keys to values; got None"


def test_a_file_means_what_its_values_mean(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump(CONFIG))
    assert load_yaml(path) == CONFIG
    assert load(path) == Study.from_config(CONFIG)


@pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)
def test_the_studies_that_we_ship_are_right(path):
    study = load(path)
    assert study.grid("initialization").blocks()
    assert study.grid("training").blocks() or study.grid("trainability").blocks()
    assert study.name == {"config": "atlas"}.get(path.stem, path.stem)


def test_the_default_study_holds_what_it_promises():
    study = load(ROOT / "config.yaml")
    grid = study.grid("initialization")
    required = """he_normal he_uniform he_fan_out glorot_normal glorot_uniform lecun_normal
        truncated_normal orthogonal torch_default gaussian"""
    assert set(required.split()) <= {e["name"] for e in study.whole.initializers}
    required = """linear relu leaky_relu elu selu gelu silu mish softplus tanh hard_tanh erf sigmoid
        softsign sin"""
    assert set(required.split()) <= set(grid.activations)
    assert {4, 16, 64} <= set(study.whole.depths)
    assert study.whole.seeds[-1][1] + 1 >= 8
    swept = next(e for e in study.whole.initializers if e["name"] == "gaussian")
    assert {0.25, 1.0, 2.0, 4.0} <= set(swept["sigma_w2"])
    assert len(swept["sigma_w2"]) >= 10


def test_a_study_is_read_without_importing_what_computes():
    heavy = "torch torchvision sklearn scipy pandas altair snakemake"
    code = (
        "import sys; from initatlas.study import load\n"
        f"load({str(STUDIES[0])!r}); load({str(ROOT / 'workflow/studies/full.yaml')!r})\n"
        f"print([name for name in {heavy.split()} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"

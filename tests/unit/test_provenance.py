"""Claims about code digests: they see every change that can matter, and no other."""

import importlib
import itertools
import os
import subprocess
import sys
from pathlib import Path

import pytest

from initatlas import digests, provenance

PACKAGE = {
    "__init__": "",
    "rng": "WORDS = 1\n",
    "stages/__init__": "",
    "stages/initialize": (
        "from {p}.activations import ACTIVATIONS\n"
        "from {p} import rng\n"
        "import numpy as np\n\n\n"
        "def initialize(job):\n"
        '    """Measure."""\n'
        "    return np.zeros(3)  # a comment\n"
    ),
    "stages/report": "import json\nfrom {p}.plain import value\n",
    "plain/__init__": "value = 1\n",
    "activations/__init__": (
        "from {p}.activations.base import Activation\n"
        "from {p}.activations.relu import RELU\n"
        "from {p}.activations.tanh import TANH\n\n"
        "ACTIVATIONS = {{a.name: a for a in (RELU, TANH)}}\n\n\n"
        "def find(name):\n    return ACTIVATIONS[name]\n"
    ),
    "activations/base": "class Activation:\n    name = ''\n",
    "activations/relu": "from {p}.activations.base import Activation\nRELU = Activation()\n",
    "activations/tanh": "from {p}.activations.base import Activation\nTANH = Activation()\n",
}
LATER = itertools.count(1)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small package with a registry, of a name that no test had before."""
    name = f"toy{next(LATER)}"
    for stem, text in PACKAGE.items():
        path = tmp_path / name / f"{stem}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(p=name))
        os.utime(path, (1e9, 1e9))
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    return name


def edit(package: str, stem: str, old: str, new: str) -> None:
    path = Path(package, f"{stem}.py")
    text = path.read_text()
    assert old in text, f"{path} does not contain {old!r}"
    path.write_text(text.replace(old, new))
    os.utime(path, (1e9, 1e9 + next(LATER)))


def digest(package: str, entry: str = "stages.initialize", record: str = "activations.relu") -> str:
    provenance.read_sources.cache_clear()
    importlib.invalidate_caches()
    sources = provenance.read_sources(package)
    modules = provenance.closure(sources, f"{package}.{entry}", [f"{package}.{record}"])
    return provenance.code_digest(sources, modules)


@pytest.mark.parametrize(
    ("stem", "old", "new"),
    [
        ("stages/initialize", '"""Measure."""', '"""Measure, in other words."""'),
        ("stages/initialize", "  # a comment", ""),
        ("stages/initialize", "\n\n\n", "\n"),
        ("activations/tanh", "TANH = Activation()", "TANH = Activation(); other = 2"),
        ("activations/__init__", "(RELU, TANH)", "(TANH, RELU)"),
        ("plain/__init__", "value = 1", "value = 2"),
        ("stages/report", "import json", "import math"),
    ],
)
def test_what_cannot_matter_leaves_the_digest_alone(package, stem, old, new):
    before = digest(package)
    edit(package, stem, old, new)
    assert digest(package) == before


@pytest.mark.parametrize(
    ("stem", "old", "new"),
    [
        ("stages/initialize", "np.zeros(3)", "np.zeros(4)"),
        ("stages/initialize", "def initialize(job)", "def initialize(job=None)"),
        ("stages/initialize", "import numpy as np", "import numpy as np, scipy"),
        ("activations/relu", "RELU = Activation()", "RELU = Activation(); other = 2"),
        ("activations/base", "name = ''", "name = 'other'"),
        ("activations/__init__", "return ACTIVATIONS[name]", "return ACTIVATIONS.get(name)"),
        ("rng", "WORDS = 1", "WORDS = 2"),
        ("stages/__init__", "", "import os"),
    ],
)
def test_what_can_matter_changes_the_digest(package, stem, old, new):
    before = digest(package)
    edit(package, stem, old, new)
    assert digest(package) != before


def test_what_only_a_type_checker_imports_and_relative_imports_are_understood(package):
    edit(package, "plain/__init__", "value = 1", "from . import inner\nvalue = 1")
    Path(package, "plain/inner.py").write_text(
        "from typing import TYPE_CHECKING\nfrom .. import rng\n"
        f"if TYPE_CHECKING:\n    from {package} import activations\n"
    )
    provenance.read_sources.cache_clear()
    sources = provenance.read_sources(package)
    assert provenance.closure(sources, f"{package}.plain") == {
        package, f"{package}.plain", f"{package}.plain.inner", f"{package}.rng"
    }  # fmt: skip


def test_a_new_record_in_a_list_leaves_the_others_digests_alone(package):
    before = digest(package)
    Path(package, "activations/sin.py").write_text("SIN = 1\n")
    edit(
        package,
        "activations/__init__",
        "import TANH\n",
        f"import TANH\nfrom {package}.activations.sin import SIN\n",
    )
    edit(package, "activations/__init__", "(RELU, TANH)", "(RELU, TANH, SIN)")
    assert digest(package) == before
    assert digest(package, record="activations.sin") != before


def test_an_edit_that_keeps_size_and_time_is_seen_while_it_is_fresh(package):
    path = Path(package, "rng.py")
    path.write_text("WORDS = 3\n")
    status = path.stat()
    before = digest(package)
    path.write_text("WORDS = 4\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert digest(package) != before


def test_remembered_digests_are_those_of_the_files(package):
    before = digest(package)
    assert digests.MEMORY.exists()
    assert digest(package) == before
    digests.MEMORY.write_text("cut sho")
    assert digest(package) == before


def test_data_files_of_a_package_belong_to_it(package):
    before = digest(package, "stages.report")
    Path(package, "plain/style.css").write_text("a {}")
    with_style = digest(package, "stages.report")
    Path(package, "plain/templates").mkdir()
    Path(package, "plain/templates/page.html").write_text("<p>")
    assert len({before, with_style, digest(package, "stages.report")}) == 3


def test_versions_are_those_of_the_libraries_that_are_imported(package):
    sources = provenance.read_sources(package)
    numeric = provenance.closure(sources, f"{package}.stages.initialize")
    plain = provenance.closure(sources, f"{package}.stages.report")
    import numpy

    python = "{}.{}".format(*sys.version_info)  # whatever bug-fix release
    assert provenance.versions(sources, numeric) == {"python": python, "numpy": numpy.__version__}
    assert provenance.versions(sources, plain) == {"python": python}


def test_a_module_that_does_not_exist_is_named(package):
    sources = provenance.read_sources(package)
    with pytest.raises(LookupError, match=r"no such module: .*activations\.rellu"):
        provenance.closure(sources, f"{package}.rng", [f"{package}.activations.rellu"])


def test_a_process_that_read_sources_has_no_thread_that_its_children_would_miss():
    """Forked after grimp had threads, a child that reads changed code would wait for ever."""
    script = (
        "import os, time\n"
        "from initatlas import provenance\n"
        "provenance.read_sources()\n"
        "assert len(os.listdir('/proc/self/task')) == 1\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    provenance.read_sources.cache_clear()\n"
        "    provenance.read_sources()\n"
        "    os._exit(7)\n"
        "deadline = time.monotonic() + 60\n"
        "while (ended := os.waitpid(child, os.WNOHANG))[0] == 0 and time.monotonic() < deadline:\n"
        "    time.sleep(0.05)\n"
        "if ended[0] == 0:\n"
        "    os.kill(child, 9)\n"
        "assert os.waitstatus_to_exitcode(ended[1]) == 7\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr

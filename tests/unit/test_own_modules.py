"""Claims about a user's own code: the key sees all of it that an object reaches, and runs none."""

import importlib
import sys
from collections import Counter
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from initatlas import own_modules, provenance

NEVER = "raise AssertionError('this was run')\n"  # at the top of every file of these tests


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user's files are, and first among the places that Python looks into."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(NEVER + text)


def joined(*objects: str) -> tuple[provenance.Sources, frozenset[str]]:
    for known in vars(own_modules).values():
        if hasattr(known, "cache_clear"):
            known.cache_clear()
    provenance._version.cache_clear()
    importlib.invalidate_caches()
    return provenance.with_own(provenance.read_sources(), objects)


def reached(name: str) -> set[str]:
    return {module.removeprefix("initatlas.") for module in joined(name)[1]}


def code(name: str) -> str:
    return provenance.code_digest(*joined(name))


def versions(name: str) -> dict[str, str]:
    found = provenance.versions(*joined(name))
    del found["python"]
    return found


def install(name: str, version: str, files: dict[str, str], root: str = "site") -> None:
    """A distribution as installers leave it; its folder must be on Python's path."""
    for file, text in files.items():
        Path(root, file).parent.mkdir(parents=True, exist_ok=True)
        Path(root, file).write_text(text)
    info = Path(root, f"{name.replace('.', '_')}-1.dist-info")
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "RECORD").write_text("".join(f"{file},sha256=x,1\n" for file in files))


WAYS = {  # how an import is written → the user's files, the first of which holds the object
    "a module": {"my_act.py": "import helper", "helper.py": ""},
    "a name of a module": {"my_act.py": "from helper import phi", "helper.py": ""},
    "all names of a module": {"my_act.py": "from helper import *", "helper.py": ""},
    "a module of a module": {
        "my_act.py": "import helper", "helper.py": "import other", "other.py": ""
    },
    "each other": {"my_act.py": "import helper", "helper.py": "import my_act, helper"},
    "a package": {"my_act.py": "import tools", "tools/__init__.py": ""},
    "what a package imports": {
        "my_act.py": "import tools", "tools/__init__.py": "from .inner import phi",
        "tools/inner.py": "",
    },
    "a module of a package": {
        "my_act.py": "from tools import inner", "tools/inner.py": "", "tools/__init__.py": ""
    },
    "a sibling": {
        "tools/my_act.py": "from . import inner", "tools/inner.py": "", "tools/__init__.py": ""
    },
    "a module of the folder above": {
        "tools/deep/my_act.py": "from .. import inner", "tools/deep/__init__.py": "",
        "tools/inner.py": "", "tools/__init__.py": "",
    },
    "a package without __init__": {"my_act.py": "from space import inner", "space/inner.py": ""},
    "one within another": {
        "my_act.py": "import tools.space.inner", "tools/__init__.py": "",
        "tools/space/inner.py": "from tools.space import other", "tools/space/other.py": "",
    },
    "in a function": {"my_act.py": "def phi(z):\n    import helper", "helper.py": ""},
    "in a try block": {
        "my_act.py": "try:\n    import nowhere\nexcept ImportError:\n    import helper",
        "helper.py": "",
    },
    "where no type checker reads": {
        "my_act.py": "if TYPE_CHECKING:\n    import nowhere\nelse:\n    import helper",
        "helper.py": "",
    },
    "in the place of one of Python's": {"my_act.py": "import this", "this.py": ""},
}  # fmt: skip


@pytest.mark.parametrize("files", WAYS.values(), ids=WAYS)
def test_an_edit_of_any_file_that_is_imported_counts_and_a_comment_does_not(files):
    write(files)
    holder = next(iter(files)).removesuffix(".py").replace("/", ".")
    before = code(f"{holder}:ACT")
    for name, text in files.items():
        Path(name).write_text(f'"""What it is for."""\n{NEVER}{text}  # why\n')
        assert code(f"{holder}:ACT") == before, name
        Path(name).write_text(f"{NEVER}{text}\nX = 1\n")
        assert code(f"{holder}:ACT") != before, name
        Path(name).write_text(NEVER + text)
    modules = {name.removesuffix(".py").replace("/", ".") for name in files}
    assert not {name.removesuffix(".__init__") for name in modules} & set(sys.modules)


def test_what_is_not_imported_does_not_count():
    write({
        "my_act.py": "if TYPE_CHECKING:\n    import typed\nfrom tools import inner",
        "typed.py": "", "other.py": "", "inner.py": "",
        "tools/__init__.py": "", "tools/inner.py": "", "tools/other.py": "",
    })  # fmt: skip
    assert reached("my_act:ACT") == {"my_act:ACT", "my_act", "tools", "tools.inner"}


def test_a_file_is_read_once_however_many_objects_reach_it(monkeypatch):
    write({"helper.py": "", **{f"act{n}.py": "import helper" for n in range(9)}})
    read = Counter()

    def counted(content: bytes, module: str) -> own_modules.Source:
        read[module] += 1
        return read_source(content, module=module)

    read_source = own_modules.read_source
    monkeypatch.setattr(own_modules, "read_source", counted)
    joined()
    for n in range(9):
        provenance.with_own(provenance.read_sources(), [f"act{n}:ACT", "act0:ACT"])
    assert read == dict.fromkeys(["helper", *(f"act{n}" for n in range(9))], 1)


def test_of_an_installed_library_the_version_counts_and_not_the_code(folder, monkeypatch):
    monkeypatch.syspath_prepend(folder / "site")
    write({"my_act.py": "def phi(z):\n    from quick.deep import sums"})
    files = {"quick/__init__.py": "import nowhere", "quick/deep.py": ""}
    install("Quick.Sums", "1.0", files)
    before = code("my_act:ACT")
    assert versions("my_act:ACT") == {"Quick-Sums": "1.0"}
    install("Quick.Sums", "1.1", files | {"quick/deep.py": "X = 1"})
    assert code("my_act:ACT") == before
    assert versions("my_act:ACT") == {"Quick-Sums": "1.1"}
    assert versions("quick.deep:ACT") == {"Quick-Sums": "1.1"}


def test_libraries_that_share_a_package_are_told_apart(folder, monkeypatch):
    monkeypatch.syspath_prepend(folder / "site")
    write({"my_act.py": "from shared import one", "shared/mine.py": "from shared.two import x"})
    install("first", "1", {"shared/one.py": ""})
    install("second", "2", {"shared/two/__init__.py": ""})
    assert versions("my_act:ACT") == {"first": "1"}
    assert versions("shared.mine:ACT") == {"second": "2"}
    assert "shared.mine" in reached("shared.mine:ACT")


def test_a_library_that_is_installed_to_be_edited_counts_with_its_code(folder, monkeypatch):
    monkeypatch.syspath_prepend(folder / "site")
    install("mine", "1", {"__editable__.mine.pth": "src"})
    monkeypatch.syspath_prepend(folder / "src")
    write({"my_act.py": "import mine", "src/mine/__init__.py": ""})
    before = code("my_act:ACT")
    assert versions("my_act:ACT") == {}
    write({"src/mine/__init__.py": "X = 1"})
    assert code("my_act:ACT") != before


def test_numeric_libraries_are_known_by_the_names_that_installers_know():
    write({"my_act.py": "import sklearn.svm, scipy.special, torch.nn\nimport math, sys, os.path"})
    assert set(versions("my_act:ACT")) == {"scikit-learn", "scipy", "torch"}


def test_what_was_not_there_changes_the_key_when_it_comes(folder, monkeypatch):
    monkeypatch.syspath_prepend(folder / "site")
    write({"my_act.py": "try:\n    import quick\n    import helper\nexcept ImportError:\n    pass"})
    before = code("my_act:ACT")
    assert versions("my_act:ACT") == {}
    install("quick", "1", {"quick.py": ""})
    assert versions("my_act:ACT") == {"quick": "1"}
    write({"helper.py": ""})
    assert code("my_act:ACT") != before


@pytest.mark.parametrize("name", ["helper.py", f"helper{EXTENSION_SUFFIXES[0]}"])
def test_what_is_no_readable_python_counts_by_its_bytes(name):
    write({"my_act.py": "import helper"})
    found = []
    for content in (b"print '\0'", b"print '\1'"):
        Path(name).write_bytes(content)
        found.append(code("my_act:ACT"))
    assert found[0] != found[1]


OURS = {  # what is imported → modules of ours that count, and some that do not
    "from initatlas.activations import Activation": ({"activations.base"}, {"activations.relu"}),
    "from initatlas.activations import RELU": ({"activations.relu"}, {"activations.tanh"}),
    "from initatlas.activations import relu": ({"activations.relu"}, {"activations.tanh"}),
    "from initatlas.activations.relu import RELU": (
        {"activations.relu", "activations"},
        {"activations.tanh", "activations:*"},
    ),
    "from initatlas import rng": ({"rng"}, {"activations.relu", "theory"}),
    "from initatlas.distributions import DISTRIBUTIONS": (
        {"distributions.normal", "distributions.uniform", "distributions:*"},
        {"activations.relu"},
    ),
    "import initatlas.distributions": ({"distributions.uniform", "distributions:*"}, set()),
    # by a name that only running it would tell: theory.critical_point("tanh")
    "from initatlas import theory": (
        {"theory.criticality", "activations.tanh", "activations:*"},
        {"distributions.uniform"},
    ),
}


@pytest.mark.parametrize("text", OURS)
def test_what_it_uses_of_ours_counts_and_of_a_list_all_that_is_listed(text):
    write({"my_act.py": text})
    counted, others = OURS[text]
    found = reached("my_act:ACT")
    assert counted <= found
    assert not others & found


def test_a_list_of_ours_counts_as_it_is_written_for_what_reads_it(monkeypatch):
    write({"my_act.py": "from initatlas.distributions import DISTRIBUTIONS"})
    before, read_source = code("my_act:ACT"), own_modules.read_source
    monkeypatch.setattr(
        own_modules,
        "read_source",
        lambda content, module: read_source(content + b"DISTRIBUTIONS.clear()", module=module),
    )
    assert code("my_act:ACT") != before


def test_an_object_of_a_module_that_does_not_exist_is_named():
    with pytest.raises(LookupError, match="no such module: nowhere"):
        joined("nowhere:ACT")

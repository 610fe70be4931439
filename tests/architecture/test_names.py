"""One word everywhere: file stem = registry name = the record's name = its constant in capitals."""

import importlib
from pathlib import Path

import pytest

from initatlas import provenance

ROOT = Path(provenance.__file__).parent
PACKAGES = sorted({*provenance.REGISTRIES, "probes", "spectra"} - {"networks"})


def registry(package: str) -> dict[str, object]:
    """The dict of a package named like it: initializers → INITIALIZERS."""
    module = importlib.import_module(f"initatlas.{package}")
    return getattr(module, package.rpartition(".")[2].upper())


def records(package: str) -> set[str]:
    """Stems of the files that hold a record."""
    name = f"initatlas.{package}"
    folder = ROOT.joinpath(*package.split("."))
    found = provenance.listed_records(folder / "__init__.py", name)
    return {module.rpartition(".")[2] for module in found}


@pytest.mark.parametrize("package", PACKAGES)
def test_names_of_files_records_and_entries_are_the_same(package):
    listed = registry(package)
    assert listed
    assert set(listed) == records(package)
    for name, record in listed.items():
        module = importlib.import_module(f"initatlas.{package}.{name}")
        assert record.name == name
        assert getattr(module, name.upper()) is record


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_that_holds_a_record_is_listed(package):
    folder = ROOT.joinpath(*package.split("."))
    holding = set()
    for path in folder.glob("*.py"):
        module = importlib.import_module(f"initatlas.{package}.{path.stem}")
        if getattr(getattr(module, path.stem.upper(), None), "name", None) == path.stem:
            holding.add(path.stem)
    assert holding == set(registry(package))


def test_the_architectures_are_named_like_their_files():
    from initatlas.networks import ARCHITECTURES

    assert set(ARCHITECTURES) == records("networks")
    assert all(record.name == name for name, record in ARCHITECTURES.items())

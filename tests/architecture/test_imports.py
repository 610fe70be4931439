"""The laws of the design: presenting never computes, computing never presents."""

from importlinter.cli import lint_imports


def test_every_import_contract_holds(capsys):
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert status == 0, capsys.readouterr().out

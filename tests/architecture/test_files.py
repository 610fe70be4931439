"""Small files, small functions, and nothing in them that belongs to one machine."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE_CAP = 250  # lines
FUNCTION_CAP = 50  # lines
BINARY = {".png", ".parquet", ".arrow"}
# A folder of whoever wrote the file, or where they got their packages from.
FOREIGN = re.compile(r"(?<![\w.])/(?:home|root|work)/|--(?:extra-)?index-url")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [p for p in paths if p.is_file() and not p.is_symlink() and p.suffix not in BINARY]


FILES = tracked()
PYTHON = [path for path in FILES if path.suffix == ".py"]


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_there_are_files_to_look_at():
    assert len(PYTHON) > 50


@pytest.mark.parametrize("path", PYTHON, ids=names(PYTHON))
def test_a_file_has_at_most_250_lines_and_a_function_50(path):
    source = path.read_text()
    assert len(source.splitlines()) <= FILE_CAP
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            assert length <= FUNCTION_CAP, f"{node.name} has {length} lines"


def test_the_snakefile_fits_on_one_screen():
    assert len((ROOT / "Snakefile").read_text().splitlines()) <= 80


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_text_ends_in_one_newline_without_trailing_blanks(path):
    text = path.read_text(encoding="utf-8")
    assert text == "" or (text.endswith("\n") and not text.endswith("\n\n"))
    assert not re.search(r"[ \t]+$", text, flags=re.MULTILINE)
    assert "\r" not in text


@pytest.mark.parametrize("path", FILES, ids=names(FILES))
def test_nothing_names_a_folder_or_a_package_index_of_one_machine(path):
    assert not FOREIGN.search(path.read_text(encoding="utf-8"))


def test_the_lock_names_packages_and_hashes_but_no_address():
    lock = (ROOT / "requirements.lock").read_text()
    assert "--hash=sha256:" in lock
    assert "://" not in lock

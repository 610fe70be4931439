"""Claims about writing: a file is there whole or not at all, whatever happens meanwhile."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from initatlas import runs
from initatlas.tables import write_atomically, write_text


def listing(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.json"
    write_text(path, "old")

    def fail(partial: Path) -> None:
        partial.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, fail)
    assert path.read_text() == "old"
    assert listing(tmp_path) == [path.name]


def test_a_write_replaces_the_file_and_never_changes_it(tmp_path):
    path = tmp_path / "a.json"
    write_text(path, "one")
    with path.open() as reader:
        inode = path.stat().st_ino
        write_text(path, "two, φ")
        assert reader.read() == "one"
    assert path.read_text(encoding="utf-8") == "two, φ"
    assert path.stat().st_ino != inode
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert listing(tmp_path) == ["a.json"]


def test_a_killed_write_leaves_the_old_file_and_what_a_run_sweeps_away(tmp_path):
    path = tmp_path / "a.json"
    write_text(path, "old")
    code = (
        "import os, signal; from pathlib import Path; from initatlas.tables import *\n"
        "def write(partial):\n"
        "    partial.write_text('half'); os.kill(os.getpid(), signal.SIGKILL)\n"
        f"write_atomically(Path({str(path)!r}), write)"
    )
    run = subprocess.run([sys.executable, "-c", code], check=False)
    assert run.returncode == -signal.SIGKILL
    assert path.read_text() == "old"
    assert len(listing(tmp_path)) == 2
    assert len(runs.sweep(tmp_path)) == 1
    assert listing(tmp_path) == ["a.json"]


def test_files_reach_the_disk_before_their_name_does(tmp_path, monkeypatch):
    order: list[str] = []

    def spy(owner: object, name: str, label: str) -> None:
        original: Callable = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *a: (order.append(label), original(*a))[1])

    spy(os, "fsync", "flushed")
    spy(Path, "replace", "renamed")
    write_text(tmp_path / "a.json", "x")
    assert order == ["flushed", "renamed"]

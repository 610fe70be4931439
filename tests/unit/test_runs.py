"""Claims about a study's lock: one run at a time, and none that outlives its process."""

import os
import signal
import subprocess
import sys

import pytest

from initatlas import runs

HOLD = "from initatlas import runs; x = runs.hold('atlas'); print('held', flush=True); input()"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_study_is_held_once_and_others_are_free():
    with runs.hold("atlas"):
        assert runs.at_work() == ["atlas"]
        with pytest.raises(
            runs.StudyBusyError, match=rf"study 'atlas' .* \(process {os.getpid()}\)"
        ):
            runs.hold("atlas")
        with runs.hold("smoke"):
            assert runs.at_work() == ["atlas", "smoke"]
    assert runs.at_work() == []
    runs.hold("atlas").close()


def test_a_killed_run_holds_nothing():
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        assert runs.at_work() == ["atlas"]
        holder.send_signal(signal.SIGKILL)
    assert runs.at_work() == []


def test_only_half_written_files_are_swept(tmp_path):
    kept = {"a/seeds=0-7.arrow", "a/.keep", "b/.hidden.arrow", "report.html"}
    torn = {"a/.seeds=0-7.arrow.x1_y2abc", "b/.layers.parquet.abcdefgh"}
    for name in kept | torn:
        path = tmp_path / "results" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    swept = runs.sweep(tmp_path / "results")
    assert {str(path.relative_to(tmp_path / "results")) for path in swept} == torn
    left = {
        str(p.relative_to(tmp_path / "results"))
        for p in (tmp_path / "results").rglob("*")
        if p.is_file()
    }
    assert left == kept

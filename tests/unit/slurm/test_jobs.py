"""Claims about SLURM's jobs: those that a killed run has left are found by their study."""

from pathlib import Path

import pytest

from initatlas import runs, slurm
from tests.unit.slurm.clients import ONE, STUDY, install, submitted


@pytest.mark.parametrize("study", ["atlas", "a.b", "a-b", "a" * 80, "über_uns"])
def test_a_job_name_is_one_that_the_plugin_takes_and_no_other_studys(study):
    name = slurm.job_name(study)
    assert len(name) <= 50
    assert not slurm.UNSAFE.search(name)
    assert (name == study) == (slurm.UNSAFE.search(study) is None and len(study) <= slurm.LONGEST)
    assert slurm.job_name("a.b") != slurm.job_name("a-b")


def test_where_nothing_was_submitted_nobody_is_asked():
    install("squeue", "touch asked; exit 1")
    assert slurm.left_behind(STUDY) == []
    assert not Path("asked").exists()


def test_jobs_of_this_study_and_this_folder_are_found_and_no_others(tmp_path):
    submitted()
    lines = (f"1|atlas_77|{tmp_path}", "2|atlas_77|/elsewhere", f"3|atlas2_77|{tmp_path}")
    install("squeue", "\n".join(f"echo '{line}'" for line in lines))
    assert slurm.left_behind(STUDY) == ["1"]


def test_cancelled_jobs_are_waited_for_and_then_forgotten(tmp_path):
    submitted()
    Path("queue").write_text(f"{ONE}|atlas_77|{tmp_path}\n")
    install("squeue", "cat queue; test -e cancelled && : > queue; true")
    install("scancel", 'echo "$@" > cancelled')
    slurm.cancel_left_behind(STUDY)
    assert Path("cancelled").read_text() == f"{ONE}\n"
    assert slurm.left_behind(STUDY) == []
    assert not (runs.FOLDER / f"{STUDY}.slurm").exists()


def test_jobs_that_do_not_end_are_an_error(tmp_path, monkeypatch):
    submitted()
    install("squeue", f"echo '{ONE}|atlas_77|{tmp_path}'")
    install("scancel", "true")
    monkeypatch.setattr(slurm, "CANCELLING", 0.0)
    with pytest.raises(slurm.SlurmError, match=f"do not end: {ONE}"):
        slurm.cancel_left_behind(STUDY)
    assert (runs.FOLDER / f"{STUDY}.slurm").exists()

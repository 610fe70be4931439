"""The index over studies is renewed where there are several, and nothing else comes of it."""

import shutil

from initatlas.report import embedding
from tests.workflow.project import SMOKE, Project, Result

INDEX = "results/index.html"


def make(project: Project, *words: str) -> Result:
    return project.run("make", "--no-print-directory", "--old-file=.venv/.stamp", *words)


def test_one_study_has_no_index_and_a_second_brings_it_without_a_word(project):
    study = (f"STUDY={SMOKE}", "CORES=2")
    alone = make(project, "reproduce", *study).expect(0).output
    assert not (project.folder / INDEX).exists()
    shutil.copytree(project.folder / "results/smoke", project.folder / "results/copied")
    before = project.times("results/smoke/**/*")
    again = make(project, "reproduce", *study).expect(0).output
    assert project.times("results/smoke/**/*") == before
    assert INDEX not in again
    assert "discouraged" not in again  # of Snakemake, where a path is not as it likes them
    assert again.splitlines()[-1] == alone.splitlines()[-1] == "results/smoke/report.html"
    text = project.read(INDEX)
    assert 'href="smoke/report.html"' in text
    start = text.index('id="content">') + len('id="content">')
    pairs = embedding.unpacked(text[start : text.index("<", start)])
    said = pairs["copied"]["smoke"]
    assert "0 settings differ" in said
    assert "same within scatter" in said
    assert 'class="moved"' not in said


def test_it_can_be_asked_for(project):
    assert make(project, "index").expect(0).output.splitlines()[-1] == INDEX
    assert 'href="smoke/report.html"' in project.read(INDEX)

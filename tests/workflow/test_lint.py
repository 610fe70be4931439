"""Snakemake's linter finds nothing in the rules."""

import re

import pytest

from tests.workflow.project import SMOKE, Project

TITLE = re.compile(r"^    \* (.+):$", re.MULTILINE)


@pytest.mark.parametrize("study", ["config.yaml", SMOKE])  # with `contrast`, and without
def test_the_linter_finds_nothing(empty: Project, study):
    assert "in a good condition" in empty.snakemake(study, "--lint").expect(0).output


def test_the_linter_would_be_heard(empty: Project):
    empty.edit("workflow/rules/spectra.smk", "    log:\n", "    message:\n")
    said = empty.snakemake(SMOKE, "--lint").expect(1).output
    assert set(TITLE.findall(said)) == {"No log directive defined"}, said

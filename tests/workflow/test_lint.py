"""Snakemake's linter finds nothing in the rules, but for the one thing that we do otherwise."""

import re

import pytest

from tests.workflow.project import SMOKE, Project

TITLE = re.compile(r"^    \* (.+):$", re.MULTILINE)
# All rules call the package that is installed beside the Snakemake which runs them: a conda
# environment or a container for each would be built and not used.
ONE_ENVIRONMENT = "Specify a conda environment or container for each rule."


@pytest.mark.parametrize("study", ["config.yaml", SMOKE])  # with `contrast`, and without
def test_the_linter_misses_nothing_but_an_environment_of_each_rule(empty: Project, study):
    said = empty.snakemake(study, "--lint").expect(1).output
    assert set(TITLE.findall(said)) == {ONE_ENVIRONMENT}, said


def test_the_linter_would_be_heard(empty: Project):
    empty.edit("workflow/rules/spectra.smk", "    log:\n", "    message:\n")
    said = empty.snakemake(SMOKE, "--lint").expect(1).output
    assert set(TITLE.findall(said)) == {ONE_ENVIRONMENT, "No log directive defined"}, said

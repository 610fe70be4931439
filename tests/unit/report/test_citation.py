"""How the page says that it is cited: from CITATION.cff, which is the only place that knows."""

from pathlib import Path

import pytest
import yaml

from initatlas import sources
from initatlas.report.citation import bibtex, words

ROOT = Path(__file__).parents[3]
PEOPLE = {
    "title": "Nets & 100 % of {their} weights",
    "version": "1.2.0",
    "authors": [
        {"family-names": "Curie", "given-names": "Marie"},
        {"name": "The R_D group"},
        {"family-names": "Noether"},
    ],
    "date-released": "2026-11-26",
    "repository-code": "https://example.org/a_b",
    "doi": "10.1000/1",
}


@pytest.fixture
def own():
    return yaml.safe_load((ROOT / sources.CITATION).read_text(encoding="utf-8"))


def test_it_says_what_our_own_file_says(own):
    for text in (words(own, "atlas"), bibtex(own, "atlas")):
        for said in (own["title"], own["version"], own["authors"][0]["name"], "atlas"):
            assert said in text
        assert "None" not in text


def test_people_years_and_identifiers_are_named_where_there_are_any():
    text = words(PEOPLE, "s")
    assert text.startswith("Marie Curie, The R_D group, Noether (2026). Nets & 100 %")
    assert text.endswith("Version 1.2.0, study “s”. 10.1000/1.")


def test_bibtex_reads_names_and_does_not_stumble_over_characters_of_tex():
    entry = bibtex(PEOPLE, "my_study")
    assert "author = {Curie, Marie and {The R\\_D group} and Noether}" in entry
    assert "title = {{Nets \\& 100 \\% of {their} weights}}" in entry
    assert "year = {2026}" in entry
    assert "doi = {10.1000/1}" in entry
    assert "url = {https://example.org/a_b}" in entry  # as it is: \\url takes it so
    assert "note = {Study my\\_study}" in entry
    assert entry.count("{") == entry.count("}")

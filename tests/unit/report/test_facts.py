"""What the report says to a program: all of it, as the schema has it, the same every time."""

import html
import json
import math
import re

import pandas as pd
import pytest

from initatlas import index
from initatlas.figures import FIGURES
from initatlas.plan import STAGES
from initatlas.report.facts import text
from initatlas.report.findings import FINDINGS
from initatlas.report.trainability_findings import frontier
from initatlas.study import Study
from tests import synthetic
from tests.presented import reported
from tests.unit.report.test_verdicts import fit


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return reported(tmp_path_factory.mktemp("study"), synthetic.config())


@pytest.fixture(scope="module")
def facts(made):
    return json.loads(made.facts)


def test_the_index_can_read_it(made, tmp_path):
    (tmp_path / "synthetic").mkdir()
    (tmp_path / "synthetic" / "report.json").write_text(made.facts, encoding="utf-8")
    shelf = index.read(tmp_path)
    assert shelf.left_out == {}
    assert shelf.studies[0].facts == json.loads(made.facts)


def test_it_says_what_the_page_says(made, facts):
    assert facts["config"] == synthetic.config()
    page = html.unescape(made.page).replace("\N{NO-BREAK SPACE}", " ")
    assert facts["summary"] in page
    assert all(found["text"] in page for found in facts["findings"])
    assert all(figure["title"] in page for figure in facts["figures"])
    assert {figure["name"] for figure in facts["figures"]} == set(FIGURES)


def test_the_source_of_every_stage_is_told(facts):
    study = Study.from_config(synthetic.config())
    computed = [stage for stage in STAGES if study.grid(stage).blocks()]
    assert len(computed) > 4
    assert set(facts["provenance"]["code"]) == {"data set", *computed}


def test_findings_have_a_kind_each_and_the_numbers_that_they_cite(facts):
    kinds = [found["kind"] for found in facts["findings"]]
    assert len(kinds) == len(set(kinds)) >= 5
    assert set(kinds) <= {look.__name__ for look in FINDINGS}
    (scaling,) = (found for found in facts["findings"] if found["kind"] == "scaling")
    names = [number["name"] for number in scaling["numbers"]]
    assert names == [f"σ_w² that keeps the {what} of relu" for what in ("signal", "gradient")]
    for number in scaling["numbers"]:
        assert number["low"] < number["value"] < number["high"]
        cited = re.findall(r"[\d.]+", scaling["text"])
        assert any(abs(float(each) - number["value"]) < 0.01 for each in cited if each != ".")


def test_every_number_has_a_name_of_its_own_in_its_finding(facts):
    for found in facts["findings"]:
        names = [number["name"] for number in found["numbers"]]
        assert len(names) == len(set(names)), found["kind"]


def test_recommendations_are_those_of_the_table(facts):
    rows = facts["recommendation"]
    assert rows
    assert all(0 <= row["score"] <= 1 for row in rows)
    cases = {(r["architecture"], r["activation"], r["depth"], r["width"]) for r in rows}
    assert len(cases) == len(rows)


def test_it_is_the_same_when_it_is_made_again(made, tmp_path):
    assert reported(tmp_path, synthetic.config()).facts == made.facts


def test_a_study_without_training_has_no_recommendations(tmp_path):
    settings = synthetic.config(**synthetic.UNTRAINED)
    found = json.loads(reported(tmp_path, settings).facts)
    assert found["recommendation"] == []
    assert found["size"]["training_runs"] == 0


def test_an_end_that_is_not_known_is_open_and_not_a_number_that_json_has_not():
    open_end = {"verdict": "at_least", "k": math.nan, "low": 7.0, "high": math.inf}
    none = {"verdict": "no_boundary", "activation": "erf", "k": math.nan}
    rows = pd.DataFrame([fit(), fit(activation="sin", **open_end), fit(**none)])
    (found,) = frontier({"frontier": rows})
    fitted, beyond = found.numbers
    assert fitted.value == 4.1
    with pytest.raises(ValueError, match="JSON"):
        text({"high": beyond.high})

"""What a reader can do with a chapter is derived from its figures, none of which is named."""

import json

import pytest

from initatlas.figures import FIGURES
from initatlas.figures.controls import LABELS
from initatlas.report.chapters import CHAPTERS
from initatlas.report.charts import chart
from initatlas.report.fading import EVERYWHERE, FADED, fading
from initatlas.report.selectors import SHARED, selectors
from tests import synthetic
from tests.presented import presented


@pytest.fixture(scope="module")
def charts(tmp_path_factory):
    """Every figure of the synthetic study, as the page has it."""
    folder = tmp_path_factory.mktemp("study")
    presented(folder, synthetic.config())
    made = {}
    for name in FIGURES:
        stem = folder / "figures" / name
        made[name] = chart(stem.with_suffix(".json").read_text(encoding="utf-8"), "<svg></svg>")
    return made


def marks(group):
    for mark in group.get("marks", []):
        yield from marks(mark) if mark["type"] == "group" else [mark]


def opacity(mark):
    return mark["encode"]["update"].get("opacity", {})


@pytest.mark.parametrize("name", FIGURES)
def test_marks_of_every_figure_of_initializers_or_activations_fade(charts, name):
    made = charts[name]
    columns = {column for rows in made.datasets.values() for row in rows for column in row}
    own = {choice["column"] for choice in made.choices}
    assert set(made.fades) >= (columns - own) & set(EVERYWHERE)
    assert not set(made.fades) & own  # all rows that are shown have the chosen value
    rules = [opacity(mark) for mark in marks(made.vega) if "focus" in json.dumps(opacity(mark))]
    signals = {signal["name"] for signal in made.vega["signals"]}
    assert ("focus" in signals) == bool(rules) == bool(made.fades)
    assert all(first["value"] == FADED for first, *_ in rules)
    # Without a rule that always holds, a mark would keep the opacity that it last had.
    assert all("test" not in last for *_, last in rules)


@pytest.mark.parametrize("name", FIGURES)
def test_what_is_there_to_be_pointed_at_alone_stays_unseen(charts, name):
    looks = [json.dumps(opacity(mark)) for mark in marks(charts[name].vega)]
    unseen = [look for look in looks if '"value": 0}' in look]
    assert not any("focus" in look for look in unseen)
    if name in ("activation_variance", "training_curves"):
        assert unseen


def test_a_figure_beside_the_page_knows_nothing_of_it(charts):
    for made in charts.values():
        assert "focus" not in json.dumps(made.lite)


def test_legends_of_what_can_stand_out_are_clickable_and_no_others_are(charts):
    clickable = {
        name: [
            legend["encode"]["labels"]["name"].split("_", 2)[2]
            for legend in made.vega.get("legends", [])
            if legend.get("encode", {}).get("labels", {}).get("interactive")
        ]
        for name, made in charts.items()
    }
    assert clickable["activation_variance"] == ["initializer"]
    assert set(clickable["phase_diagrams"]) == {"initializer", "phase"}
    assert clickable["stability_score"] == ["activation"]
    assert clickable["final_accuracy"] == []  # a gradient of accuracies
    assert all(set(names) <= set(charts[name].fades) for name, names in clickable.items())


def test_a_mark_is_known_by_its_initializer_before_its_other_colours(charts):
    assert charts["phase_diagrams"].fades == ["initializer", "phase", "activation"]
    assert charts["stability_score"].fades == ["activation", "initializer"]


def test_a_chart_without_such_columns_is_left_as_it_was():
    vega = {"marks": [{"type": "line", "encode": {"update": {"opacity": {"value": 0.5}}}}]}
    before = json.dumps(vega)
    assert fading(vega, {"depth"}) == []
    assert json.dumps(vega) == before


@pytest.mark.parametrize("chapter", [chapter.name for chapter in CHAPTERS])
def test_a_chapter_offers_what_several_of_its_figures_do(charts, chapter):
    own = [made for made in charts.values() if made.meta["chapter"] == chapter]
    found = {selector["column"]: selector for selector in selectors(own)}
    for column in LABELS:
        offers = [
            {str(option) for option in choice["options"]}
            for made in own
            for choice in made.choices
            if choice["column"] == column
        ]
        shared = {o for options in offers for o in options if sum(o in p for p in offers) >= SHARED}
        if column in found:
            assert shared <= set(found[column]["options"])
            assert found[column]["optional"] == (column in EVERYWHERE)
            if column not in EVERYWHERE:
                assert set(found[column]["options"]) == shared
        else:
            assert len(shared) < 2


def test_initializers_that_another_stands_for_can_be_chosen_too(charts):
    (selector,) = (s for s in selectors([charts["phase_diagrams"]]) if s["column"] == "initializer")
    assert {"he_normal", "orthogonal"} <= set(selector["options"])
    assert not any("," in option for option in selector["options"])

"""How large a page may become: as large as it may, and what is left out is said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from initatlas.figures.frames import ROWS
from initatlas.report import bounds
from initatlas.report.bounds import bounded, within
from initatlas.report.charts import Chart
from initatlas.report.embedding import columns, packed
from initatlas.report.page import content, page
from initatlas.report.pictures import LARGEST
from tests import synthetic
from tests.presented import frames, reduced


def chart(name: str, rows: int, letters: int) -> Chart:
    return Chart(
        meta={"name": name},
        lite={},
        vega={},
        config={},
        datasets={name: [{"x": k**3 % 9973} for k in range(rows)]},
        choices=[{"signal": "sel_depth"}],
        fades=[],
        picture="x" * letters,
    )


@pytest.mark.parametrize(
    ("room", "kept"), [(0, ""), (4, "b"), (5, "bc"), (9, "bc"), (10, "abc"), (99, "abc")]
)
def test_as_many_as_fit_are_kept_the_smallest_first(room, kept):
    assert within({"a": 5, "b": 2, "c": 3}, room) == set(kept)


def test_what_is_too_large_keeps_its_picture_or_says_where_it_is(monkeypatch):
    charts = [chart("small", 3, 10), chart("rows", 5000, 20), chart("picture", 4, 3000)]
    monkeypatch.setattr(bounds, "CHARTS", 2000)
    monkeypatch.setattr(bounds, "PICTURES", 100)
    small, rows, picture = bounded(charts)
    assert small == charts[0]
    assert rows.picture == charts[1].picture
    assert not rows.live
    assert rows.choices == []
    assert picture.live
    assert picture.picture == "<p>See figures/picture.svg.</p>"
    assert set(content("s", [small, rows, picture])["figures"]) == {"small", "picture"}


def test_nothing_is_left_out_where_there_is_room():
    charts = [chart(f"f{k}", 50, 100) for k in range(20)]
    assert bounded(charts) == charts


def many(name: str) -> Chart:
    """A figure of many rows, which no compression makes small."""
    rng = np.random.default_rng(list(name.encode()))
    values = rng.normal(size=(ROWS // 2, 4)).round(3).tolist()
    rows = [dict(zip("abcd", row, strict=True)) for row in values]
    meta = {"name": name, "chapter": "signals", "question": "?", "title": "", "caption": ""}
    found = chart(name, 0, LARGEST)
    return replace(found, meta=meta | {"needs": []}, datasets={name: rows}, choices=[])


def test_the_page_of_a_huge_study_is_below_six_megabytes(tmp_path):
    """Every figure as large as it may be, tables of a thousand times as many rows."""
    study, names = reduced(tmp_path, synthetic.config(**synthetic.UNTRAINED, spectra=None))
    tables = {
        name: pd.concat([frame.assign(initializer=f"mine_{k}") for k in range(1000)])
        if "initializer" in frame and name in ("rates", "crossings")
        else frame
        for name, frame in frames(tmp_path, names).items()
    }
    charts = [many(f"figure_{k}") for k in range(14)]
    origin = {"measured": {}, "versions": {}, "code": {}, "rows": dict.fromkeys(names, 10**6)}
    citation = {"title": "t", "version": "1", "authors": [{"name": "a"}]}
    text = page(study, synthetic.config(), tables, charts, origin, citation)
    assert sum(len(packed(columns(each.datasets))) for each in charts) > bounds.CHARTS
    assert len(text.encode()) < 6e6
    assert "Its data would make this page too large" in text
    assert 'data-figure="figure_' in text
    assert "See figures/figure_" in text

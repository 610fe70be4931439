"""How large a page may become: as large as it may, and what is left out is said."""

import pytest

from initatlas.report import bounds
from initatlas.report.bounds import bounded, within
from initatlas.report.charts import Chart
from initatlas.report.page import content


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

"""Which tables can be made? Those of tables that can be: all that they need, one of the others."""

from initatlas.offered import possible

LEAVES = {"a": {"stage": "training"}, "b": {"predictions": ("p",)}}


def test_a_table_needs_all_of_its_tables():
    records = LEAVES | {"all": {"needs": ("a", "b")}, "gone": {"needs": ("a", "missing")}}
    assert set(possible(records)) == {"a", "b", "all"}


def test_a_table_is_made_of_any_of_several():
    records = LEAVES | {"one": {"either": ("a", "missing")}, "none": {"either": ("missing",)}}
    assert set(possible(records)) == {"a", "b", "one"}


def test_what_is_made_of_an_impossible_table_is_impossible_itself():
    records = {
        "top": {"needs": ("middle",)},
        "middle": {"either": ("bottom",)},
        "bottom": {"needs": ("missing",)},
        **LEAVES,
    }
    assert possible(records) == LEAVES

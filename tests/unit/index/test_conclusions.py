"""Findings of two studies: matched by kind, judged by their intervals."""

import pytest

from initatlas.index.advice import APART, WITHIN, compared
from initatlas.index.conclusions import Verdict, conclusions, said
from tests.shelf import advice, finding, number


def verdict(left: dict, right: dict) -> Verdict:
    (found,) = conclusions([left], [right])
    return found.verdict


def test_an_interval_that_lies_apart_moves_a_finding_and_says_from_where_to_where():
    left = finding("scaling", number("σ_w²", 2.0, 1.9, 2.1), number("other", 1.0, 0.9, 1.1))
    right = finding("scaling", number("σ_w²", 2.5, 2.4, 2.6), number("other", 1.0, 0.9, 1.1))
    (found,) = conclusions([left], [right])
    assert found.verdict is Verdict.MOVED
    (change,) = found.changes
    assert (change.name, change.left, change.right) == (
        "σ_w²",
        "2.00 (1.90 to 2.10)",
        "2.50 (2.40 to 2.60)",
    )


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (2.05, 2.2, Verdict.SAME),
        (2.1, 2.2, Verdict.SAME),  # they touch
        (2.11, 2.2, Verdict.MOVED),
        (1.0, 1.89, Verdict.MOVED),
        (2.05, None, Verdict.SAME),  # open: as far as that goes
        (2.2, None, Verdict.MOVED),
        (None, 1.8, Verdict.MOVED),
    ],
)
def test_intervals_that_overlap_are_the_same_within_scatter(low, high, wanted):
    left = finding("a", number("x", 2.0, 1.9, 2.1))
    assert verdict(left, finding("a", number("x", None, low, high), text="Else.")) is wanted


def test_findings_of_one_study_alone_are_told():
    found = conclusions([finding("a"), finding("b")], [finding("b"), finding("c")])
    assert [(each.verdict, each.left is None, each.right is None) for each in found] == [
        (Verdict.LEFT, False, True),
        (Verdict.RIGHT, True, False),
        (Verdict.SAME, False, False),
    ]


def test_what_moved_comes_first_and_the_order_of_the_left_stays_else():
    moved = [finding("z", number("x", v, v - 0.1, v + 0.1)) for v in (1.0, 2.0)]
    left, right = [finding("b"), finding("a"), moved[0]], [finding("a"), finding("b"), moved[1]]
    assert [each.left["kind"] for each in conclusions(left, right)] == ["z", "b", "a"]


def test_without_intervals_nothing_is_judged_but_equal_numbers_are_the_same():
    left = finding("a", number("x", 0.5), text="Half.")
    assert verdict(left, finding("a", number("x", 0.6), text="More.")) is Verdict.UNJUDGED
    assert verdict(left, finding("a", number("x", 0.5), text="½.")) is Verdict.SAME
    assert verdict(left, finding("a", number("y", 0.5), text="Else.")) is Verdict.UNJUDGED
    assert verdict(finding("a"), finding("a", text="Else.")) is Verdict.UNJUDGED


def test_winners_that_one_study_alone_names_are_not_called_the_same():
    shared = number("of tanh", 0.9, 0.8, 1.0)
    left = finding("a", shared, number("of relu with he", 0.9, 0.8, 1.0))
    right = finding("a", shared, number("of relu with lsuv", 0.9, 0.8, 1.0))
    (found,) = conclusions([left], [right])
    assert found.verdict is Verdict.PARTLY
    assert found.alone == "of relu with he and of relu with lsuv"


@pytest.mark.parametrize(
    ("value", "low", "high", "wanted"),
    [
        (2.0, None, None, "2.00"),
        (2.0, 1.0, 3.0, "2.00 (1.00 to 3.00)"),
        (None, 4.0, None, "at least 4.00"),
        (None, None, 4.0, "at most 4.00"),
        (2.0, 1.0, None, "2.00 (at least 1.00)"),
        (None, None, None, ""),
    ],
)
def test_numbers_are_said_as_far_as_they_are_known(value, low, high, wanted):
    assert said(number("x", value, low, high)) == wanted


def test_recommendations_with_another_winner_are_listed_with_their_evidence():
    same = {"depth": 4}
    left = [advice("he_normal"), advice("lsuv", **same), advice("lsuv", depth=8)]
    found = compared(left, [advice("orthogonal"), advice("lsuv", **same)])
    assert found.shared == 2
    (winner,) = found.changed
    assert winner.name == "relu, depth 64, mlp, width 128"
    assert winner.left == "he_normal, 0.900 (0.880 to 0.920)"
    assert winner.beyond == APART


@pytest.mark.parametrize(
    ("as_good", "wanted"),
    [
        ("lsuv, he_normal", WITHIN),
        ("he_normal_2", APART),
        ("he", APART),
        ("", APART),
    ],
)
def test_a_winner_that_is_as_good_elsewhere_is_within_the_scatter(as_good, wanted):
    right = advice("orthogonal", as_good=as_good, decisive=0)
    for pair in (([advice("he_normal")], [right]), ([right], [advice("he_normal")])):
        assert compared(*pair).changed[0].beyond == wanted


def test_a_candidate_whose_name_holds_a_comma_is_found_among_those_as_good():
    swept = "gaussian σ_w² = 1, σ_b² = 0.1"
    right = advice("lsuv", as_good=f"orthogonal, {swept}, he_normal")
    assert compared([advice(swept)], [right]).changed[0].beyond == WITHIN

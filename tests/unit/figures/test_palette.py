"""Colours: one an initializer, told apart without hue, readable on both themes."""

import itertools

import pytest

from initatlas.figures.palette import OURS, assign, ordered
from initatlas.figures.theme import DARK, LIGHT
from initatlas.initializers import INITIALIZERS

TEXT = ("ink", "soft", "accent")
MARKS = [name for name in LIGHT if name not in {*TEXT, "paper", "grid", "strip", "lost"}]


def luminance(ink: str) -> float:
    """Relative luminance, WCAG 2."""
    parts = [int(ink[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_a_contrast_of_four_and_a_half_and_marks_of_three(theme):
    for name in TEXT:
        assert contrast(theme[name], theme["paper"]) >= 4.5, name
        assert contrast(theme[name], theme["strip"]) >= 4.5, name
    for name in MARKS:
        assert contrast(theme[name], theme["paper"]) >= 3, name


def test_no_colour_stands_for_two_names():
    """Colours are replaced by their names in the page."""
    assert len(set(LIGHT.values())) == len(LIGHT)
    assert set(LIGHT) == set(DARK)


def test_every_initializer_of_ours_has_a_style_of_its_own():
    assert set(OURS) == set(INITIALIZERS)
    styles = [(color, tuple(dash)) for color, dash in assign(list(INITIALIZERS)).values()]
    assert len(set(styles)) == len(styles)


def test_initializers_of_ours_keep_their_colour_in_any_company():
    alone = assign(["orthogonal"])["orthogonal"]
    beside = assign(["mine", "he_normal", "orthogonal", "yours"])["orthogonal"]
    assert alone == beside


def test_thirty_initializers_of_a_users_own_are_all_told_apart():
    styles = assign([f"mine_{k}" for k in range(30)]).values()
    assert all(a != b for a, b in itertools.combinations(styles, 2))


def test_what_is_shown_follows_the_studys_order():
    assert ordered(["b", "a", "sweep 2", "sweep 1"], ["a", "c", "b"]) == [
        "a",
        "b",
        "sweep 1",
        "sweep 2",
    ]

"""Colours: one an initializer, told apart without hue, readable on both themes."""

import itertools

import pytest

from initatlas.figures.palette import OURS, assign, ordered
from initatlas.figures.phase_diagrams import PHASES
from initatlas.figures.theme import DARK, LIGHT
from initatlas.initializers import INITIALIZERS
from tests.contrast import contrast

TEXT = ("ink", "soft", "accent")
GROUNDS = {"strip", *PHASES}  # text and marks stand on these
MARKS = [name for name in LIGHT if name not in {*TEXT, *GROUNDS, "paper", "grid", "lost"}]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_has_a_contrast_of_four_and_a_half_and_marks_of_three(theme):
    for name in TEXT:
        assert contrast(theme[name], theme["paper"]) >= 4.5, name
        assert contrast(theme[name], theme["strip"]) >= 4.5, name
    for ground in GROUNDS:
        assert contrast(theme["ink"], theme[ground]) >= 4.5, ground
        assert contrast(theme["theory"], theme[ground]) >= 3, ground
    for name in MARKS:
        assert contrast(theme[name], theme["paper"]) >= 3, name


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("lost", [0, 2], ids=["no red", "no blue"])
def test_neighbouring_phases_are_told_apart_with_any_colour_vision(theme, lost):
    """With red and green seen as one, or without blue: some channel differs visibly."""

    def seen(ink: str) -> list[float]:
        parts = [int(ink[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        parts[1] = (parts[0] + parts[1]) / 2 if lost == 0 else parts[1]
        return [part for place, part in enumerate(parts) if place != lost]

    for one, other in itertools.combinations(("collapsing", "ordered", "chaotic", "divergent"), 2):
        differences = zip(seen(theme[one]), seen(theme[other]), strict=True)
        assert max(abs(a - b) for a, b in differences) >= 0.08, (one, other)


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


def test_a_sweeps_only_point_looks_like_the_sweep_and_several_are_told_apart():
    one, two = "gaussian σ_w²=1", "gaussian σ_w²=3"
    alone = assign(["he_normal", "gaussian", two])
    assert alone[two] == alone["gaussian"]
    styles = [str(style) for style in assign(["he_normal", "gaussian", one, two]).values()]
    assert len(set(styles)) == len(styles)


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

"""Pictures for the page: shorter, and the same to the eye."""

import math
import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest

from initatlas.report import pictures
from initatlas.report.pictures import picture


def points(path: str) -> list[tuple[str, float, float]]:
    """The corners of a path of M, L, l and Z, as absolute positions: an SVG reader in small."""
    tokens = re.findall(r"[MLlZ]|-?(?:\d+\.?\d*|\.\d+)", path)
    found, here, command, i = [], (0.0, 0.0), "", 0
    while i < len(tokens):
        if tokens[i] in "MLlZ":
            command = tokens[i]
            i += 1
            if command == "Z":
                found.append(("Z", *here))
            continue
        x, y = float(tokens[i]), float(tokens[i + 1])
        here = (here[0] + x, here[1] + y) if command == "l" else (x, y)
        found.append((command.upper(), *here))
        command = {"M": "L"}.get(command, command)  # what follows a moveto is drawn to
        i += 2
    return found


LONG = "M0,0" + "".join(f"L{k / 3:.3f},{(k * 7 % 11) / 3:.3f}" for k in range(1, 400))


@pytest.mark.parametrize(
    "path",
    [
        "M2,35.423L10.889,26.746L11,26.746L12,-0.3",
        "M1,1L0.04,0.05L-0.5,0.5ZM5,5L6,6Z",
        "M0,0L0,0L0,0",
        "M-0.55,0.5L3,-4L3,4",
        LONG,
    ],
)
def test_a_path_by_steps_goes_where_the_path_went(path):
    slim = re.search(r' d="([^"]*)"', picture(f'<svg><path d="{path}"/></svg>', "f"))[1]
    before, after = pieces(path), pieces(slim)
    assert len(before) == len(after)
    for was, now in zip(before, after, strict=True):
        for point in was:
            # A quarter of a pixel is left out, and points are rounded to tenths twice at most.
            assert min(apart(point, *ends) for ends in pairwise([*now, now[-1]])) <= 0.25 + 0.15
        assert math.dist(was[0], now[0]) <= 0.15
        assert math.dist(was[-1], now[-1]) <= 0.15
    assert len(slim) <= len(path)


def test_points_on_a_straight_line_are_left_out_and_corners_stay():
    straight = "M0,0" + "".join(f"L{k},{2 * k}" for k in range(1, 50)) + "L49,0L0,0Z"
    slim = re.search(r' d="([^"]*)"', picture(f'<svg><path d="{straight}"/></svg>', "f"))[1]
    assert pieces(slim) == [[(0, 0), (49, 98), (49, 0), (0, 0)]]


def test_marks_that_look_alike_are_one_path_at_their_places():
    shapes = ("M-3,0L0,-3L3,0L0,3Z", "M3,0A3,3,0,1,1,-3,0A3,3,0,1,1,3,0")
    for shape in shapes:
        marks = "".join(
            f'<path transform="translate({x},5)" d="{shape}" fill="red"/>' for x in (10, 20)
        )
        found = picture(f"<svg>{marks}</svg>", "f")
        assert found.count("<path") == 1
        starts = [float(x) for x in re.findall(r"M(-?[\d.]+)", found)]
        first = float(shape[1 : shape.index(",")])
        assert starts == [10 + first, 20 + first]


def pieces(path: str) -> list[list[tuple[float, float]]]:
    """The points of a path, piece by piece."""
    found: list[list[tuple[float, float]]] = []
    for command, x, y in points(path):
        if command == "M":
            found.append([])
        if command != "Z":
            found[-1].append((x, y))
    return found


def apart(point, start, end) -> float:
    """Distance of a point from a segment."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    dx, dy = x1 - x0, y1 - y0
    length2 = dx * dx + dy * dy
    along = max(0, min(1, ((x - x0) * dx + (y - y0) * dy) / length2)) if length2 else 0
    return math.hypot(x - x0 - along * dx, y - y0 - along * dy)


@pytest.mark.parametrize(
    "path", ["M0.5,0.5h144v112h-144Z", "M0,0A5,5,0,1,1,3,3", "M0,0C1,1,2,2,3,3"]
)
def test_paths_that_are_not_of_straight_lines_stay(path):
    assert f'd="{path}"' in picture(f'<svg><path d="{path}"/></svg>', "f")


def test_colours_become_the_themes_and_ids_the_figures():
    svg = '<svg><g clip-path="url(#clip1)"><line stroke="#e6e8eb" stroke-width="1" y2="0"/></g>'
    found = picture(f'{svg}<clipPath id="clip1"/><text fill="#1b1f24">a</text></svg>', "f")
    assert 'clip-path="url(#f-clip1)"' in found
    assert 'id="f-clip1"' in found
    assert '<line class="tick"/>' in found
    assert 'fill="var(--ink)"' in found


def test_neighbours_that_look_alike_become_one_path():
    tick = '<line transform="translate(0,{y})" x2="-5" stroke="#e6e8eb" stroke-width="1"/>'
    bar = '<path d="M{x},0.5h4v9h-4Z" fill="red"/>'
    ticks = "".join(tick.format(y=y) for y in (3, 7.25))
    bars = "".join(bar.format(x=x) for x in (1, 5))
    other = '<path d="M9,0.5h4v9h-4Z" fill="blue"/>'
    found = picture(f"<svg>{ticks}{bars}{other}</svg>", "f")
    assert found.count("<path") == 3
    assert 'd="M0 3h-5M0 7.2h-5" class="tick"' in found
    assert 'd="M1,0.5h4v9h-4ZM5,0.5h4v9h-4Z" fill="red"' in found
    assert other in found


def test_text_is_left_as_it_is():
    text = 'log 0.12345 &lt;b&gt; #1b1f24 clip1 d="M0,0L1.23,4.56" role="img"'
    assert f"<text>{text}</text>" in picture(f"<svg><text>{text}</text></svg>", "f")


LABEL = '<text text-anchor="end" transform="translate({x},3)" font-size="9px">{said}</text>'


def test_words_that_look_alike_are_one_group_each_at_its_place():
    labels = "".join(LABEL.format(x=x, said=said) for x, said in ((1, "a&lt;b"), (2.26, "c")))
    other = '<text transform="translate(4,5) rotate(-90)">turned</text>'
    lines = (
        '<text transform="translate(6,7)"><tspan x="0">one</tspan><tspan x="0">two</tspan></text>'
    )
    found = picture(f"<svg>{labels}{other}{lines}</svg>", "f")
    assert (
        '<g text-anchor="end" font-size="9px"><text x="1" y="3">a&lt;b</text>'
        '<text x="2.3" y="3">c</text></g>'
    ) in found
    assert other in found
    assert lines in found  # its tspans start at its own place


def test_what_only_a_pointer_finds_is_left_out():
    seen = '<path fill="red" fill-opacity="0" stroke="red" d="M0 0h1"/>'
    unseen = '<path fill="red" opacity="0" d="M0 0h2"/><text opacity="0">no</text>'
    found = picture(f'<svg>{seen}{unseen}<text opacity="0.5">yes opacity="0"</text></svg>', "f")
    assert "no<" not in found
    assert "h2" not in found
    assert 'fill-opacity="0" stroke="red"' in found
    assert 'yes opacity="0"' in found


def test_what_is_no_place_is_not_rounded():
    found = picture('<svg><path d="M0.123,0" fill-opacity="0.13" fill="red"/></svg>', "f")
    assert 'd="M.1 0"' in found
    assert 'fill-opacity="0.13"' in found


def test_a_picture_too_large_for_the_page_says_where_it_is(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST", 40)
    found = picture(f'<svg><path d="{LONG}"/></svg>', "correlation")
    assert "figures/correlation.svg" in found


GROUPS = (
    '<svg><defs><clipPath id="clip1"><rect x="0" y="0" width="9" height="7"/></clipPath>'
    '<clipPath id="clip2"><rect x="0" y="0" width="9" height="7"/></clipPath>'
    '<clipPath id="clip3"><rect x="0" y="0" width="8" height="7"/></clipPath></defs>'
    '<g><g transform="translate(3,0)"><g><path d="M1,1h1Z"/></g>'
    '<g clip-path="url(#clip2)"/></g></g>'
    '<g clip-path="url(#clip2)"><g/><path d="M2,2h1Z"/></g>'
    '<g clip-path="url(#clip3)"><text>a</text></g></svg>'
)


def test_clips_of_one_shape_are_defined_once():
    slim = picture(GROUPS, "f")
    assert slim.count("<clipPath") == 2
    assert '<g clip-path="url(#f-clip1)"><path d="M2,2h1Z"/></g>' in slim
    assert '<g clip-path="url(#f-clip3)"><text>a</text></g>' in slim


def test_groups_that_say_nothing_are_left_out_with_their_ends():
    slim = picture(GROUPS, "f")
    assert "<g>" not in slim
    assert "<g/>" not in slim
    assert '<g transform="translate(3,0)"><path d="M1,1h1Z"/></g>' in slim
    root = ElementTree.fromstring(slim)  # well formed
    assert len(list(root.iter("path"))) == 2

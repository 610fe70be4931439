"""How does a figure stand in the page before its chart is drawn? As an SVG, small and in its theme.

Without scripts, in print and in the first moment this is the figure. What a picture need not say
is left out: half of what Vega writes tells screen readers of single marks, which are told of the
whole instead.
"""

import re

from initatlas.figures.theme import LIGHT
from initatlas.report.polylines import simplified

LARGEST = 160_000  # characters: of a larger picture a page would be slow to open
THEMED = {ink: f"var(--{name})" for name, ink in LIGHT.items()}
INK = re.compile("|".join(map(re.escape, THEMED)))
SILENT = re.compile(
    r' (?:aria-[a-z]+|role|pointer-events|class|font-family)="[^"]*"'
    r'| (?:opacity="1"|stroke-dasharray="1,0"|stroke-miterlimit="10"|version="1.1"|xmlns[^ >]*)'
    r'| (?:[xy]2="0"|transform="translate\(0,0\)"|text-anchor="start")'
)
HIDDEN = re.compile(
    r'<path class="(?:foreground|background)"(?:(?! stroke=| fill=)[^>])*/>'
    r'|<path class="(?:foreground|background)"[^>]* display="none"/>'
    r"|<g(?: [^>]*)?/>"
)
# What the style sheet says of ticks, grid lines and their labels: they are most of a picture.
CLASSES = {
    ' stroke="var(--grid)" stroke-width="1"': ' class="tick"',
    ' stroke="var(--grid)" stroke-width="0.8"': ' class="grid"',
    ' font-size="10px" fill="var(--soft)"': ' class="label"',
    ' font-size="9px" fill="var(--soft)"': ' class="small"',
}
TAG = re.compile(r"<[^>]*>")
# A mark at its place, its outline by steps, or a circle.
PLACED = re.compile(
    r'<path transform="translate\((?P<x>[-\d.]+),(?P<y>[-\d.]+)\)"'
    r' d="M(?P<a>-?[\d.]+)[ ,]?(?P<b>-?[\d.]+)(?P<outline>[lhv][-\d. lhvZ]*)"'
)
ROUND = re.compile(
    r'<path transform="translate\((?P<x>[-\d.]+),(?P<y>[-\d.]+)\)"'
    r' d="M(?P<r>[\d.]+),0A(?P=r),(?P=r),0,1,1,-(?P=r),0A(?P=r),(?P=r),0,1,1,(?P=r),0"'
)
GEOMETRY = re.compile(r' (?:d|transform|[xy]2?|width|height)="[^"]*"')
NUMBER = re.compile(r"-?\d*\.\d{2,}")
STRAIGHT = re.compile(r' d="((?:[MLZ][-\d.,]*)+)"')  # a path of straight lines between points
COMMAND = re.compile(r"([MLZ])([-\d.,]*)")
CLIP = re.compile(r'<clipPath id="(clip\d+)">(.*?)</clipPath>')
CLIPPED = re.compile(r'clip-path="url\(#(clip\d+)\)"')
LINE = re.compile(
    r'<line(?: transform="translate\((?P<x>[^,]+),(?P<y>[^)]+)\)")?'
    r' (?P<axis>[xy])2="(?P<length>[^"]+)"(?P<rest>[^>]*)/>'
)
# Groups of paths that follow each other under one clip.
SAME_CLIP = re.compile(r'(<g clip-path="[^"]*">)(?:<path[^>]*/>)+</g>(?:\1(?:<path[^>]*/>)+</g>)+')
# Seen by the pointer alone; words at a place, and neighbours of those that look alike.
UNSEEN = re.compile(r'<(text|path)\b[^>]* opacity="0"[^>]*(?:/>|>[^<]*</\1>)')
WORDS = re.compile(r'<text([^>]*) transform="translate\(([^,]+),([^)]+)\)"([^>]*)>([^<]*)</text>')
SAME_WORDS = re.compile(
    r'<text x="[^"]*" y="[^"]*"([^>]+)>[^<]*</text>(?:<text x="[^"]*" y="[^"]*"\1>[^<]*</text>)+'
)
ALIKE = re.compile(r'<path d="[^"]*"([^>]*)/>(?:<path d="[^"]*"\1/>)+')  # neighbours but for d
PATH = re.compile(r'<path d="([^"]*)"')
IDENTIFIER = re.compile(r"\b(clip\d+|gradient_\d+)\b")


def themed(text: str) -> str:
    """The text with every colour of the light theme replaced by its variable."""
    return INK.sub(lambda match: THEMED[match[0]], text)


def picture(svg: str, name: str) -> str:
    """The SVG for the page: in the theme's colours, short, with ids of its own."""
    # Text between tags is the figure's, and its users'.
    slim = TAG.sub(lambda tag: _slim(tag[0], name), _clipped_once(HIDDEN.sub("", svg.strip())))
    slim = SAME_CLIP.sub(_under_one_clip, LINE.sub(_as_path, _unwrapped(UNSEEN.sub("", slim))))
    slim = ROUND.sub(_circle, PLACED.sub(_outline, slim))
    slim = SAME_WORDS.sub(_together, WORDS.sub(r'<text x="\2" y="\3"\1\4>\5</text>', slim))
    slim = ALIKE.sub(_joined, slim)
    if len(slim) > LARGEST:
        return f"<p>This figure needs scripts; it is also in figures/{name}.svg.</p>"
    return slim


def _clipped_once(svg: str) -> str:
    """The SVG with one definition for all clips of one shape: Vega writes one for each line."""
    first: dict[str, str] = {}
    same = {match[1]: first.setdefault(match[2], match[1]) for match in CLIP.finditer(svg)}
    svg = CLIPPED.sub(lambda match: f'clip-path="url(#{same.get(match[1], match[1])})"', svg)
    used = set(CLIPPED.findall(svg))
    return CLIP.sub(lambda match: match[0] if match[1] in used else "", svg)


def _unwrapped(svg: str) -> str:
    """The SVG without groups that say nothing of what they hold."""
    kept: list[bool] = []

    def unwrapped(match: re.Match) -> str:
        tag = match[0]
        if tag == "</g>":
            return tag if kept.pop() else ""
        if tag == "<defs/>":
            return ""
        if tag == "<g>" or tag.startswith("<g "):
            kept.append(tag != "<g>")
        return "" if tag == "<g>" else tag

    return TAG.sub(unwrapped, svg)


def _as_path(match: re.Match) -> str:
    """A tick or a grid line as a path, which can be joined with its neighbours."""
    step = {"x": "h", "y": "v"}[match["axis"]] + match["length"]
    return f'<path d="M{match["x"] or 0} {match["y"] or 0}{step}"{match["rest"]}/>'


def _outline(match: re.Match) -> str:
    """A mark whose path says where it is, so that it can be joined with its neighbours."""
    x, y = (round(10 * (float(match[a]) + float(match[b]))) for a, b in (("x", "a"), ("y", "b")))
    return f'<path d="M{_pair(x, y)}{match["outline"]}"'


def _circle(match: re.Match) -> str:
    """A circle of radius r around (x, y), likewise."""
    r = float(match["r"])
    start = _pair(round(10 * (float(match["x"]) + r)), round(10 * float(match["y"])))
    half = f"{r:g} {r:g} 0 1 1"
    return f'<path d="M{start}a{half}-{2 * r:g} 0 {half} {2 * r:g} 0"'


def _under_one_clip(match: re.Match) -> str:
    """The paths of groups with one clip, in their order, in one group."""
    return f"{match[1]}{match[0].replace(match[1], '').replace('</g>', '')}</g>"


def _joined(match: re.Match) -> str:
    """Neighbouring paths that look alike, such as the bars of a histogram, as one."""
    return f'<path d="{"".join(PATH.findall(match[0]))}"{match[1]}/>'


def _together(match: re.Match) -> str:
    """Neighbouring words that look alike, such as the labels of an axis, in one group."""
    look = match[1]
    return f"<g{look}>{match[0].replace(f'{look}>', '>')}</g>"


def _slim(tag: str, name: str) -> str:
    """One tag, in short."""
    tag = GEOMETRY.sub(lambda match: NUMBER.sub(_tenths, match[0]), SILENT.sub("", tag))
    tag = themed(STRAIGHT.sub(_relative, tag))
    for attributes, short in CLASSES.items():
        tag = tag.replace(attributes, short)
    # One document holds all pictures, and Vega's own ids beside them.
    return IDENTIFIER.sub(rf"{name}-\1", tag)


def _tenths(match: re.Match) -> str:
    """A number to a tenth of a pixel."""
    return f"{float(match[0]):.1f}".removesuffix(".0")


def _relative(match: re.Match) -> str:
    """A path by the steps between its points, in tenths of a pixel: a third shorter.

    Steps are those between rounded points, so that rounding does not add up along the path.
    """
    written, here, last = "", (0, 0), ""
    for command, numbers in simplified(COMMAND.findall(match[1])):
        if command == "Z":
            written += "Z"
        else:
            x, y = numbers
            start = (0, 0) if command == "M" else here
            step = _pair(x - start[0], y - start[1])
            # Neighbouring steps share one letter; a sign or a blank keeps their numbers apart.
            letter = {"M": "M", "L": "l" if last != "L" else "" if step[0] == "-" else " "}[command]
            written += letter + step
            here = x, y
        last = command
    return f' d="{written}"'


def _pair(x: int, y: int) -> str:
    """Two numbers of tenths, with a blank between them where the second has no sign."""
    first, second = (_tenth(value) for value in (x, y))
    return f"{first}{second}" if second.startswith("-") else f"{first} {second}"


def _tenth(value: int) -> str:
    """A number of tenths as SVG reads it: 3 is .3."""
    text = f"{value / 10:g}"
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text

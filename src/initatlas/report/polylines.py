"""Which points of a line can be left out of a picture? Those that nobody would miss."""

from collections.abc import Iterable, Iterator

TOLERANCE = 2.5  # tenths of a pixel: half of what is seen of a line 0.5 pixels wide
Point = tuple[int, int]


def simplified(commands: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Point | None]]:
    """Commands M, L and Z with points in tenths of a pixel; runs of L without the needless ones."""
    run: list[Point] = []
    for command, numbers in commands:
        if command == "L":
            run.append(_point(numbers))
            continue
        yield from _lines(run)
        run = []
        if command == "M":
            run.append(_point(numbers))
            yield command, run[0]
        else:
            yield command, None
    yield from _lines(run)


def needed(points: list[Point]) -> list[Point]:
    """Ends, and those in between that are further than TOLERANCE from the line of their neighbours.

    Ramer 1972; Douglas & Peucker 1973.
    """
    kept, parts = {0, len(points) - 1}, [(0, len(points) - 1)]
    while parts:
        first, last = parts.pop()
        between = range(first + 1, last)
        farthest = max(between, key=lambda k: _apart(points, k, first, last), default=None)
        if farthest is not None and _apart(points, farthest, first, last) > TOLERANCE:
            kept.add(farthest)
            parts += [(first, farthest), (farthest, last)]
    return [points[place] for place in sorted(kept)]


def _lines(run: list[Point]) -> Iterator[tuple[str, Point]]:
    """What follows the first point, which is where the line stands already."""
    if len(run) > 1:
        yield from (("L", point) for point in needed(run)[1:])


def _point(numbers: str) -> Point:
    x, y = (round(10 * float(number)) for number in numbers.split(","))
    return x, y


def _apart(points: list[Point], k: int, first: int, last: int) -> float:
    """Distance of a point from the segment between two others."""
    (x, y), (x0, y0), (x1, y1) = points[k], points[first], points[last]
    dx, dy = x1 - x0, y1 - y0
    length2 = dx * dx + dy * dy
    along = max(0.0, min(1.0, ((x - x0) * dx + (y - y0) * dy) / length2)) if length2 else 0.0
    return ((x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2) ** 0.5

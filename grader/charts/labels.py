"""Where labels of points go so that none covers another: beside its point, or a little further off on a line."""

import math
from collections.abc import Sequence

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, bottom, right, top

RADII = (0.0, 6.0, 14.0, 24.0, 36.0, 50.0, 66.0, 86.0, 110.0)
TURNS = tuple(2 * math.pi * step / 16 for step in range(16))
PAD = 1.5


def placed(points: Sequence[Point], sizes: Sequence[Point], dots: Sequence[Point], area: Box) -> list[Point]:
    """The middle of each label, in the order given: labels overlap neither each other nor the border of the area.

    `sizes` are widths and heights, `dots` all points that should stay visible; everything in one unit of length. A
    label that finds no free place stays where it covers the fewest dots.
    """
    taken: list[Box] = []
    leaders: list[tuple[Point, Point]] = []
    found = []
    for point, size in zip(points, sizes, strict=True):
        best = min(candidates(point, size), key=lambda place: cost(place, point, size, taken, leaders, dots, area))
        taken.append(box(best, size))
        leaders.append((point, best))
        found.append(best)
    return found


def candidates(point: Point, size: Point) -> list[Point]:
    """Places on ellipses around a point, the nearest first."""
    across, up = size[0] / 2 + 4, size[1] / 2 + 4
    return [
        (point[0] + math.cos(turn) * (across + more), point[1] + math.sin(turn) * (up + more))
        for more in RADII
        for turn in TURNS
    ]


def cost(
    place: Point, point: Point, size: Point, taken: Sequence[Box], leaders: Sequence[tuple[Point, Point]],
    dots: Sequence[Point], area: Box,
) -> float:  # fmt: skip
    """How bad a place is: out of the area or on another label worst, then across a line, then on dots, then far."""
    mine = box(place, size)
    out = mine[0] < area[0] or mine[1] < area[1] or mine[2] > area[2] or mine[3] > area[3]
    covered = sum(mine[0] - 3 < x < mine[2] + 3 and mine[1] - 3 < y < mine[3] + 3 for x, y in dots)
    crossed = sum(crosses((point, place), other) for other in leaders)
    struck = sum(overlaps(mine, box_of(other)) and crosses_box(other, mine) for other in leaders)
    on_labels = sum(overlaps(mine, other) for other in taken) + struck
    return 1e6 * out + 1e5 * on_labels + 400 * crossed + 150 * covered + math.dist(place, point)


def box(middle: Point, size: Point) -> Box:
    """The rectangle of a label, with a little air."""
    half, up = size[0] / 2 + PAD, size[1] / 2 + PAD
    return middle[0] - half, middle[1] - up, middle[0] + half, middle[1] + up


def box_of(segment: tuple[Point, Point]) -> Box:
    (a, b), (c, d) = segment
    return min(a, c), min(b, d), max(a, c), max(b, d)


def overlaps(one: Box, other: Box) -> bool:
    """Whether two rectangles share a point inside."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def crosses(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two segments cross; segments from one point do not."""
    if one[0] == other[0]:
        return False
    (a, b), (c, d) = one, other
    return turns(a, b, c) != turns(a, b, d) and turns(c, d, a) != turns(c, d, b)


def crosses_box(segment: tuple[Point, Point], area: Box) -> bool:
    """Whether a segment runs through a rectangle."""
    left, bottom, right, top = area
    corners = ((left, bottom), (right, bottom), (right, top), (left, top))
    sides = zip(corners, (*corners[1:], corners[0]), strict=True)
    return any(crosses(segment, side) for side in sides)


def turns(a: Point, b: Point, c: Point) -> bool:
    """Whether a, b, c turn to the left."""
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])

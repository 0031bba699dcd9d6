"""A pen for flat shapes in a few colours.

Lengths are in heads: a head is 1 high, the chin is at (0, 0), y grows downwards, a whole figure ends near 6.6.
"""

from itertools import pairwise
from math import cos, pi, sin

from PIL import ImageDraw

Point = tuple[float, float]
Colour = tuple[int, int, int]


def colour(text: str) -> Colour:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))


def dark(one: Colour, share: float = 0.18) -> Colour:
    return mix(one, (40, 14, 38), share)


def light(one: Colour, share: float = 0.2) -> Colour:
    return mix(one, (255, 250, 240), share)


class Pen:
    """Draws shapes given in heads around a chin; `flip` is -1 for the mirror image."""

    def __init__(self, draw: ImageDraw.ImageDraw, chin: Point, head: float, flip: int = 1):
        self._draw, self._chin, self._head, self._flip = draw, chin, head, flip
        self._sin, self._cos = 0.0, 1.0

    def tilt(self, angle: float) -> None:
        """Turn what follows around the neck."""
        self._sin, self._cos = sin(angle), cos(angle)

    def at(self, point: Point) -> Point:
        x, y = point[0], point[1] - 0.2
        x, y = x * self._cos - y * self._sin, x * self._sin + y * self._cos + 0.2
        return self._chin[0] + self._flip * x * self._head, self._chin[1] + y * self._head

    def polygon(self, points: list[Point], fill: Colour) -> None:
        self._draw.polygon([self.at(point) for point in points], (*fill, 255))

    def shape(self, points: list[Point], fill: Colour) -> None:
        """A closed smooth curve through the points."""
        self.polygon(smooth(points), fill)

    def even(self, right: list[Point], fill: Colour) -> None:
        """A smooth shape whose left half mirrors these points of the right one."""
        self.shape(right + [(-x, y) for x, y in reversed(right) if x], fill)

    def tapered(self, middle: float, sides: list[Point], fill: Colour) -> None:
        """Smooth to the left and the right, flat above and below."""
        right = smooth([(middle + x, y) for x, y in sides], closed=False)
        self.polygon(right + [(2 * middle - x, y) for x, y in reversed(right)], fill)

    def oval(self, x: float, y: float, width: float, height: float, fill: Colour) -> None:
        turns = [2 * pi * step / 22 for step in range(22)]
        self.polygon([(x + width * cos(turn), y + height * sin(turn)) for turn in turns], fill)

    def ring(self, x: float, y: float, width: float, height: float, line: float, fill: Colour) -> None:
        turns = [2 * pi * step / 16 for step in range(17)]
        self.line([(x + width * cos(turn), y + height * sin(turn)) for turn in turns], line, fill)

    def limb(self, joints: list[Point], radii: list[float], fill: Colour) -> None:
        """Rounded at every joint, tapering between them."""
        for (x, y), radius in zip(joints, radii, strict=True):
            self.oval(x, y, radius, radius, fill)
        for (a, b), (r, s) in zip(pairwise(joints), pairwise(radii), strict=True):
            length = max(0.01, ((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5)
            x, y = (a[1] - b[1]) / length, (b[0] - a[0]) / length
            self.polygon([(a[0] + x * r, a[1] + y * r), (b[0] + x * s, b[1] + y * s),
                          (b[0] - x * s, b[1] - y * s), (a[0] - x * r, a[1] - y * r)], fill)  # fmt: skip

    def line(self, points: list[Point], width: float, fill: Colour) -> None:
        places, thick = [self.at(point) for point in smooth(points, closed=False)], max(1, round(width * self._head))
        self._draw.line(places, (*fill, 255), thick, joint="curve" if thick > 7 else None)


def smooth(points: list[Point], closed: bool = True, steps: int = 5) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    ring = [points[-1], *points, *points[:2]] if closed else [points[0], *points, points[-1]]
    curve = []
    for place in range(count if closed else count - 1):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = ring[place : place + 4]
        for step in range(steps):
            t = step / steps
            u, v, w = t * t * (3 * t - 5) + 2, t * (t * (4 - 3 * t) + 1), t * t * (t - 1)
            s = t * (t * (2 - t) - 1)
            curve.append(((s * ax + u * bx + v * cx + w * dx) / 2, (s * ay + u * by + v * cy + w * dy) / 2))
    return curve if closed else [*curve, points[-1]]

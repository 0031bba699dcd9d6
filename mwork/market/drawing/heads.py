"""Heads and hair, no more of a face than hints."""

from dataclasses import dataclass
from random import Random

from mwork.market.drawing.pens import Colour, Pen, dark, light, mix

HAIRS = {"black": "#1d1a20", "dark brown": "#3a2620", "brown": "#5a3a28", "light brown": "#8a6444", "blonde": "#d9b679",
         "red": "#a34a2a"}  # fmt: skip
STYLES = {
    "female": ("long", "long", "wavy", "wavy", "bob", "bob", "bun", "tail", "curls", "pixie"),
    "male": ("short", "short", "quiff", "quiff", "buzz", "curls", "side"),
}
FALLS = {  # the hair behind the head: its right half
    "long": [(0, -1.1), (0.3, -1.04), (0.47, -0.75), (0.5, -0.3), (0.52, 0.3), (0.56, 0.95), (0.3, 1.1), (0, 1.0)],
    "wavy": [(0, -1.1), (0.34, -1.04), (0.5, -0.75), (0.46, -0.45), (0.6, -0.15), (0.54, 0.15), (0.66, 0.45),
             (0.5, 0.75), (0.2, 0.7), (0, 0.6)],
    "bob": [(0, -1.1), (0.32, -1.05), (0.49, -0.75), (0.5, -0.35), (0.52, 0.02), (0.4, 0.12), (0, 0.0)],
}  # fmt: skip


@dataclass(frozen=True)
class Head:
    """What of somebody's head never changes; `part` is where the hair parts, from -1 to 1."""

    male: bool
    skin: Colour
    hair: Colour
    style: str
    part: float
    fringe: bool
    width: float
    lips: float
    beard: bool
    glasses: bool
    earrings: bool

    @classmethod
    def of(cls, rng: Random, male: bool, skin: Colour, hair: Colour) -> "Head":
        return cls(
            male=male,
            skin=skin,
            hair=hair,
            style=rng.choice(STYLES["male" if male else "female"]),
            part=rng.choice([0, 0, -0.5, 0.5, 0.4]),
            fringe=rng.random() < 0.2,
            width=rng.uniform(0.94, 1.04),
            lips=rng.uniform(0.25, 0.6),
            beard=male and rng.random() < 0.3,
            glasses=rng.random() < 0.08,
            earrings=not male and rng.random() < 0.5,
        )

    def draw_behind(self, pen: Pen) -> None:
        """The hair that falls behind the shoulders."""
        back = dark(self.hair, 0.25)
        if self.style in FALLS:
            pen.even(FALLS[self.style], back)
        elif self.style == "bun":
            pen.oval(0.05, -1.18, 0.21, 0.18, back)
        elif self.style == "tail":
            pen.shape(
                [(0.1, -1.0), (0.45, -0.95), (0.62, -0.5), (0.58, 0.2), (0.42, 0.75), (0.38, 0.1), (0.3, -0.5)], back
            )
        elif self.style == "curls":
            reach, low = (0.08, -0.5) if self.male else (0.16, 0.0)
            self._curls(pen, back, reach, low)

    def draw(self, pen: Pen, turn: float) -> None:
        """The head with its hair; `turn` moves the face to a side."""
        skin, shade, w = self.skin, dark(self.skin, 0.14), self.width
        for side in (-1, 1):
            pen.oval(side * 0.36 * w, -0.44, 0.05, 0.1, shade)
            if self.earrings:
                pen.oval(side * 0.37 * w, -0.29, 0.025, 0.035, (214, 178, 96))
        jaw = 0.28 if self.male else 0.24
        half = [(0, -1.0), (0.2, -0.97), (0.34 * w, -0.78), (0.365 * w, -0.52), (0.34 * w, -0.3), (jaw * w, -0.12)]
        half += [(0.11, -0.01), (0, 0.01)]
        pen.even(half, skin)
        dusk = [(x * 1.0, y) for x, y in half[2:]] + [(0.1, -0.1), (0.2 * w, -0.3), (0.24 * w, -0.6)]
        pen.shape(dusk, dark(skin, 0.08))
        if self.beard:
            pen.even([(0, -0.21), (0.1, -0.2), (0.2 * w, -0.15), (0.3 * w, -0.3), (0.36 * w, -0.45), (0.33 * w, -0.2),
                      (0.25 * w, -0.05), (0.12, 0.05), (0, 0.06)], mix(self.hair, skin, 0.25))  # fmt: skip
        self._face(pen, turn)
        self._front(pen)

    def _face(self, pen: Pen, turn: float) -> None:
        skin, shade = self.skin, dark(self.skin, 0.2)
        brow = mix(dark(self.hair, 0.35), skin, 0.15)
        for side in (-1, 1):
            x = turn + side * 0.16
            out = 0.5 * side
            if not self.male:
                pen.oval(x + side * 0.03, -0.3, 0.08, 0.055, mix(skin, (225, 110, 100), 0.16))
            pen.line([(x - out * 0.14, -0.555), (x + out * 0.05, -0.585), (x + out * 0.2, -0.55)],
                     0.034 if self.male else 0.024, brow)  # fmt: skip
            pen.line([(x - out * 0.14, -0.455), (x, -0.43), (x + out * 0.17, -0.465)], 0.02, dark(self.hair, 0.5))
            if self.glasses:
                pen.ring(x, -0.45, 0.115, 0.1, 0.018, (40, 36, 40))
        if self.glasses:
            pen.line([(turn - 0.05, -0.46), (turn + 0.05, -0.46)], 0.018, (40, 36, 40))
        pen.line([(turn * 1.3 + 0.01, -0.44), (turn * 1.5 + 0.05, -0.29), (turn * 1.4 - 0.01, -0.265)], 0.018, shade)
        lip = mix(dark(skin, 0.15), (176, 52, 62), self.lips * (0.4 if self.male else 1))
        x, wide = turn * 1.2, 0.09
        pen.shape([(x - wide, -0.15), (x - 0.03, -0.172), (x, -0.162), (x + 0.03, -0.172), (x + wide, -0.15),
                   (x + 0.04, -0.118), (x - 0.04, -0.118)], lip)  # fmt: skip
        pen.line([(x - wide, -0.15), (x, -0.145), (x + wide, -0.15)], 0.01, dark(lip, 0.35))

    def _front(self, pen: Pen) -> None:
        """The hair over the forehead, with a gleam."""
        hair, w, part = self.hair, self.width, self.part * 0.22
        if self.style == "curls":
            self._curls(pen, hair, 0.06, -0.62)
            return
        if self.style == "buzz":
            outer = [(-0.375 * w, -0.52), (-0.37 * w, -0.8), (-0.2, -1.0), (0, -1.04), (0.2, -1.0), (0.37 * w, -0.8),
                     (0.375 * w, -0.52)]  # fmt: skip
            pen.shape([*outer, (0.31, -0.72), (0.14, -0.83), (-0.14, -0.83), (-0.31, -0.72)], mix(hair, self.skin, 0.2))
            return
        lift = {"quiff": 0.1, "side": 0.05, "short": 0.01}.get(self.style, 0.03)
        ends = -0.42 if self.style in ("short", "quiff", "side", "bun", "tail", "pixie") else 0.0
        side = 0.4 * w + (0.05 if ends == 0 else 0)
        left = [(-side, ends), (-side - 0.01, -0.64), (-0.35 * w, -0.9), (-0.19, -1.04 - lift / 4)]
        right = [(0.24 * w, -1.0 - lift), (0.37 * w, -0.87 - lift / 3), (side + 0.01, -0.62), (side, ends)]
        outer = [*left, (0.03, -1.06 - lift), *right]
        pen.shape([*outer, *self._hairline(w, part, ends)], hair)
        gleam = light(hair, 0.14)
        pen.line([(-0.3 * w, -0.8), (-0.2, -0.92), (part - 0.04, -0.98)], 0.025, gleam)
        pen.line([(0.32 * w, -0.76), (0.25, -0.87), (part + 0.12, -0.96)], 0.02, gleam)

    def _hairline(self, w: float, part: float, ends: float) -> list[tuple[float, float]]:
        """From right to left, under the hair of the front."""
        temple = 0.33 * w
        if self.style in ("bun", "tail"):
            return [(0.35 * w, -0.6), (0.24, -0.8), (0, -0.87), (-0.24, -0.8), (-0.35 * w, -0.6)]
        if self.style in ("short", "quiff", "side"):
            return [(0.33 * w, -0.5), (0.32 * w, -0.68), (0.2, -0.82), (0, -0.84 - part / 3), (-0.2, -0.8 + part / 3),
                    (-0.32 * w, -0.68), (-0.33 * w, -0.5)]  # fmt: skip
        if self.fringe or self.style == "pixie":
            return [
                (temple, -0.45 + ends / 9),
                (0.29, -0.62),
                (0.1, -0.64),
                (-0.12, -0.66),
                (-0.29, -0.6),
                (-temple, -0.45),
            ]
        return [(temple + 0.03, -0.2), (temple - 0.01, -0.56), (part + 0.12, -0.82), (part, -0.92),
                (part - 0.12, -0.82), (0.01 - temple, -0.56), (-temple - 0.03, -0.2)]  # fmt: skip

    def _curls(self, pen: Pen, hair: Colour, reach: float, low: float) -> None:
        """Round locks along the head, from `low` on the left over the top to the right."""
        rng = Random(f"{self.part} {self.width}")  # noqa: S311  a drawing is no secret
        rows = [-0.62 + step * 0.17 for step in range(int((low + 0.62) / 0.17) + 1)]
        locks = [(side * (0.36 + reach), y) for y in rows for side in (-1, 1)]
        across = (-0.42, -0.33, -0.2, -0.07, 0.07, 0.2, 0.33, 0.42)
        locks += [(x, -0.66 - 0.32 * (1 - (x / 0.44) ** 2) - reach / 3) for x in across]
        for x, y in locks:
            size = rng.uniform(0.13, 0.17)
            pen.oval(x, y, size, size, hair)
            pen.oval(x - 0.03, y - 0.05, size / 3, size / 4, light(hair, 0.1))

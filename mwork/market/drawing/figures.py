"""People: who somebody is stays the same in each of her pictures, what she wears and how she stands does not."""

from dataclasses import dataclass
from random import Random

from mwork.market.drawing.heads import HAIRS, Head
from mwork.market.drawing.pens import Pen, colour, dark, light, mix, smooth

SKINS = {"fair": "#f3d3bd", "light": "#ecc3a5", "olive": "#d3a67c", "tan": "#bd8358"}
CLOTHES = ("#f4efe6", "#23242c", "#7b8f79", "#c9785a", "#34557a", "#d8b24a", "#8d3b45", "#a7b9cc", "#5c5470", "#d6a7a0",
           "#2f5d50", "#e6e2da", "#9a7b5f", "#4b6fae", "#c2b280", "#704c5e")  # fmt: skip
TOPS = {"female": ("tee", "turtleneck", "blazer", "straps", "dress", "dress", "shirt", "sweater"),
        "male": ("tee", "turtleneck", "blazer", "blazer", "shirt", "sweater")}  # fmt: skip
BOTTOMS = {"female": ("wide", "slim", "skirt", "skirt"), "male": ("slim", "straight", "wide")}
SLEEVES = {"tee": "short", "straps": "none"}  # the others: long, a dress any
ARMS = ("down", "down", "hip", "pocket", "raised", "crossed")


@dataclass(frozen=True)
class Sitter:
    """Somebody to draw, the same in each of her pictures. Words are the profile's; unknown ones are drawn by lot."""

    key: str
    gender: str = ""
    hair: str = ""
    skin: str = ""


class Figure:
    """One picture's worth of a sitter: who she is comes from her key, what she wears and how she stands from `rng`."""

    def __init__(self, sitter: Sitter, rng: Random, clothes: list[str]):
        who = Random(sitter.key)  # noqa: S311  a drawing is no secret
        self.male = (sitter.gender or who.choice(["female", "male"])) == "male" or (
            sitter.gender == "other" and who.random() < 0.5
        )
        kind = "male" if self.male else "female"
        self.skin = mix(
            colour(SKINS.get(sitter.skin) or who.choice(list(SKINS.values()))), (200, 130, 100), who.uniform(0, 0.15)
        )
        hair = colour(HAIRS.get(sitter.hair) or who.choice(list(HAIRS.values())[:4]))
        self.head = Head.of(who, self.male, self.skin, hair)
        self.shoulder, self.waist, self.hip = (0.93, 0.6, 0.56) if self.male else (0.74, 0.44, 0.58)
        self.top, self.bottom = rng.choice(TOPS[kind]), rng.choice(BOTTOMS[kind])
        self.cloth, self.other = (colour(text) for text in rng.sample(clothes, 2))
        self.tucked = self.top not in ("dress", "blazer", "sweater") and rng.random() < (0.3 if self.male else 0.65)
        self.sleeves = SLEEVES.get(self.top) or (
            rng.choice(["none", "short", "long"]) if self.top == "dress" else "long"
        )
        self.arms = [rng.choice(ARMS[:5]), rng.choice(ARMS[:4])] if rng.random() < 0.85 else ["crossed", "crossed"]
        self.sway, self.tilt, self.turn = rng.uniform(-0.08, 0.08), rng.uniform(-0.13, 0.13), rng.uniform(-0.06, 0.06)
        self.step = rng.choice([0, 0.12, 0.3])

    def draw(self, pen: Pen) -> None:
        """From back to front."""
        pen.tilt(self.tilt)
        self.head.draw_behind(pen)
        pen.tilt(0)
        if not self.tucked:
            self._legs(pen)
        behind = [(side, arm) for side, arm in zip((1, -1), self.arms, strict=True) if arm in ("down", "hip", "pocket")]
        for side, arm in behind:
            self._arm(pen, side, arm)
        self._torso(pen)
        if self.tucked:
            self._legs(pen)
        pen.tilt(self.tilt)
        self.head.draw(pen, self.turn)
        pen.tilt(0)
        for side, arm in zip((1, -1), self.arms, strict=True):
            if (side, arm) not in behind:
                self._arm(pen, side, arm)

    def _arm(self, pen: Pen, side: int, arm: str) -> None:
        s, h = self.shoulder, self.hip
        elbow, wrist = {
            "down": ((s + 0.06, 1.62), (s + 0.02, 2.5)),
            "hip": ((s + 0.5, 1.5), (h + 0.02, 2.0)),
            "pocket": ((s + 0.22, 1.62), (h + 0.04, 2.38)),
            "raised": ((s + 0.42, 0.95), (0.42, -0.12)),
            "crossed": ((s + 0.05, 1.5), (-0.35, 1.36 + 0.1 * side)),
        }[arm]
        thick = 1.2 if self.male else 1.0
        joints = [(side * (s - 0.16), 0.66), (side * elbow[0], elbow[1]), (side * wrist[0], wrist[1])]
        radii = [0.17 * thick, 0.125 * thick, 0.085 * thick]
        skin = dark(self.skin, 0.1)
        if arm != "pocket":
            dx, dy = (joints[2][0] - joints[1][0]) * 0.2, (joints[2][1] - joints[1][1]) * 0.2
            pen.limb([joints[2], (joints[2][0] + dx, joints[2][1] + dy)], [0.085 * thick, 0.1 * thick], skin)
        pen.limb(joints, radii, skin)
        cloth = dark(self.cloth, 0.12)
        if self.sleeves == "long":
            pen.limb(joints, [radius * share for radius, share in zip(radii, (1.06, 1.2, 1.25), strict=True)], cloth)
        elif self.sleeves == "short":
            end = tuple(a + (b - a) * 0.5 for a, b in zip(joints[0], joints[1], strict=True))
            pen.limb([joints[0], end], [radii[0] * 1.06, radii[0] * 1.12], cloth)

    def _torso(self, pen: Pen) -> None:
        s, w, h, x = self.shoulder, self.waist, self.hip, self.sway
        body = [
            (0.2, 0.27),
            (s * 0.55, 0.4),
            (s - 0.1, 0.5),
            (s - 0.01, 0.66),
            (s - 0.09, 1.0),
            (w + 0.1, 1.4),
            (w, 1.75),
            (h, 2.3),
        ]
        if self.top in ("blazer", "sweater"):
            body[-3:] = [(w + 0.18, 1.4), (w + 0.13, 1.75), (h + 0.1, 2.45)]
        left = [(-a + (x if b > 1.5 else 0), b) for a, b in reversed(body)]
        body = [(a + (x if b > 1.5 else 0), b) for a, b in body]
        bare = self.top == "straps" or (self.top == "dress" and self.sleeves == "none")
        chest = (
            [(s * 0.55, 0.41), (s - 0.1, 0.5), (s - 0.01, 0.68), (s - 0.12, 1.0), (0, 1.1)] if bare else [(0.25, 0.5)]
        )
        pen.even([(0, -0.3), (0.2, -0.3), (0.185, 0.1), (0.24, 0.29), *chest], self.skin)
        pen.even([(0, 0.28), (0.12, 0.2), (0.19, 0.02), (0.2, -0.2), (0, -0.3)], dark(self.skin, 0.22))  # the chin's
        if bare:
            body = [(0, 0.95), (0.2, 0.88), (0.4, 0.82), (s - 0.13, 0.98), *body[5:]]
            left = [(-a + (x if b > 1.5 else 0), b) for a, b in reversed(body[1:])]
            for side in (1, -1):
                pen.line([(side * 0.36, 0.4), (side * 0.4, 0.9)], 0.07, self.cloth)
            pen.polygon([*smooth([*body, *left])], self.cloth)
        else:
            pen.polygon(smooth(body, closed=False) + smooth(left, closed=False), self.cloth)
            self._neckline(pen)
        fold = dark(self.cloth, 0.16)
        pen.line([(-w - 0.02 + x, 1.5), (-w * 0.55 + x, 1.68), (-w * 0.2 + x, 1.7)], 0.03, fold)
        pen.line([(w + 0.01 + x, 1.72), (w * 0.6 + x, 1.84), (w * 0.3 + x, 1.84)], 0.03, fold)

    def _neckline(self, pen: Pen) -> None:
        skin, shade = self.skin, dark(self.cloth, 0.25)
        if self.top == "turtleneck":
            pen.even([(0, -0.02), (0.21, 0.0), (0.24, 0.2), (0.34, 0.42), (0, 0.5)], self.cloth)
            pen.line([(-0.22, 0.14), (0, 0.22), (0.22, 0.14)], 0.018, shade)
        elif self.top == "blazer":
            shirt = light(self.other, 0.55)
            pen.polygon([(-0.24, 0.3), (0.24, 0.3), (0.02, 1.5), (-0.02, 1.5)], shirt)
            pen.polygon([(-0.17, 0.25), (0.17, 0.25), (0, 0.62)], dark(skin, 0.12))
            for side in (1, -1):
                lapel = [(0.2, 0.27), (0.44, 0.5), (0.36, 0.78), (0.44, 0.84), (0, 1.62)]
                pen.polygon([(side * a, b) for a, b in lapel], light(self.cloth, 0.13) if side > 0 else shade)
        elif self.top == "shirt":
            pen.polygon([(-0.2, 0.25), (0.2, 0.25), (0, 0.72)], dark(skin, 0.1))
            pen.line([(0, 0.7), (0, 2.3)], 0.02, shade)
            for side in (1, -1):
                pen.polygon([(side * 0.19, 0.16), (side * 0.36, 0.42), (side * 0.17, 0.62), (side * 0.02, 0.66)],
                            light(self.cloth, 0.3))  # fmt: skip
        else:
            deep = 0.5 if self.top in ("tee", "sweater") else 0.66
            pen.even([(0, deep + 0.05), (0.19, deep - 0.06), (0.27, 0.33), (0.2, 0.2)], shade)
            pen.even([(0, deep), (0.17, deep - 0.09), (0.24, 0.31), (0.18, 0.1)], skin)
            pen.even([(0, 0.28), (0.12, 0.2), (0.18, 0.02), (0.18, -0.2), (0, -0.3)], dark(skin, 0.22))

    def _legs(self, pen: Pen) -> None:
        x, h = self.sway, self.hip
        cloth = self.cloth if self.top == "dress" else self.other
        skirt = self.top == "dress" or self.bottom == "skirt"
        shoe = dark(self.other, 0.5) if skirt or self.top != "dress" else colour("#2b2b30")
        middle, ankle = {"wide": (0.33, 0.32), "straight": (0.25, 0.2)}.get(self.bottom, (0.22, 0.13))
        radii = [0.2, 0.15, 0.085] if skirt else [0.33, middle, ankle]
        for side in (-1, 1):
            ahead = self.step if side > 0 else 0
            joints = [(x + side * (h - 0.3), 2.5), (x + side * (0.26 + ahead / 2), 4.3), (side * (0.26 + ahead), 6.15)]
            foot = joints[2][0] + side * 0.06
            pen.shape([(foot - 0.12, 6.1), (foot + 0.12, 6.1), (foot + 0.13 + side * 0.08, 6.45), (foot, 6.55),
                       (foot - 0.13 + side * 0.08, 6.45)], shoe)  # fmt: skip
            tint = self.skin if skirt else cloth
            pen.limb(joints, radii, dark(tint, 0.09) if side < 0 else tint)
        if skirt:
            hem, flare = (4.6, 0.85) if self.step else (5.3, 0.7)
            sides = [(self.waist, 1.75), (h, 2.3), (flare, hem)]
            pen.tapered(x, sides, cloth)
            pen.polygon([(x - 0.1, 2.5), (x - flare * 0.55, hem), (x - flare * 0.2, hem)], dark(cloth, 0.15))
        else:
            sides = [(self.waist, 1.75), (h, 2.3), (h - 0.02, 2.6), (0.06, 3.0)]
            pen.tapered(x, sides, cloth)

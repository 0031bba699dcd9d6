"""Whole pictures: portraits, logos, covers. The same key gives the same bytes, with one version of Pillow."""

from dataclasses import dataclass
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from mwork.market.drawing.figures import CLOTHES, Figure, Sitter
from mwork.market.drawing.pens import Colour, Pen, colour, dark, light, mix

PORTRAIT, COVER, LOGO = (480, 640), (720, 480), (320, 320)
FINE = 2  # figures are drawn so many times larger
COARSE = 8  # backdrops and shadows so many times smaller: they are soft
BACKDROPS = ("#e9dfd3 #c9b8a6", "#dfe5e6 #a9b7bd", "#f2d9c9 #d79a80", "#cfd8cb #8fa08b", "#d9d3e3 #9d90b3",
             "#f4e6c3 #d9b36c", "#c7d9e8 #7396b5", "#e8c9cc #b9747f", "#8a8f99 #3c414b", "#5f6f6a #2c3836",
             "#b5654a #6d3226", "#40577a #1d2940", "#ededeb #c4c4c0", "#f0cfc0 #9cb3c4", "#6f5a73 #37293f",
             "#d8e3d0 #e3b98f")  # fmt: skip
REACH = 1.7  # heads to either side that a figure may take
SHADOW = (28, 16, 34)
FRAMINGS = {"head": (0.37, 0.48), "half": (0.2, 0.25), "whole": (0.112, 0.118)}  # the head's share of the height


@dataclass(frozen=True)
class Drawn:
    content: bytes
    thumbnail: bytes
    size: tuple[int, int]


@dataclass(frozen=True)
class Stand:
    """Where a figure stands, and how large; `flip` is -1 for the mirror image."""

    figure: Figure
    chin: tuple[float, float]
    head: float
    flip: int


def portrait(sitter: Sitter, framing: str) -> Drawn:
    """The sitter in one of FRAMINGS."""
    rng = Random(f"{sitter.key} {framing}")  # noqa: S311  a drawing is no secret
    width, height = PORTRAIT
    ground, clothes = _backdrop(rng, PORTRAIT, floor=framing == "whole")
    least, most = FRAMINGS[framing]
    head = height * rng.uniform(least, most)
    top = height * (0.08 if framing == "whole" else rng.uniform(0.11, 0.16))
    stand = Stand(
        Figure(sitter, rng, clothes), (width * rng.uniform(0.45, 0.55), top + head), head, rng.choice([1, -1])
    )
    return _finish(_stage(ground, PORTRAIT, [stand], rng.choice([1, -1])))


def cover(key: str) -> Drawn:
    """From one to three people in a studio."""
    rng = Random(key)  # noqa: S311  a drawing is no secret
    width, height = COVER
    ground, clothes = _backdrop(rng, COVER, floor=False)
    count, head = rng.choice([1, 1, 2, 3]), height * rng.uniform(0.22, 0.32)
    first = {1: rng.choice([0.3, 0.68]), 2: 0.36, 3: 0.25}[count]
    stands = []
    for place in range(count):
        chin = width * (first + place * 0.27 + rng.uniform(-0.02, 0.02)), head + height * rng.uniform(0.12, 0.2)
        stands.append(Stand(Figure(Sitter(f"{key} {place}"), rng, clothes), chin, head, rng.choice([1, -1])))
    return _finish(_stage(ground, COVER, stands, rng.choice([1, -1])))


def logo(key: str, name: str) -> Drawn:
    """A shape with the initials."""
    rng = Random(key)  # noqa: S311  a drawing is no secret
    one, other = colour(rng.choice(CLOTHES[1:])), rng.choice([(250, 246, 238), (28, 27, 36)])
    one = dark(one, 0.3) if max(other) > 128 else light(one, 0.3)
    ground, ink = rng.choice([(one, other), (other, one)])
    side = LOGO[0] * FINE
    picture = Image.new("RGB", (side, side), ground)
    draw = ImageDraw.Draw(picture)
    kind = rng.choice(["disc", "ring", "square", "hexagon", "diamond", "leaf", "arch"])
    _emblem(draw, kind, side, ink)
    initials = "".join(word[0] for word in name.replace("-", " ").split() if word[0].isalnum())[:2].upper()
    font = ImageFont.load_default(side * (0.3 if len(initials) > 1 else 0.38))
    draw.text(
        (side / 2, side * (0.54 if kind == "arch" else 0.5)),
        initials,
        ground if kind != "ring" else ink,
        font,
        "mm",
        stroke_width=side // 200,
    )
    return _finish(picture.reduce(FINE))


def _emblem(draw: ImageDraw.ImageDraw, kind: str, side: int, ink: Colour) -> None:
    near, far, middle = side * 0.16, side * 0.84, side / 2
    box = (near, near, far, far)
    if kind == "disc":
        draw.ellipse(box, ink)
    elif kind == "ring":
        draw.ellipse(box, outline=ink, width=side // 22)
    elif kind == "square":
        draw.rounded_rectangle(box, side * 0.14, ink)
    elif kind == "hexagon":
        draw.regular_polygon((middle, middle, side * 0.38), 6, 30, ink)
    elif kind == "diamond":
        draw.regular_polygon((middle, middle, side * 0.42), 4, 45, ink)
    elif kind == "leaf":
        draw.rounded_rectangle(box, side * 0.3, ink, corners=(True, False, True, False))
    else:
        draw.rounded_rectangle(box, side * 0.34, ink, corners=(True, True, False, False))


def _backdrop(rng: Random, size: tuple[int, int], floor: bool) -> tuple[Image.Image, list[str]]:
    """A soft ground, still coarse, and the clothes that stand out against it."""
    one, other = (colour(text) for text in rng.choice(BACKDROPS).split())
    width, height = size[0] // COARSE, size[1] // COARSE
    glow = Image.radial_gradient("L") if rng.random() < 0.5 else Image.linear_gradient("L").rotate(rng.choice([0, 180]))
    small = Image.composite(Image.new("RGB", (256, 256), other), Image.new("RGB", (256, 256), one), glow)
    small = small.resize((width, height), Image.Resampling.BILINEAR)
    draw, accent = ImageDraw.Draw(small), rng.choice([light(one, 0.35), mix(one, other, 0.5), dark(other, 0.12)])
    kind = rng.choice(["plain", "plain", "disc", "arch", "window", "split"])
    x, y, r = width * rng.uniform(0.3, 0.7), height * rng.uniform(0.3, 0.45), height * rng.uniform(0.26, 0.36)
    if kind == "disc":
        draw.ellipse((x - r, y - r, x + r, y + r), accent)
    elif kind == "arch":
        draw.rounded_rectangle((x - r * 0.8, y - r * 0.8, x + r * 0.8, height * 2), r * 0.8, accent)
    elif kind == "window":
        for pane in range(2):
            left = width * (rng.uniform(0.0, 0.1) + 0.45 * pane)
            draw.polygon([(left, height * 0.1), (left + width * 0.36, 0), (left + width * 0.5, height * 0.75),
                          (left + width * 0.14, height * 0.85)], accent)  # fmt: skip
    elif kind == "split":
        draw.polygon([(x, 0), (width, 0), (width, height), (x - width * rng.uniform(-0.3, 0.3), height)], accent)
    if floor:
        draw.rectangle(
            (0, height * rng.uniform(0.8, 0.86), width, height), rng.choice([dark(other, 0.2), light(other, 0.25)])
        )
    middle = mix(one, other, 0.5)
    clothes = sorted(CLOTHES, key=lambda text: -_distance(colour(text), middle))[:10]
    return small.filter(ImageFilter.GaussianBlur(rng.choice([1.4, 1.8, 3]))), clothes


def _distance(one: Colour, other: Colour) -> int:
    return sum(abs(a - b) * weight for a, b, weight in zip(one, other, (3, 5, 2), strict=True))


def _stage(ground: Image.Image, size: tuple[int, int], stands: list[Stand], side: int) -> Image.Image:
    """The figures before the ground, to one `side` of their shadows."""
    layers = [_draw(stand, size) for stand in stands]
    for stand, (layer, left) in zip(stands, layers, strict=True):
        shadow = Image.new("L", ground.size)
        aside = left + side * stand.head * 0.3
        shadow.paste(layer.getchannel("X").reduce(COARSE).point(lambda value: value * 0.3), (round(aside / COARSE), 1))
        ground.paste(SHADOW, None, shadow.filter(ImageFilter.GaussianBlur(2.5)))
    picture = ground.resize(size, Image.Resampling.BILINEAR)
    for layer, left in layers:
        picture.paste(layer.convert("RGB"), (left, 0), layer.getchannel("X"))
    return picture


def _draw(stand: Stand, size: tuple[int, int]) -> tuple[Image.Image, int]:
    """The figure, its fourth channel what it covers, as high as the picture and from this x on."""
    x, y = stand.chin
    left, right = max(0, round(x - REACH * stand.head)), min(size[0], round(x + REACH * stand.head))
    # RGBX: Pillow would multiply RGBA by its alpha and back, which takes longer than all the rest.
    layer = Image.new("RGBX", ((right - left) * FINE, size[1] * FINE), (*stand.figure.cloth, 0))
    pen = Pen(ImageDraw.Draw(layer), ((x - left) * FINE, y * FINE), stand.head * FINE, stand.flip)
    stand.figure.draw(pen)
    return layer.reduce(FINE), left


def _finish(picture: Image.Image) -> Drawn:
    small = picture.reduce(2)
    return Drawn(_webp(picture), _webp(small), picture.size)


def _webp(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "WEBP", quality=80, method=0)
    return file.getvalue()

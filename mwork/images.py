"""Uploaded pictures: judged by their content, decoded within bounds and written anew as WebP, without metadata.

Nothing of the file that came in is kept but its pixels. A file that is honest about its pixels costs less than
300 MB of memory at its peak (benchmarks/README.md, with what is left), and a process works on at most two at once.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import BinaryIO

import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageCms
from PIL.AvifImagePlugin import AvifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from mwork.api.errors import Invalid, PayloadTooLarge

MAX_BYTES = 10 * 1024 * 1024
MIN_SIDE = 200
LONG_SIDE, THUMBNAIL_SIDE = 2048, 400  # pixels
QUALITY, METHOD = 80, 2  # chosen in benchmarks/README.md

MEGAPIXEL = 1_000_000
# A decoder takes 1 to 5 bytes per pixel for a plain JPEG, PNG or HEIC; 9 for a JPEG in several scans (a progressive
# one), 17 for WebP and AVIF, 20 for a HEIC in more than 8 bits or with alpha: lower limits keep these under 300 MB too.
MOST_MEGAPIXELS = {"JPEG": 50, "PNG": 50, "HEIC": 50, "JPEG in scans": 25, "WEBP": 16, "AVIF": 16, "rich HEIC": 14}
MAX_READS = 100_000  # a file in very many tiny pieces takes minutes to parse
MAX_SCANS = 100  # an honest progressive JPEG has about ten; each scan costs a pass over the whole picture

ORIENTATION = 0x0112  # the EXIF tag
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
SRGB = ImageCms.createProfile("sRGB")

# Pillow refuses above twice this number on its own: the WebP reader takes memory before we see the picture's size.
Image.MAX_IMAGE_PIXELS = max(MOST_MEGAPIXELS.values()) * MEGAPIXEL // 2
pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False

_at_once = BoundedSemaphore(2)


class Pieces(io.BytesIO):
    """The file in memory, which counts how often it is read."""

    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        if self.reads > MAX_READS:
            raise ValueError("the file has too many pieces")
        return super().read(size)


@dataclass(frozen=True)
class Picture:
    """What is stored: the picture and its thumbnail. `width` and `height` are the picture's, in pixels."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int
    content_type: str = "image/webp"
    extension: str = "webp"


@dataclass
class Source:
    """A picture whose header alone has been read. `load` decodes it and gives a function for a band of its rows."""

    size: tuple[int, int]
    most_megapixels: int
    load: Callable[[], tuple[tuple[int, int], Callable[[int, int], Image.Image]]]
    profile: bytes | None
    orientation: int = 1
    animated: bool = False


def prepare(file: BinaryIO) -> Picture:
    """The picture in this file, written anew. Raises Invalid for `file`, or PayloadTooLarge."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise PayloadTooLarge(_("The file is larger than %(most)d MB.") % {"most": MAX_BYTES // 1024**2})
    opener = _OPENERS.get(_format(content[:256]))
    if opener is None:
        raise Invalid("file", _("The file is not a JPEG, PNG, WebP, HEIC or AVIF picture."))
    with _at_once:
        return _write(*_read(content, opener))


def _read(content: bytes, opener: Callable[[Pieces], Source]) -> tuple[Image.Image, bytes | None, int]:
    """The picture reduced, its colour profile and its orientation. The decoder's memory is free again on return."""
    with _reading():
        source = opener(Pieces(content))
    _check(source)
    with _reading():
        size, band = source.load()
    return _reduce(size, band), source.profile, source.orientation


def is_pdf(head: bytes) -> bool:
    """Whether a file that begins with these bytes is a PDF: its readers look for the mark in the first 1024."""
    return b"%PDF-" in head[:1024]


@contextmanager
def _reading() -> Iterator[None]:
    """Around the calls that read a stranger's bytes, and around nothing else: whatever they raise is the file's fault.

    The libraries raise anything for broken data: OSError, SyntaxError, ValueError, struct.error, MemoryError…
    """
    try:
        yield
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(max(MOST_MEGAPIXELS.values())) from error
    except Exception as error:
        raise Invalid("file", _("The picture is damaged or incomplete.")) from error


def _format(head: bytes) -> str | None:
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp":
        box = head[8 : int.from_bytes(head[:4], "big")]
        brands = {box[at : at + 4] for at in range(0, len(box), 4)}
        if brands & {b"avif", b"avis"}:
            return "AVIF"
        if brands & HEIC_BRANDS:
            return "HEIC"
    return None


def _open_jpeg(file: Pieces) -> Source:
    """The first picture of the file: phones append others (a depth map, a second lens)."""
    image = JpegImageFile(file)
    content = file.getvalue()
    if content.count(b"\xff\xda") > MAX_SCANS:
        raise ValueError("the JPEG has too many scans")
    first_scan = content.rfind(b"\xff\xda", 0, file.tell())
    in_scans = "progressive" in image.info or content[first_scan + 4] < image.layers
    source = _of_pillow(image, "JPEG in scans" if in_scans else "JPEG")
    ratio = LONG_SIDE / max(image.size)
    if ratio < 1:
        image.draft(None, (max(1, int(image.width * ratio)), max(1, int(image.height * ratio))))
    return source


def _open_heic(file: Pieces) -> Source:
    """The primary picture: a live photo holds several. The library applies its rotation; EXIF's does not count."""
    image = pillow_heif.open_heif(file, convert_hdr_to_8bit=True)
    image = image[image.primary_index]

    def load():
        rows, stride, mode = image.data, image.stride, image.mode

        def band(top: int, bottom: int) -> Image.Image:
            size = image.size[0], bottom - top
            return Image.frombytes(mode, size, rows[top * stride : bottom * stride], "raw", mode, stride)

        return image.size, band

    plain = image.info["bit_depth"] == 8 and (image.mode, image.info.get("chroma")) in (("RGB", 420), ("L", None))
    most = MOST_MEGAPIXELS["HEIC" if plain else "rich HEIC"]
    return Source(image.size, most, load, image.info.get("icc_profile"))


def _of_pillow(image: Image.Image, kind: str) -> Source:
    def load():
        image.load()
        return image.size, lambda top, bottom: image.crop((0, top, image.width, bottom))

    animated = getattr(image, "is_animated", False)
    profile = image.info.get("icc_profile")
    return Source(image.size, MOST_MEGAPIXELS[kind], load, profile, _orientation(image), animated)


_OPENERS: dict[str | None, Callable[[Pieces], Source]] = {
    "JPEG": _open_jpeg,
    "HEIC": _open_heic,
    "PNG": lambda file: _of_pillow(PngImageFile(file), "PNG"),
    "WEBP": lambda file: _of_pillow(WebPImageFile(file), "WEBP"),
    "AVIF": lambda file: _of_pillow(AvifImageFile(file), "AVIF"),
}


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; broken EXIF says nothing about the pixels, so it counts as none."""
    try:
        return image.getexif().get(ORIENTATION, 1)
    except Exception:
        return 1


def _check(source: Source) -> None:
    """The rules that the header alone can break."""
    if source.animated:
        raise Invalid("file", _("Animated pictures are not accepted."))
    if min(source.size) < MIN_SIDE:
        raise Invalid("file", _("Each side of the picture must be at least %(least)d pixels.") % {"least": MIN_SIDE})
    if source.size[0] * source.size[1] > source.most_megapixels * MEGAPIXEL:
        raise _too_many_pixels(source.most_megapixels)


def _too_many_pixels(most: int) -> Invalid:
    return Invalid("file", _("A picture of this format may have at most %(most)d megapixels.") % {"most": most})


def _reduce(size: tuple[int, int], band: Callable[[int, int], Image.Image]) -> Image.Image:
    """The picture in L, RGB or CMYK, reduced by a whole number to less than twice the long side that is kept.

    It goes band by band: converting the whole of it would need its memory twice.
    """
    width, height = size
    factor = max(1, max(size) // LONG_SIDE)
    rows = factor * max(1, 256 // factor)
    reduced = None
    for top in range(0, height, rows):
        piece = _plain(band(top, min(top + rows, height))).reduce(factor)
        if reduced is None:
            reduced = Image.new(piece.mode, (-(-width // factor), -(-height // factor)))
        reduced.paste(piece, (0, top // factor))
    return reduced


def _plain(image: Image.Image) -> Image.Image:
    """In L, RGB or CMYK; what is transparent lies on white."""
    if image.mode in ("L", "RGB", "CMYK") and "transparency" not in image.info:
        return image
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip and not scale
        return image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        grey = image.mode in ("LA", "La", "L", "1")
        image = image.convert("LA" if grey else "RGBA")
        white = Image.new("L" if grey else "RGB", image.size, "white")
        white.paste(image.convert(white.mode), mask=image.getchannel("A"))
        return white
    return image.convert("L" if image.mode == "1" else "RGB")


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In RGB, with the colours of sRGB. A broken profile, or one for other channels, is as good as none."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    return image.convert("RGB")


def _write(image: Image.Image, profile: bytes | None, orientation: int) -> Picture:
    image = _to_srgb(_fit(image, LONG_SIDE), profile)
    if orientation in TURNS:
        image = image.transpose(TURNS[orientation])
    return Picture(_webp(image), _webp(_fit(image, THUMBNAIL_SIDE)), image.width, image.height)


def _fit(image: Image.Image, side: int) -> Image.Image:
    """With a long side of at most this many pixels; never enlarged."""
    ratio = side / max(image.size)
    if ratio >= 1:
        return image
    return image.resize(
        (max(1, round(image.width * ratio)), max(1, round(image.height * ratio))), Image.Resampling.LANCZOS
    )


def _webp(image: Image.Image) -> bytes:
    image.info.clear()  # Pillow would write the colour profile and the EXIF that it finds here
    out = io.BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=METHOD)
    return out.getvalue()

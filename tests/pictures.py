"""Pictures and their impostors, made in memory. HOSTILE names each with the status that an upload of it must get."""

import io
import struct
import zlib

import pillow_heif
from PIL import Image, PngImagePlugin

pillow_heif.register_heif_opener()

RED, GREEN, BLUE, WHITE = (220, 20, 30), (20, 200, 40), (30, 40, 210), (255, 255, 255)
HTML = b"<html><script>alert(1)</script></html>"
# Names that a client may declare: storage must never see them.
NAMES = ["../../etc/passwd", "..\\..\\x.jpg", "a\x00.jpg", "x" * 5000 + ".jpg", ".htaccess", "x.php", "фото.jpg", ""]


def save(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def corners(width: int = 320, height: int = 240) -> Image.Image:
    """Blue, with a red top left quarter and a green top right one: any turn shows."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    return image


def jpeg(width: int = 320, height: int = 240, **options) -> bytes:
    return save(corners(width, height), "JPEG", quality=90, **options)


def png(width: int = 320, height: int = 240, **options) -> bytes:
    return save(corners(width, height), "PNG", **options)


def webp(width: int = 320, height: int = 240, **options) -> bytes:
    return save(corners(width, height), "WEBP", **options)


def heic(**options) -> bytes:
    return save(corners(), "HEIF", **options)


def avif(**options) -> bytes:
    return save(corners(), "AVIF", speed=10, **options)


def rotated(orientation: int, kind: str = "JPEG") -> bytes:
    """A picture that EXIF asks to be turned; once turned, it is `corners()`."""
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # Image.Transpose values, each the inverse of the EXIF turn
    image = corners()
    if orientation in undo:
        image = image.transpose(Image.Transpose(undo[orientation]))
    return save(image, kind, exif=exif(orientation))


def exif(orientation: int = 1) -> bytes:
    """With a place on Earth, a camera and an owner."""
    data = Image.Exif()
    data[0x0112], data[0x010F], data[0x013B] = orientation, "SecretCamera", "SecretOwner"
    data.get_ifd(0x8825).update({1: "N", 2: (55.0, 45.0, 7.0), 3: "E", 4: (37.0, 37.0, 4.0)})
    return data.tobytes()


def with_metadata(kind: str = "JPEG") -> bytes:
    """With everything that a file can tell about its owner."""
    options = {"exif": exif(), "xmp": b"<x:xmpmeta>SecretXMP</x:xmpmeta>", "icc_profile": swapped_profile()}
    if kind == "JPEG":
        options["comment"] = b"SecretComment"
    return save(corners(), kind, **options)


def swapped_profile() -> bytes:
    """A colour profile in which red means green and green means red: a picture converted by it shows that."""
    red, green, blue = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)
    curve = struct.pack(">4sIIH", b"curv", 0, 1, int(2.2 * 256))
    tags = {
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": _xyz(*green),
        b"gXYZ": _xyz(*red),
        b"bXYZ": _xyz(*blue),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    at, table, body = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        value += bytes(-len(value) % 4)
        table += struct.pack(">4sII", name, at + len(body), len(value))
        body += value
    size = at + len(body)
    head = struct.pack(">I4sI4s4s4s12s4s", size, bytes(4), 0x02100000, b"mntr", b"RGB ", b"XYZ ", bytes(12), b"acsp")
    return head.ljust(68, b"\0") + _xyz(0.9642, 1.0, 0.8249)[8:].ljust(60, b"\0") + table + body


def _xyz(*values: float) -> bytes:
    return struct.pack(">4sI3i", b"XYZ ", 0, *(round(value * 65536) for value in values))


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def handmade_png(width: int, height: int, rows: bytes | None = None, extra: bytes = b"", channels: int = 3) -> bytes:
    """A PNG of one colour, made row by row so that a huge one is cheap; `rows` stands for its compressed content."""
    if rows is None:
        packer = zlib.compressobj(1)
        row = b"\0" + bytes((*RED, 255))[:channels] * width
        rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, {3: 2, 4: 6}[channels], 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", head) + extra + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg_bomb() -> bytes:
    """Its header promises 50 000 × 50 000 pixels."""
    content = bytearray(jpeg())
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = struct.pack(">HH", 50_000, 50_000)
    return bytes(content)


def webp_bomb() -> bytes:
    """Its canvas is 16 000 × 16 000; the frame in it is small."""
    content = bytearray(webp(exif=exif()))
    content[24:30] = (15_999).to_bytes(3, "little") * 2
    return bytes(content)


def many_scans() -> bytes:
    """A progressive JPEG whose last scan comes five thousand times: each costs a pass over the picture."""
    content = save(corners(2000, 2000), "JPEG", progressive=True)
    last = content[content.rfind(b"\xff\xda") : -2]
    return content[:-2] + last * 5000 + b"\xff\xd9"


def lying_heic() -> bytes:
    """Its box says 200 × 200, its stream is larger."""
    size = b"ispe" + bytes(4)
    return heic().replace(size + struct.pack(">II", 320, 240), size + struct.pack(">II", 200, 200))


def text_bomb(name: bytes = b"zTXt") -> bytes:
    """A PNG with a text that unpacks to 200 MB."""
    packer = zlib.compressobj(9)
    text = b"".join(packer.compress(bytes(1_000_000)) for _ in range(200)) + packer.flush()
    middle = b"\0\0" if name in (b"zTXt", b"iCCP") else b"\0\1\0\0\0"
    return handmade_png(300, 300, extra=chunk(name, b"Comment" + middle + text))


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (240, 240), colour) for colour in (RED, GREEN, BLUE)]
    return save(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def transparent(mode: str) -> Image.Image:
    """The left half is there, the right half is not."""
    image = corners().convert(mode)
    alpha = Image.new("L", image.size, 255)
    alpha.paste(0, (image.width // 2, 0, image.width, image.height))
    image.putalpha(alpha)
    return image


def palette() -> bytes:
    """Eight bits with a palette, whose first colour is transparent."""
    image = Image.new("P", (320, 240), 1)
    image.putpalette([0, 0, 0, *RED])
    image.paste(0, (160, 0, 320, 240))
    return save(image, "PNG", transparency=0)


def deep() -> bytes:
    """16 bits of grey: 40 000 of 65 535."""
    return save(Image.new("I;16", (320, 240), 40_000), "PNG")


def cmyk(**options) -> bytes:
    return save(corners().convert("CMYK"), "JPEG", **options)


def long_text() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("Author", "SecretOwner", zip=True)
    return info


def pdf() -> bytes:
    return save(corners(), "PDF")


def _good() -> dict[str, bytes]:
    turned = {f"exif orientation {number}": rotated(number) for number in range(1, 9)}
    return turned | {
        "plain jpeg": jpeg(),
        "plain png": png(),
        "plain webp": webp(),
        "plain heic": heic(),
        "plain avif": avif(),
        "progressive jpeg": jpeg(progressive=True),
        "gps, xmp and a profile": with_metadata(),
        "a broken profile": jpeg(icc_profile=b"not a profile" * 20),
        "broken exif": jpeg(exif=b"Exif\0\0II*\0\xff\xff\xff\xff"),
        "huge exif": jpeg(exif=b"Exif\0\0" + b"A" * 65_000),
        "cmyk jpeg": cmyk(),
        "16-bit png": deep(),
        "palette with transparency": palette(),
        "grey with alpha": save(transparent("L"), "PNG"),
        "rgb with alpha": save(transparent("RGB"), "WEBP", lossless=True),
        "one bit": save(corners().convert("1"), "PNG"),
        "grey jpeg": save(corners().convert("L"), "JPEG"),
        "png with a text": png(pnginfo=long_text()),
        "exactly 200": png(200, 200),
        "very long": png(200, 9000),
        "jpeg and html": jpeg() + HTML,
        "jpeg and zip": jpeg() + b"PK\3\4" + bytes(500) + b"PK\5\6" + bytes(18),
        "html in a jpeg comment": jpeg(comment=HTML),
    }


def _cut() -> dict[str, bytes]:
    """Files that end too early, at several points."""
    whole = {"jpeg": jpeg(), "png": png(), "webp": webp(), "heic": heic(), "avif": avif()}
    return {
        f"{name} cut at {percent} %": content[: len(content) * percent // 100]
        for name, content in whole.items()
        for percent in (5, 50, 90)
    }


def _bad() -> dict[str, bytes]:
    image = corners()
    return _cut() | {
        "empty": b"",
        "one byte": b"\xff",
        "text": b"hello, I am a picture",
        "random": bytes((number * 7919 >> 3) & 255 for number in range(5000)),
        "zeros": bytes(5000),
        "html": HTML,
        "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 300 300\n%%EndComments\n(/tmp/x) (w) file\n%%EOF\n",
        "pdf": pdf(),
        "gif": save(image, "GIF"),
        "gif and html": b"GIF89a/*" + HTML + b"*/=1;",
        "animated gif": animated("GIF"),
        "animated webp": animated("WEBP"),
        "animated png": animated("PNG"),
        "animated avif": animated("AVIF"),
        "tiff": save(image, "TIFF"),
        "bmp": save(image, "BMP"),
        "ico": save(image, "ICO"),
        "jpeg 2000": save(image, "JPEG2000"),
        "psd": b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 300, 300, 8, 3) + bytes(300),
        "mp4": b"\0\0\0\x18ftypisom" + bytes(500),
        "199 wide": png(199, 300),
        "199 high": png(300, 199),
        "png bomb": handmade_png(50_000, 50_000, zlib.compress(bytes(1_000_000))),
        "png of 51 megapixels": handmade_png(10_200, 5_000, zlib.compress(bytes(1000))),
        "jpeg bomb": jpeg_bomb(),
        "webp bomb": webp_bomb(),
        "webp of 17 megapixels": save(Image.new("RGB", (10_000, 1_700)), "WEBP", method=0),
        "jpeg with 5000 scans": many_scans(),
        "heic that lies about its size": lying_heic(),
        "png of 100 000 chunks": handmade_png(300, 300, extra=chunk(b"prVt", b"") * 100_000),
        "jpeg of 500 000 markers": jpeg()[:2] + b"\xff\xfe\0\2" * 500_000 + jpeg()[2:],
        "png without pixels": handmade_png(300, 300, b""),
        "png text bomb": text_bomb(b"zTXt"),
        "png itxt bomb": text_bomb(b"iTXt"),
    }


HOSTILE: dict[str, tuple[bytes, int]] = {
    **{name: (content, 201) for name, content in _good().items()},
    **{name: (content, 400) for name, content in _bad().items()},
    "11 megabytes": (jpeg() + bytes(11 * 1024 * 1024), 413),
}

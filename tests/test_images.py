import contextlib
import io
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils.translation import override
from PIL import Image, ImageCms

from mwork import conf, images
from mwork.api.errors import Invalid, PayloadTooLarge
from tests import pictures
from tests.pictures import BLUE, GREEN, HOSTILE, RED, WHITE

MEMORY = r"""
import re, sys
from pathlib import Path
import django
from django.conf import settings
settings.configure(USE_I18N=False)
django.setup()
from PIL import Image
from mwork import images
images._webp(Image.new("RGB", (10, 10)))
def peak():  # ru_maxrss would begin with the peak of the process that started this one
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
before = peak()
images.prepare(sys.stdin.buffer)
print(peak() - before)
"""


def prepare(content: bytes) -> images.Picture:
    return images.prepare(io.BytesIO(content))


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def near(image: Image.Image, x: int, y: int, colour: tuple[int, ...], within: int = 12) -> bool:
    pixel = image.convert("RGB").getpixel((x, y))
    return all(abs(is_ - should) <= within for is_, should in zip(pixel, colour, strict=True))


def looks_like_corners(image: Image.Image) -> bool:
    width, height = image.size
    left, right, top, bottom = width // 4, width * 3 // 4, height // 4, height * 3 // 4
    return near(image, left, top, RED) and near(image, right, top, GREEN) and near(image, left, bottom, BLUE)


@pytest.mark.parametrize("name", HOSTILE)
def test_each_file_is_taken_or_refused_as_the_table_says(name):
    content, status = HOSTILE[name]
    if status == 201:
        picture = prepare(content)
        main, thumbnail = opened(picture.content), opened(picture.thumbnail)
        assert (main.format, main.mode, main.size) == ("WEBP", "RGB", (picture.width, picture.height))
        assert (thumbnail.format, thumbnail.mode) == ("WEBP", "RGB")
        assert max(main.size) <= 2048
        assert max(thumbnail.size) <= 400
    else:
        with pytest.raises((Invalid, PayloadTooLarge)) as refusal:
            prepare(content)
        assert refusal.value.status_code == status
        assert status == 413 or list(refusal.value.details) == ["file"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gif", "not a JPEG, PNG, WebP, HEIC or AVIF"),
        ("199 wide", "at least 200 pixels"),
        ("png of 51 megapixels", "at most 50 megapixels"),
        ("webp of 17 megapixels", "at most 16 megapixels"),
        ("webp bomb", "megapixels"),
        ("animated webp", "Animated"),
        ("jpeg cut at 50 %", "damaged or incomplete"),
    ],
)
def test_a_refusal_names_the_rule(name, text):
    with override("en"), pytest.raises(Invalid, match="not valid") as refusal:
        prepare(HOSTILE[name][0])
    assert text in refusal.value.details["file"][0]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_applied(kind, orientation):
    picture = prepare(pictures.rotated(orientation, kind))
    assert (picture.width, picture.height) == (320, 240)
    assert looks_like_corners(opened(picture.content))
    assert looks_like_corners(opened(picture.thumbnail))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_no_metadata_is_left(kind):
    content = pictures.with_metadata(kind)
    assert b"Secret" in content
    picture = prepare(content)
    for written in (picture.content, picture.thumbnail):
        for mark in (b"Secret", b"EXIF", b"Exif", b"XMP", b"xmp", b"ICCP", b"acsp"):
            assert mark not in written
        image = opened(written)
        assert not image.getexif()
        assert not {"icc_profile", "exif", "xmp", "comment"} & set(image.info)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_the_colour_profile_is_converted_to_srgb(kind):
    image = opened(prepare(pictures.with_metadata(kind)).content)
    assert near(image, 80, 60, (RED[1], RED[0], RED[2]), within=25)
    assert near(image, 240, 60, (GREEN[1], GREEN[0], GREEN[2]), within=25)


def test_an_srgb_profile_changes_nothing():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert looks_like_corners(opened(prepare(pictures.png(icc_profile=profile)).content))


@pytest.mark.parametrize("name", ["cmyk jpeg", "a broken profile", "broken exif", "progressive jpeg", "jpeg and html"])
def test_the_picture_is_still_itself(name):
    tolerant = 40 if name == "cmyk jpeg" else 12
    assert near(opened(prepare(HOSTILE[name][0]).content), 80, 60, RED, tolerant)


def test_transparency_lies_on_white():
    for name in ("palette with transparency", "rgb with alpha", "grey with alpha"):
        image = opened(prepare(HOSTILE[name][0]).content)
        assert near(image, 240, 60, WHITE)
        assert not near(image, 80, 60, WHITE, within=60)


def test_sixteen_bits_are_scaled():
    assert near(opened(prepare(pictures.deep()).content), 100, 100, (156, 156, 156), within=3)


@pytest.mark.parametrize(
    ("size", "main", "thumbnail"),
    [
        ((200, 200), (200, 200), (200, 200)),
        ((2048, 1000), (2048, 1000), (400, 195)),
        ((3000, 2250), (2048, 1536), (400, 300)),
        ((300, 6000), (102, 2048), (20, 400)),
        ((9001, 333), (2048, 76), (400, 15)),
    ],
)
@pytest.mark.parametrize("make", [pictures.jpeg, pictures.png])
def test_sizes(make, size, main, thumbnail):
    picture = prepare(make(*size))
    assert (picture.width, picture.height) == main
    assert opened(picture.thumbnail).size == thumbnail
    assert looks_like_corners(opened(picture.content))


def test_a_file_is_read_from_where_it_stands_and_stays_open():
    file = io.BytesIO(pictures.jpeg())
    images.prepare(file)
    assert not file.closed


def big_progressive_cmyk() -> bytes:
    return pictures.save(Image.new("CMYK", (5000, 5000)), "JPEG", progressive=True, quality=30)


def big_webp() -> bytes:
    return pictures.save(Image.new("RGBA", (4000, 4000), (*RED, 90)), "WEBP", method=0, quality=10)


@pytest.mark.parametrize("make", [lambda: pictures.handmade_png(8000, 6250), big_progressive_cmyk, big_webp])
def test_the_worst_files_cost_less_than_300_megabytes(make):
    run = subprocess.run([sys.executable, "-c", MEMORY], input=make(), cwd=conf.ROOT, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    assert 50 < float(run.stdout) < 300


def test_eight_threads_at_once():
    kinds = [pictures.jpeg(), pictures.png(), pictures.webp(), pictures.heic(), HOSTILE["jpeg cut at 50 %"][0]]

    def attempt(number: int) -> bytes | None:
        try:
            return prepare(kinds[number % len(kinds)]).content
        except Invalid:
            return None

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(attempt, range(80)))
    for number, kind in enumerate(kinds):
        assert set(results[number :: len(kinds)]) == {attempt(number)}, kind[:12]


@pytest.mark.parametrize("make", [pictures.jpeg, pictures.png, pictures.webp, pictures.heic, pictures.avif])
def test_mutations_raise_nothing_else(make):
    """Bytes changed, cut out or doubled at random; the seed is fixed, so that a failure comes again."""
    chance, whole = random.Random(5), make()
    for _attempt in range(100):
        content = bytearray(whole)
        for _change in range(chance.randint(1, 8)):
            # Half of the changes hit the headers, where a byte means most.
            at = chance.randrange(len(content) if chance.random() < 0.5 else min(len(content), 300))
            content[at : at + chance.choice([0, 1, 1, 1, 4])] = chance.randbytes(chance.choice([0, 1, 1, 1, 4]))
        with contextlib.suppress(Invalid, PayloadTooLarge):
            assert prepare(bytes(content)).width >= 1


@pytest.mark.parametrize(
    ("head", "expected"),
    [(pictures.pdf(), True), (b"\n\n%PDF-1.7", True), (bytes(1024) + b"%PDF-", False), (b"%PDX", False), (b"", False)],
)
def test_pdf_by_its_mark(head, expected):
    assert images.is_pdf(head) is expected

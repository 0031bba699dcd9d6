"""What a photo costs: the time, the memory and the size of each way to prepare it.

python -m benchmarks.images            every variant, in turn, each run in a process of its own
python -m benchmarks.images NAME FILE  one run: prints seconds, megabytes above the start, and bytes of both files
"""

import io
import math
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from PIL import Image, ImageChops, ImageStat
from PIL.JpegImagePlugin import JpegImageFile

RUNS = 5
SIZE = 4096, 3072  # 12.6 megapixels, as of a phone


def webp(quality: int, method: int) -> Callable[[Image.Image], bytes]:
    return lambda image: save(image, "WEBP", quality=quality, method=method)


def save(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


VARIANTS: dict[str, Callable[[Image.Image], bytes] | None] = {
    "as chosen": None,
    "without draft": None,
    **{f"webp q80 m{method}": webp(80, method) for method in (0, 2, 4)},
    "webp q75 m2": webp(75, 2),
    "webp q85 m2": webp(85, 2),
    "jpeg q80": lambda image: save(image, "JPEG", quality=80),
    "jpeg q85": lambda image: save(image, "JPEG", quality=85, optimize=True),
    "png": lambda image: save(image, "PNG", compress_level=1),  # lossless: the measure of the others
}


def photo() -> bytes:
    """A JPEG with what a photo has: soft light, edges, fine texture and a sensor's noise."""
    light = Image.merge("RGB", [Image.radial_gradient("L").rotate(turn).resize(SIZE) for turn in (0, 90, 45)])
    texture = Image.effect_noise((SIZE[0] // 8, SIZE[1] // 8), 60).resize(SIZE, Image.Resampling.BICUBIC)
    scene = Image.blend(light, texture.convert("RGB"), 0.35)
    scene.paste((190, 150, 130), (900, 700, 1900, 2500))
    scene.paste((40, 50, 70), (2300, 400, 2500, 2900))
    noise = Image.effect_noise(SIZE, 12).convert("RGB")
    return save(Image.blend(scene, noise, 0.15), "JPEG", quality=90)


def peak() -> float:
    """The most memory that this process has held, in MB; ru_maxrss would begin with the parent's."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024


def once(name: str, path: str, result: str = os.devnull) -> None:
    """Prepare the file at the path in this process, print what it cost and keep the picture in `result`."""
    settings.configure(USE_I18N=False)
    django.setup()
    from mwork import images  # noqa: PLC0415  Django must be set up first

    if VARIANTS[name]:
        images._webp = VARIANTS[name]
    if name == "without draft":
        JpegImageFile.draft = lambda *_: None
    save(Image.new("RGB", (10, 10)), "WEBP")  # so that the libraries are loaded
    with open(path, "rb") as file:
        before, start = peak(), time.perf_counter()
        picture = images.prepare(file)
    print(time.perf_counter() - start, peak() - before, len(picture.content), len(picture.thumbnail))  # noqa: T201
    Path(result).write_bytes(picture.content)


def psnr(one: Path, other: Path) -> float:
    """How near the two pictures are, in dB: above 40 nobody sees a difference."""
    with Image.open(one) as first, Image.open(other) as second:
        rms = ImageStat.Stat(ImageChops.difference(first.convert("RGB"), second.convert("RGB"))).rms
    return 20 * math.log10(255 / max(1e-9, statistics.fmean(rms)))


def main() -> None:
    results: dict[str, list[list[float]]] = {name: [] for name in VARIANTS}
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "photo.jpg")
        source.write_bytes(photo())
        for _run in range(RUNS):  # the variants take turns, so that other work on the machine meets them all
            for name, runs in results.items():
                command = [sys.executable, "-m", "benchmarks.images", name, str(source), str(Path(folder, name))]
                done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
                runs.append([float(word) for word in done.stdout.split()])
        print(f"{source.stat().st_size / 1024:.0f} KB of JPEG, {SIZE[0]} x {SIZE[1]}, {RUNS} runs each")  # noqa: T201
        print("variant           median s    peak MB   picture KB  thumb KB   PSNR dB")  # noqa: T201
        for name, runs in results.items():
            seconds, megabytes, content, thumbnail = (statistics.median(column) for column in zip(*runs, strict=True))
            quality = psnr(Path(folder, name), Path(folder, "png"))
            sizes = f"{content / 1024:12.0f} {thumbnail / 1024:9.1f}"
            print(f"{name:16} {seconds:9.2f} {megabytes:10.0f} {sizes} {quality:9.1f}")  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    else:
        once(*sys.argv[1:])

"""The market's pictures: every model has three photos, every company a logo, most castings a cover.

Other processes draw them, threads write the files: before the rows, so that no transaction waits for a pencil.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from operator import call

from django.db.models import Min

from billing.models import Plan
from castings.models import Casting
from mwork import storage
from mwork.images import Picture
from mwork.market.answers import Answered
from mwork.market.companies import Company
from mwork.market.drawing import artists, scenes
from mwork.market.drawing.figures import Sitter
from mwork.market.people import Model
from mwork.market.words import source
from profiles.models import Photo

WRITERS = 8  # threads: a bucket far away takes its time for each file
COVERED = 0.6  # the share of castings with a cover


@dataclass(frozen=True)
class Order:
    """A picture to draw, the folder it belongs to, and what hangs it: `hang(file, thumbnail, drawn)`."""

    draw: Callable[[], scenes.Drawn]
    folder: str
    hang: Callable[[str, str, scenes.Drawn], None]


@dataclass
class Gallery:
    """What is to be drawn for a market; afterwards its photos, still unwritten, and the names of all files."""

    orders: list[Order] = field(default_factory=list)
    photos: list[Photo] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def order(self, rows: Iterable[Company | Model | Answered], seed: int) -> None:
        """Whatever these want. Nobody gets more photos than the smallest plan allows."""
        most = Plan.objects.aggregate(least=Min("max_photos"))["least"]
        for number, row in enumerate(rows):
            if isinstance(row, Model):
                self.orders += self._portraits(row, f"{seed} {row.user.email}", most)
            elif isinstance(row, Company):
                self.orders.append(_logo(row, f"{seed} {row.user.email}"))
            elif source(seed, f"cover {number}").random() < COVERED:
                self.orders.append(_cover(row.casting, f"{seed} cover {number}"))

    def fill(self, tell: Callable[[int], None]) -> None:
        """Draw, write the files and hang them: the rows know their files then. A failure leaves no file.

        `tell(done)` hears of the progress.
        """
        try:
            with ThreadPoolExecutor(WRITERS) as writers, artists.studio() as studio:
                waiting: list[Future] = []
                drawings = studio.map(call, [order.draw for order in self.orders], chunksize=4)
                for order, drawn in zip(self.orders, drawings, strict=True):
                    waiting.append(writers.submit(self._write, order, drawn))
                    tell(len(waiting))
                for written in waiting:
                    written.result()
        except BaseException:
            self.empty()
            raise

    def empty(self) -> None:
        """Delete the files."""
        with ThreadPoolExecutor(WRITERS) as writers:
            list(writers.map(storage.public().delete, self.names))

    def _write(self, order: Order, drawn: scenes.Drawn) -> None:
        file, thumbnail = storage.save_picture(order.folder, Picture(drawn.content, drawn.thumbnail, *drawn.size))
        self.names += (file, thumbnail)
        order.hang(file, thumbnail, drawn)

    def _portraits(self, model: Model, key: str, most: int | None) -> list[Order]:
        """One in every framing, the head first: it is the main one."""
        profile, framings = model.profile, list(scenes.FRAMINGS)[:most]
        sitter = Sitter(key, profile.gender, profile.hair_color, profile.skin_tone)
        return [
            Order(
                partial(scenes.portrait, sitter, framing), f"photos/{model.user.id}", partial(self._hang, model, place)
            )
            for place, framing in enumerate(framings)
        ]

    def _hang(self, model: Model, place: int, file: str, thumbnail: str, drawn: scenes.Drawn) -> None:
        width, height = drawn.size
        photo = Photo(profile_id=model.profile.id, file=file, thumbnail=thumbnail, width=width, height=height)
        photo.size, photo.order, photo.is_main = len(drawn.content), place, place == 0
        photo.created_at = model.profile.created_at
        self.photos.append(photo)
        if photo.is_main:
            model.profile.main_photo = file


def _logo(company: Company, key: str) -> Order:
    def hang(file: str, thumbnail: str, drawn: scenes.Drawn) -> None:
        company.profile.logo, company.profile.logo_thumbnail = file, thumbnail

    return Order(partial(scenes.logo, key, company.profile.company_name), f"employers/{company.profile.id}", hang)


def _cover(casting: Casting, key: str) -> Order:
    def hang(file: str, thumbnail: str, drawn: scenes.Drawn) -> None:
        casting.cover, casting.cover_thumbnail = file, thumbnail

    return Order(partial(scenes.cover, key), f"castings/{casting.id}", hang)

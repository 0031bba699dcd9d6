"""What people have reported and nobody has looked at yet: castings most of all, a page, a message."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from accounts.models import Report
from castings import reportable as castings
from castings.models import Response
from chat import reportable as messages
from chat.models import Kind, Message
from profiles import reportable as pages

MOST = 12  # of castings; a quarter as many of pages and of messages
ABOUT_CASTINGS = [
    ("fake_casting", "Просят перевести деньги «за портфолио» до съёмки."),
    ("fake_casting", "Бұл мекенжайда студия жоқ, телефонға ешкім жауап бермейді."),
    ("spam", "Одно и то же объявление уже пятый раз за неделю."),
    ("other", "В описании одни условия, по телефону называют другие."),
    ("fake_casting", "The photos on the page belong to another company."),
]
ABOUT_PAGES = [
    ("fake_profile", "На фото другая девушка, я с ней работала."),
    ("fake_profile", "The height is wrong by ten centimetres."),
    ("other", "Жасы туралы мәлімет шындыққа сәйкес келмейді."),
]
ABOUT_MESSAGES = [
    ("harassment", "Зовёт встретиться не по работе."),
    ("spam", "Рассылает рекламу курсов."),
    ("harassment", "Дөрекі сөйлейді."),
]


def draw(rng: Random, now: datetime) -> list[Report]:
    """Reports about what the market holds already, with what was reported frozen."""
    return [*_of_castings(rng, now), *_of_pages(rng, now), *_of_messages(rng, now)]


def _of_castings(rng: Random, now: datetime) -> Iterator[Report]:
    for answer in _some(rng, _answers().filter(casting__status="active"), MOST):
        casting = answer.casting
        seen = casting.id, casting.employer.user_id, castings.freeze(casting)
        yield _report(rng, now, "casting", answer.applicant.user_id, seen, ABOUT_CASTINGS, answer.applied_at)


def _of_pages(rng: Random, now: datetime) -> Iterator[Report]:
    for answer in _some(rng, _answers(), MOST // 4):
        page = answer.applicant
        seen = page.id, page.user_id, pages.freeze_model(page)
        yield _report(rng, now, "model", answer.casting.employer.user_id, seen, ABOUT_PAGES, answer.applied_at)


def _of_messages(rng: Random, now: datetime) -> Iterator[Report]:
    said = Message.objects.filter(kind=Kind.TEXT).select_related("room__first", "room__second", "sender")
    for message in _some(rng, said.order_by("sender__email", "created_at", "content"), MOST // 4):
        seen = message.id, message.sender_id, messages.freeze(message)
        reporter = message.room.other_than(message.sender).id
        yield _report(rng, now, "message", reporter, seen, ABOUT_MESSAGES, message.created_at)


def _answers():
    """Responses in an order that the seed alone decides."""
    rows = Response.objects.standing().select_related("applicant", "casting__employer")
    return rows.order_by("applicant__user__email", "casting__title", "casting__description", "applied_at")


def _some(rng: Random, rows, most: int) -> list:
    """A few of the rows; one at least, of any."""
    ids = list(rows.values_list("id", flat=True))
    wanted = min(most, len(ids) // 20 + 1, len(ids))
    return list(rows.filter(id__in=rng.sample(ids, wanted)))


def _report(rng: Random, now: datetime, kind: str, reporter: UUID, seen: tuple, texts: list, since: datetime) -> Report:
    """`seen` is what was reported: its id, whose it is, and how it looked."""
    reason, comment = rng.choice(texts)
    moment = since + timedelta(hours=rng.randint(1, 40))
    target_id, subject, evidence = seen
    return Report(
        reporter_id=reporter, target_type=kind, target_id=target_id, subject_id=subject, evidence=evidence,
        reason=reason, comment=comment, created_at=min(moment, now - timedelta(minutes=rng.randint(5, 300))),
    )  # fmt: skip

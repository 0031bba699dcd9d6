"""Two castings that look like frauds, so that a moderator sees what the risk says and orders."""

from random import Random

from castings import copies, screening
from castings.models import Casting
from mwork.market.casting_texts import EASY_TEXT, EASY_TITLE
from mwork.market.sign_ins import EMAILS

TEXTS = [  # a phone that nobody has (companies._company), an account that is nobody's
    (
        "Модели в рекламу косметики, без опыта, высокая оплата",
        "Набираем девушек и парней для рекламы международного бренда. Чтобы попасть в базу, нужна предоплата за "
        "портфолио 15 000 тенге, после первой съёмки деньги вернём. Места заканчиваются, пишите сегодня: "
        "+7 700 000 12 34, https://castings.example.com/almaty",
    ),
    (EASY_TITLE, f"{EASY_TEXT} Депозит за костюм 5000 тенге. Instagram: example_almaty_models"),
]


def draw(rng: Random) -> None:
    """Let active castings of companies that nobody has verified say these texts, and measure them.

    The copied one follows the casting that it copies. Fewer than two in a market without such companies.
    """
    for copied in Casting.objects.filter(description=EASY_TEXT):
        Casting.objects.filter(id=copied.id).update(text_bands=copies.bands(copied.description))
    rows = Casting.objects.filter(status="active", employer__is_verified=False).select_related("employer__user")
    rows = rows.exclude(employer__user__email__in=EMAILS.values()).exclude(is_promoted=True)
    found = sorted(rows, key=lambda casting: (casting.title, casting.description, casting.created_at))
    chosen = sorted(rng.sample(found, min(len(TEXTS), len(found))), key=lambda casting: casting.created_at)
    for casting, (title, description) in zip(chosen, TEXTS, strict=False):
        casting.title, casting.description = title, description
        screening.measure(casting)
        casting.save(update_fields=["title", "description", *screening.STORED])

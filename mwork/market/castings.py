"""Castings: the job, what it asks for, and a text that says the same."""

from random import Random

from castings.models import Casting
from mwork.market import places
from mwork.market.casting_texts import CLOSINGS, CONDITIONS, CONSENT, LEVELS, PAID, PEOPLE, SHOOT_CONDITIONS, UNPAID
from mwork.market.companies import Company
from mwork.market.days import Days
from mwork.market.job_texts import BY_CATEGORY, Job
from mwork.market.words import LANGUAGES, capital, weighted

STATUSES = {"active": 56, "completed": 22, "draft": 11, "cancelled": 11}
YOUNGEST = {16: 12, 18: 60, 20: 10, 21: 6, 23: 4, 25: 4, None: 4}
TALLEST = {"female": (168, 170, 172, 174), "male": (178, 180, 182, 184), None: (165, 168, 170)}
LEVELS_ASKED = {None: 62, "beginner": 14, "intermediate": 20, "experienced": 4}


def draw(rng: Random, company: Company, status: str, days: Days) -> Casting:
    """A random casting of this company in this status."""
    job = rng.choice(BY_CATEGORY[rng.choice(company.categories)])
    language = company.user.language
    casting = Casting(
        employer_id=company.profile.id,
        category=job.category,
        city=company.profile.city if rng.random() < 0.8 else places.draw(rng).name,
        address=places.address(rng),
        duration_days=rng.choice(job.days),
        status=status,
        **_requirements(rng, job),
    )
    casting.pay_min, casting.pay_max = _pay(rng, job, casting.duration_days)
    _schedule(rng, casting, days)
    theme = rng.choice(job.themes)[LANGUAGES.index(language)]
    casting.title = f"{rng.choice(job.titles[language])}: {theme}"
    casting.description = _description(rng, casting, rng.choice(job.about[language]).format(s=theme), language)
    return casting


def easy(company: Company, title: str, description: str, days: Days) -> Casting:
    """An active casting, two weeks old, that anybody of 16 and older fits."""
    return Casting(
        employer_id=company.profile.id,
        title=title,
        description=description,
        category="acting",
        city=company.profile.city,
        address="Студия на Абая 52",
        shoot_date=days.at(21, hour=10),
        pay_min=60_000,
        pay_max=90_000,
        status="active",
        min_age=16,
        created_at=days.at(-14, hour=11),
        announced_at=days.at(-14, hour=11),
    )


def promote(company: Company, casting: Casting) -> None:
    """Promote the casting while the company's plan still promotes any."""
    if company.promotions and casting.status == "active":
        company.promotions -= 1
        casting.promote_by_plan(company.subscription.expires_at, company.subscription.started_at)


def _schedule(rng: Random, casting: Casting, days: Days) -> None:
    """Ahead for drafts and active ones, behind for completed ones, either for cancelled ones."""
    ahead = casting.status in ("draft", "active") or (casting.status == "cancelled" and rng.random() < 0.4)
    shoot_in = rng.randint(4, 60) if ahead else -rng.randint(casting.duration_days + 1, 120)
    hour, minute = rng.choice([8, 9, 9, 10, 10, 11, 12, 14, 18]), rng.choice([0, 0, 30])
    casting.shoot_date = days.at(shoot_in, hour, minute)
    noticed = rng.randint(10, 45)  # days between the casting and its shoot
    casting.created_at = days.ago(rng, rng.randint(1, 21) if ahead else noticed - shoot_in)
    if casting.status != "draft":
        casting.announced_at = casting.created_at  # in the demo market everybody has heard of it


def _requirements(rng: Random, job: Job) -> dict:
    gender = weighted(rng, job.genders)
    min_age = weighted(rng, YOUNGEST)
    max_age = (min_age or 16) + rng.choice([8, 10, 12, 15, 20]) if rng.random() < 0.7 else None
    asks_height = rng.random() < (0.85 if job.tall else 0.15)
    min_height = rng.choice(TALLEST[gender]) if asks_height else None
    max_height = min_height + rng.choice([12, 14, 16]) if min_height and rng.random() < 0.25 else None
    return {
        "gender": gender,
        "min_age": min_age,
        "max_age": max_age,
        "min_height": min_height,
        "max_height": max_height,
        "experience": weighted(rng, LEVELS_ASKED),
    }


def _pay(rng: Random, job: Job, days: int) -> tuple[int | None, int | None]:
    """The least and the most tenge for the whole job, in steps of five thousand; None for what is not told."""
    if rng.random() < job.unpaid:
        return None, None
    least, most = job.pay
    low = rng.randrange(least, most, 5) * days
    if rng.random() < 0.25:
        return low * 1000, None
    return low * 1000, (low + max(5, round(low * rng.uniform(0.15, 0.5) / 5) * 5)) * 1000


def _description(rng: Random, casting: Casting, about: str, language: str) -> str:
    sentences = [capital(about), capital(who(casting, language))]
    if casting.experience:
        sentences.append(LEVELS[casting.experience][language])
    if casting.min_age is None or casting.min_age < 18:
        sentences.append(CONSENT[language])
    if casting.duration_days > 1:
        sentences.append(_length(casting.duration_days, language))
    conditions = rng.sample(CONDITIONS[language], rng.randint(1, 2))
    if casting.category != "promo" and rng.random() < 0.7:
        conditions.insert(0, rng.choice(SHOOT_CONDITIONS[language]))
    conditions.append(rng.choice((PAID if casting.pay_min else UNPAID)[language]))
    return " ".join([*sentences, *conditions, rng.choice(CLOSINGS[language])])


def who(casting: Casting, language: str) -> str:
    """The sentence that says whom the casting is for."""
    people = PEOPLE[language][casting.gender]
    ages, heights = (casting.min_age, casting.max_age), (casting.min_height, casting.max_height)
    if language == "ru":
        parts = [f"Ищем {people}{_ages_ru(*ages)}", *_heights_ru(*heights)]
    elif language == "kk":
        parts = [f"{_ages_kk(*ages)}{people} іздейміз", *_heights_kk(*heights)]
    else:
        parts = [f"We are looking for {people}{_ages_en(*ages)}", *_heights_en(*heights)]
    return ", ".join(parts) + "."


def _ages_ru(least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return " любого возраста"
    if most is None:
        return f" от {_years(least)}"
    return f" до {_years(most)}" if least is None else f" {least}–{_years(most)}"


def _years(count: int) -> str:
    return f"{count} {'года' if count % 10 == 1 and count != 11 else 'лет'}"


def _heights_ru(least: int | None, most: int | None) -> list[str]:
    if least is None:
        return []
    return [f"рост {least}–{most} см"] if most else [f"рост от {least} см"]


def _ages_kk(least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return "жасы шектеусіз "
    if most is None:
        return f"{least} жастан асқан "
    return f"{most} жасқа дейінгі " if least is None else f"{least}–{most} жас аралығындағы "


def _heights_kk(least: int | None, most: int | None) -> list[str]:
    if least is None:
        return []
    return [f"бойы {least}–{most} см"] if most else [f"бойы кемінде {least} см"]


def _ages_en(least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return " of any age"
    if most is None:
        return f" aged {least} and over"
    return f" up to {most}" if least is None else f" aged {least}–{most}"


def _heights_en(least: int | None, most: int | None) -> list[str]:
    if least is None:
        return []
    return [f"{least}–{most} cm tall"] if most else [f"at least {least} cm tall"]


def _length(days: int, language: str) -> str:
    """How many days the job takes."""
    if language == "ru":
        return f"Работа займёт {days} {'дня' if days < 5 else 'дней'}."
    if language == "kk":
        return f"Жұмыс {days} күнге созылады."
    return f"The job takes {days} days."

"""Earlier jobs of models, told in their own language. The companies are made up."""

from datetime import timedelta
from random import Random

from mwork.market.days import Days
from profiles.models import ModelProfile, WorkExperience

COMPANIES = [
    "Dala Fashion Days", "Sary-Arka Style Week", "Qyzyl Kilem", "Aspan Beauty", "Turan Outdoor", "Kerbez Bridal",
    "Shanyraq Home", "Urker Sport", "Meruert Jewellery", "Bota Kids", "Koktem Market", "Ulytau Denim",
    "Caspian Look", "Zerger Atelier", "Tumar Cosmetics", "Charyn Films", "Balqash Water", "Arai Magazine",
    "Студия «Свет и тень»", "Каталог «Зима»", "«Көктем» сән үйі", "«Жұлдыз» фотостудиясы",
]  # fmt: skip
POSITIONS = {
    "fashion": {"ru": "Модель лукбука", "kk": "Лукбук моделі", "en": "Lookbook model"},
    "commercial": {"ru": "Модель рекламной кампании", "kk": "Жарнама моделі", "en": "Commercial model"},
    "editorial": {"ru": "Модель журнальной съёмки", "kk": "Журнал моделі", "en": "Editorial model"},
    "runway": {"ru": "Модель показа", "kk": "Подиум моделі", "en": "Runway model"},
    "beauty": {"ru": "Бьюти-модель", "kk": "Бьюти-модель", "en": "Beauty model"},
    "fitness": {"ru": "Фитнес-модель", "kk": "Фитнес-модель", "en": "Fitness model"},
    "promo": {"ru": "Промо-модель", "kk": "Промо-модель", "en": "Promo model"},
    "acting": {"ru": "Эпизодическая роль", "kk": "Эпизодтық рөл", "en": "Supporting role"},
}
SHORT, LONG = (0, 1, 2), (0, 1, 2, 30, 90, 180, 365)  # days
JOBS = {"beginner": (0, 1), "intermediate": (1, 3), "experienced": (2, 5), None: (0, 0)}


def draw(rng: Random, profile: ModelProfile, language: str, years: int, days: Days) -> list[WorkExperience]:
    """Earlier jobs within so many years, as many as the experience suggests; the last of some goes on."""
    rows = []
    for _ in range(rng.randint(*JOBS[profile.experience]) if years else 0):
        start = days.date_ago(rng.randint(30, years * 365))
        end = start + timedelta(days=rng.choice(SHORT if profile.experience == "beginner" else LONG))
        category = rng.choice(profile.categories or ["commercial"])
        rows.append(
            WorkExperience(
                profile_id=profile.id,
                company=rng.choice(COMPANIES),
                position=POSITIONS[category][language],
                start_date=start,
                end_date=end if end < days.today else None,
            )
        )
    return rows

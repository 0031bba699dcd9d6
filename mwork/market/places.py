"""The cities where people live and shoot, with the forms that sentences need."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class City:
    """`name` is what the API shows; `at` and `of` are "in the city" and "from the city" by language."""

    name: str
    weight: int
    at: dict[str, str]
    of: dict[str, str]


def _city(name: str, weight: int, ru_at: str, ru_of: str, kk_at: str, kk_of: str) -> City:
    return City(
        name,
        weight,
        at={"ru": ru_at, "kk": kk_at, "en": f"in {name}"},
        of={"ru": ru_of, "kk": kk_of, "en": f"from {name}"},
    )


CITIES = [
    _city("Almaty", 400, "в Алматы", "из Алматы", "Алматыда", "Алматыдан"),
    _city("Astana", 230, "в Астане", "из Астаны", "Астанада", "Астанадан"),
    _city("Shymkent", 95, "в Шымкенте", "из Шымкента", "Шымкентте", "Шымкенттен"),
    _city("Karaganda", 50, "в Караганде", "из Караганды", "Қарағандыда", "Қарағандыдан"),
    _city("Aktobe", 42, "в Актобе", "из Актобе", "Ақтөбеде", "Ақтөбеден"),
    _city("Atyrau", 30, "в Атырау", "из Атырау", "Атырауда", "Атыраудан"),
    _city("Aktau", 28, "в Актау", "из Актау", "Ақтауда", "Ақтаудан"),
    _city("Pavlodar", 26, "в Павлодаре", "из Павлодара", "Павлодарда", "Павлодардан"),
    _city("Oskemen", 26, "в Усть-Каменогорске", "из Усть-Каменогорска", "Өскеменде", "Өскеменнен"),
    _city("Taraz", 25, "в Таразе", "из Тараза", "Таразда", "Тараздан"),
    _city("Kostanay", 20, "в Костанае", "из Костаная", "Қостанайда", "Қостанайдан"),
    _city("Kyzylorda", 20, "в Кызылорде", "из Кызылорды", "Қызылордада", "Қызылордадан"),
    _city("Semey", 20, "в Семее", "из Семея", "Семейде", "Семейден"),
    _city("Turkistan", 16, "в Туркестане", "из Туркестана", "Түркістанда", "Түркістаннан"),
    _city("Oral", 15, "в Уральске", "из Уральска", "Оралда", "Оралдан"),
    _city("Kokshetau", 11, "в Кокшетау", "из Кокшетау", "Көкшетауда", "Көкшетаудан"),
    _city("Petropavl", 11, "в Петропавловске", "из Петропавловска", "Петропавлда", "Петропавлдан"),
    _city("Taldykorgan", 10, "в Талдыкоргане", "из Талдыкоргана", "Талдықорғанда", "Талдықорғаннан"),
]
BY_NAME = {city.name: city for city in CITIES}

ADDRESSES = [
    "Абая {n}", "Достык {n}", "Сатпаева {n}", "Толе би {n}", "Жибек жолы {n}", "Бейбитшилик {n}",
    "Республика даңғылы, {n}", "Тәуелсіздік даңғылы, {n}", "Студия на Гоголя {n}", "Абай көшесі, {n}",
    "Бизнес-центр, {f} этаж", "Dostyk {n}, studio {f}", "Satpayev {n}, hall {f}",
]  # fmt: skip


def draw(rng: Random) -> City:
    """A city, by the size of its market."""
    return rng.choices(CITIES, [city.weight for city in CITIES])[0]


def address(rng: Random) -> str:
    """Where to come; empty when it is told later."""
    if rng.random() < 0.25:
        return ""
    return rng.choice(ADDRESSES).format(n=rng.randint(2, 190), f=rng.randint(1, 9))

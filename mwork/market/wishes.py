"""What people look for: saved searches, and the invitations that a few models get."""

from collections.abc import Sequence
from random import Random

from castings import searches
from castings.models import Casting, Invitation, SavedSearch
from castings.requirements import unmet
from mwork.market.companies import Company
from mwork.market.days import Days
from mwork.market.people import Model

NAMES = {
    "kk": {"castings": "{city} кастингтері", "models": "{city} модельдері"},
    "ru": {"castings": "Кастинги: {city}", "models": "Модели: {city}"},
    "en": {"castings": "Castings in {city}", "models": "Models in {city}"},
}
INVITED = 4  # models of one casting
TRIES = 8  # models looked at for each who is invited


def search_of_model(rng: Random, model: Model, *, certain: bool = False) -> list[SavedSearch]:
    """Every third model looks for castings of her city, in one of her categories if she has named some."""
    if not certain and rng.random() > 0.33:
        return []
    filters = {"city": model.profile.city}
    if model.profile.categories:
        filters["category"] = rng.choice(model.profile.categories)
    return [_search(rng, model.user, "castings", filters, "daily" if rng.random() < 0.4 else "instant")]


def search_of_company(rng: Random, company: Company, *, certain: bool = False) -> list[SavedSearch]:
    """Every fourth company looks for models of its city."""
    if not certain and rng.random() > 0.25:
        return []
    filters = {"city": company.profile.city, "min_age": 18, "category": rng.choice(company.categories)}
    return [_search(rng, company.user, "models", filters, "daily")]


def invite(rng: Random, casting: Casting, answered: set, people: Sequence[Model], days: Days) -> list[Invitation]:
    """Invitations to an active casting, to models who fit; whoever has answered has accepted hers."""
    if casting.status != "active":
        return []
    rows = []
    for model in rng.sample(people, min(len(people), INVITED * TRIES)):
        profile = model.profile
        if len(rows) == INVITED:
            break
        if profile.visibility == "hidden" or unmet(casting, profile, days.today):
            continue
        since = max(casting.created_at, model.user.created_at)
        status = "accepted" if profile.id in answered else "declined" if rng.random() < 0.2 else "pending"
        moment = since + (days.midnight - since) * rng.random()
        rows.append(Invitation(casting_id=casting.id, model_id=profile.id, status=status, created_at=moment))
    return rows


def _search(rng: Random, user, target: str, filters: dict, alert: str) -> SavedSearch:
    name = NAMES[user.language][target].format(city=filters["city"])
    texts = {key: str(value) for key, value in filters.items()}
    row = SavedSearch(user_id=user.id, name=name, target=target, filters=filters, alert=alert)
    form = searches.form(target, texts)
    form.is_valid()
    searches.take_apart(row, form.cleaned_data)
    return row

"""How a model is doing."""

from datetime import datetime

from castings.analytics import stretch, unread
from castings.analytics.stretch import Stretch
from castings.analytics_models import CityStanding
from castings.models import Response, ResponseStatus
from mwork import daily_views
from profiles.models import ModelProfile, ModelView, Visibility

MOST_CITIES = 50


def figures(profile: ModelProfile, period: int, *, advanced: bool, at: datetime | None = None) -> dict:
    """The figures of so many days, today among them, as docs/analytics.md defines them. The queries are always as many.

    The advanced ones are absent unless asked for.
    """
    asked = Stretch.of(period, at)
    own = ModelProfile.objects.filter(id=profile.id)
    views = daily_views.tally(ModelView, own, asked.first, asked.last, "day", "role", "city")
    sent = stretch.by_day_and_status(asked.within(Response.objects.filter(applicant=profile)))
    responses = stretch.by_status(sent)
    result = {
        "period": period,
        "date_from": asked.first,
        "date_to": asked.last,
        "profile_views": sum(views["day"].values()),
        "responses": responses,
        "acceptance_rate": acceptance_rate(responses),
        "unread": unread.of(profile.user),
    }
    if advanced:
        result |= {
            "daily": stretch.series(asked, views["day"], sent),
            "views_by_city": stretch.views_by_city(views["city"], MOST_CITIES),
            "views_by_role": stretch.views_by_role(views["role"]),
            "city_place": city_place(profile, period),
        }
    return result


def acceptance_rate(responses: dict[str, int]) -> float | None:
    """The share of the responses that are accepted, to four places; None without any."""
    if not responses["total"]:
        return None
    return round(responses[ResponseStatus.ACCEPTED] / responses["total"], 4)


def city_place(profile: ModelProfile, period: int) -> dict | None:
    """Where she stands among the listed models of her city; None while she is not listed, or not counted there yet."""
    standing = CityStanding.objects.filter(profile=profile, city_key=profile.city_key).first()
    if standing is None or profile.visibility != Visibility.PUBLIC:
        return None
    return {
        "city": profile.city,
        "place": getattr(standing, f"place_{period}"),
        "of": standing.of,
        "views": getattr(standing, f"views_{period}"),
        "as_of": standing.as_of,
    }

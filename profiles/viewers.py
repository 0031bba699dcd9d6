"""Who looks at a page, as its daily views tell it: a role and a city."""

from uuid import UUID

from django.contrib.auth import get_user_model


def role_and_city(user_id: UUID | str | None) -> dict[str, str]:
    """The user's role and the city of her profile, each empty when there is none. Nobody has neither."""
    columns = ("role", "model_profile__city", "employer_profile__city")
    users = get_user_model().objects.filter(id=user_id).values_list(*columns) if user_id else []
    for role, *cities in users:
        return {"role": role, "city": next(filter(None, cities), "")}
    return {"role": "", "city": ""}

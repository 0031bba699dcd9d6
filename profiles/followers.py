"""Following organizations: whoever follows one hears of its new castings."""

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from mwork.api.errors import NotFound
from profiles.models import EmployerProfile, Follow


@transaction.atomic
def follow(*, user, organization: EmployerProfile) -> None:
    """Again is the same. NotFound when either account closes at this moment."""
    # Both are locked, so that an account that closes finds this row or refuses it; in the order in which it locks them.
    company = EmployerProfile.objects.filter(id=organization.id, closed_at=None)
    person = get_user_model().objects.present().filter(id=user.id)
    for rows in (company, person):
        if not rows.select_for_update(no_key=True).values_list("id"):
            raise NotFound
    Follow.objects.get_or_create(user=user, organization=organization)


def unfollow(*, user, organization_id) -> bool:
    """False when it was not followed."""
    return bool(Follow.objects.filter(user=user, organization=organization_id).delete()[0])


def erase(*, user) -> None:
    """Forget whom a closed account followed, and who followed it."""
    follows = Follow.objects.filter(Q(user=user) | Q(organization__user=user))
    # In one order, all at once: two who follow each other may close their accounts at the same moment.
    list(follows.select_for_update(of=["self"]).order_by("id"))
    follows.delete()

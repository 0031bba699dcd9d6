"""Who may act for which employer: the one place that says so.

A right is a set of roles in the employer's team (profiles.models.Member, the owner's row among them). It is asked in
the query that loads the row it is about, so that somebody who was removed a moment ago is refused by the next request,
and a write holds the member's row besides, so that it never lands after the right has gone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Subquery, Value

from mwork.api.errors import Forbidden
from profiles.models import EmployerProfile, Member, MemberRole


class Right(Enum):
    """What may be done, and the roles that may: see the table in docs/organizations.md."""

    READ = frozenset(MemberRole)
    EDIT = frozenset({MemberRole.OWNER, MemberRole.ADMIN, MemberRole.EDITOR})  # castings, responses, the roster
    MANAGE = frozenset({MemberRole.OWNER, MemberRole.ADMIN})  # the team


def allows(role: str | None, right: Right) -> bool:
    """Has this role in an employer's team (None: no place there) the right?"""
    return role in right.value


def employers(user, right: Right = Right.READ) -> models.QuerySet:
    """The ids of the employers for whom this user has the right, for the IN of a query; none for an anonymous one."""
    places = (
        Member.objects.filter(user=user.pk, role__in=right.value) if user.is_authenticated else Member.objects.none()
    )
    return places.values("organization_id")


def role(user, column: str) -> models.expressions.Combinable:
    """The user's role in the team of the employer that the row's `column` names: to be annotated as `acting_role`."""
    if not user.is_authenticated:
        return Value(None, models.CharField())
    return Subquery(Member.objects.filter(user=user.pk, organization=OuterRef(column)).values("role")[:1])


def may(user, right: Right, employer_id: UUID) -> bool:
    """One query: ask it where the row was not loaded with its `acting_role`."""
    return Member.objects.filter(user=user.pk, organization=employer_id, role__in=right.value).exists()


def people(employer_id: UUID, right: Right) -> models.QuerySet:
    """The ids of the users who have the right: whoever is told of what concerns it."""
    return Member.objects.filter(organization=employer_id, role__in=right.value).values("user_id")


def hold(user, right: Right, employer_id: UUID) -> Member:
    """The user's place in the team, which nobody changes until this transaction ends.

    Forbidden without the right, and for all of the team while the owner is banned: nothing is done in the company's
    name then. To be locked after subscriptions and the employer's profile, and before castings.
    """
    places = Member.objects.select_for_update(no_key=True).filter(user=user.pk, organization=employer_id)
    absent = EmployerProfile.objects.filter(id=employer_id, user__in=get_user_model().objects.absent())
    member = places.filter(~Exists(absent)).first()
    if member is None or not allows(member.role, right):
        raise Forbidden
    return member


@contextmanager
def held(user, employer_id: UUID, right: Right = Right.EDIT) -> Iterator[None]:
    """A transaction throughout which the user has the right; Forbidden otherwise."""
    with transaction.atomic():
        hold(user, right, employer_id)
        yield

"""People of staff, each with a browser, and a row of every table that the admin shows."""

import pytest
from django.contrib.auth.models import Group

from tests import factories


def member(*groups: str, **fields):
    """Somebody of role admin in these groups."""
    person = factories.staff(**fields)
    person.groups.set(Group.objects.filter(name__in=groups))
    return person


@pytest.fixture
def root(client, db):
    """The browser of a superuser's."""
    client.force_login(factories.staff(is_superuser=True, email="root@example.kz"))
    return client


@pytest.fixture
def moderator(client, db):
    client.person = member("moderators", email="moderator@example.kz")
    client.force_login(client.person)
    return client

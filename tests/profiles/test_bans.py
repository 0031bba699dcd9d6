"""A model's page carries its user's ban: the copy follows every change, whatever happens at the same moment."""

from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts import moderation
from profiles import services
from profiles.models import ModelProfile
from tests import factories
from tests.races import at_once

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
LOOKS = {"name": "Айгерім", "birth_date": "2003-05-14", "gender": "female", "height": 176, "city": "Almaty"}


def copy_of(profile) -> datetime | None:
    return ModelProfile.objects.values_list("absent_until", flat=True).get(id=profile.id)


@pytest.mark.django_db
def test_the_page_follows_its_users_ban():
    profile, at = factories.model(), timezone.now()
    assert copy_of(profile) is None

    moderation.ban(user=profile.user, actor=None, reason="x", until=at + timedelta(hours=1))
    assert copy_of(profile) == at + timedelta(hours=1)
    assert not ModelProfile.objects.of_present_users(at).exists()
    assert ModelProfile.objects.of_present_users(at + timedelta(hours=1)).exists()

    moderation.ban(user=profile.user, actor=None, reason="x")
    assert copy_of(profile) == NEVER

    moderation.unban(user=profile.user, actor=None, reason="x")
    assert copy_of(profile) is None
    assert ModelProfile.objects.of_present_users(at).exists()


@pytest.mark.django_db
def test_a_stale_row_that_is_saved_whole_lifts_no_ban():
    profile = factories.model()
    factories.banned(profile.user)

    profile.save()

    assert copy_of(profile) == NEVER


@pytest.mark.django_db
def test_a_page_made_by_a_banned_user_is_banned():
    assert copy_of(factories.model(person=factories.banned(factories.user()))) == NEVER


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["ban", "page"])
def test_a_page_made_while_its_user_is_banned_is_banned(first):
    """Whoever comes second waits for the first one's commit: neither misses the other."""
    user, first_has_written = factories.user(), Barrier(2)
    acts = {
        "ban": lambda: moderation.ban(user=user, actor=None, reason="x"),
        "page": lambda: services.create(ModelProfile, user=user, **LOOKS),
    }
    second = "page" if first == "ban" else "ban"

    def act(number: int):
        if number == 1:
            first_has_written.wait(timeout=10)
            acts[second]()
            return
        with transaction.atomic():
            acts[first]()
            first_has_written.wait(timeout=10)
            wait_until_somebody_waits()

    at_once(2, act)

    assert copy_of(user.model_profile) == NEVER


def wait_until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(1000):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_sleep(0.01) IS NOT NULL")
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits")

"""Staff who decide and owners who change their minds, at the same moment."""

from collections import Counter
from threading import Barrier

import pytest
from django.db import transaction

from accounts.models import AuditEntry, User
from castings import moderation, services
from castings.models import Casting
from castings.signals import casting_published
from notifications.models import Notification
from tests import factories
from tests.accounts.test_races import tries
from tests.conftest import Api
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]


@pytest.fixture
def published():
    """The ids of the castings that were published meanwhile."""
    heard = []

    def hear(casting, **kwargs):
        heard.append(casting.id)

    casting_published.connect(hear)
    yield heard
    casting_published.disconnect(hear)


def test_ten_approvals_are_one_publication(published):
    casting, staff = factories.casting(moderation="waiting"), factories.staff()
    factories.model()

    outcomes = at_once(10, tries(lambda _: moderation.approve(casting=casting, actor=staff, reason="x")))

    assert Counter(outcomes) == {True: 1, "INVALID_STATE": 9}
    assert published == [casting.id]
    told = Counter(Notification.objects.values_list("kind", flat=True))
    assert told == {"casting_approved": 1, "new_casting": 1}
    assert AuditEntry.objects.count() == 1


def test_without_the_lock_it_is_published_ten_times(published):
    """The control: ten who look before anybody has written all publish it."""
    casting, everybody_has_looked = factories.casting(moderation="waiting"), Barrier(10)

    def approve_unlocked(_):
        with transaction.atomic():
            row = Casting.objects.get(id=casting.id)
            assert row.moderation == "waiting"
            everybody_has_looked.wait(timeout=10)
            Casting.objects.filter(id=row.id).update(moderation="approved")
            casting_published.send(sender=Casting, casting=row)

    at_once(10, approve_unlocked)

    assert len(published) == 10


@pytest.mark.parametrize("status", ["cancelled", "completed", "draft"])
def test_an_approval_and_its_owners_other_will_end_in_one_of_the_two_orders(published, status):
    for _ in range(5):
        published.clear()
        casting, staff = factories.casting(moderation="waiting"), factories.staff()
        owner = Api(casting.employer.user)
        acts = [
            tries(lambda _, c=casting, s=staff: moderation.approve(casting=c, actor=s, reason="x")),
            lambda _, c=casting, o=owner: o.patch(f"/castings/{c.id}/status", {"status": status}).status_code,
        ]

        approved, moved = at_once(2, lambda number, acts=acts: acts[number](number))

        casting.refresh_from_db()
        assert (moved, casting.status) == (200, status)
        # Approved first: published, then moved on. Moved first: there was nothing to approve, and nobody saw it. A
        # draft may be approved beforehand; it is published when its owner says so.
        unseen = {"cancelled": "waiting", "completed": "waiting", "draft": "none"}[status]
        assert casting.moderation == ("approved" if approved is True else unseen)
        assert len(published) <= (approved is True)
        if status != "draft":
            assert len(published) == (approved is True)


def test_an_approval_and_a_change_of_the_words_never_publish_words_that_nobody_saw(settings):
    settings.CASTING_PREMODERATION = "all"
    for _ in range(5):
        casting, staff = factories.casting(moderation="waiting"), factories.staff()
        acts = [
            tries(lambda _, c=casting, s=staff: moderation.approve(casting=c, actor=s, reason="x")),
            lambda _, c=casting: services.change(casting=c, description="Совсем другое"),
        ]

        at_once(2, lambda number, acts=acts: acts[number](number))

        casting.refresh_from_db()
        log = AuditEntry.objects.about(casting).get()
        approved_before_it_was_changed = log.created_at < casting.updated_at
        assert casting.moderation == ("waiting" if approved_before_it_was_changed else "approved")


def test_approval_and_refusal_end_in_one_of_the_two():
    for _ in range(5):
        casting, staff = factories.casting(moderation="waiting"), factories.staff()
        acts = [moderation.refuse, moderation.approve]

        outcomes = at_once(2, tries(lambda n, a=acts, c=casting, s=staff: a[n](casting=c, actor=s, reason="x")))

        casting.refresh_from_db()
        # What was refused may be approved after all, by whoever waited for the lock.
        assert casting.moderation == ("approved" if outcomes[1] is True else "refused")
        assert Notification.objects.filter(user=casting.employer.user).count() == outcomes.count(True)


def test_an_approval_while_the_owner_leaves_ends_in_one_of_the_two(published):
    for _ in range(5):
        published.clear()
        casting, staff = factories.casting(moderation="waiting"), factories.staff()
        owner = Api(casting.employer.user)
        acts = [
            tries(lambda _, c=casting, s=staff: moderation.approve(casting=c, actor=s, reason="x")),
            lambda _, o=owner: o.delete("/auth/me", {"password": factories.PASSWORD}).status_code,
        ]

        approved, left = at_once(2, lambda number, acts=acts: acts[number](number))

        assert left == 204
        assert approved in (True, "NOT_FOUND")
        assert not Casting.objects.active().exists()
        assert not Notification.objects.exclude(user__role="admin").filter(user__in=User.objects.absent()).exists()

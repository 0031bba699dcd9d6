"""Invitations, saved searches and their alerts, with threads on the real database."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from castings import invitations, searches
from castings.models import Invitation, SavedSearch
from mwork import clock
from notifications import alerts, announcements
from notifications.models import Notification
from tests import factories
from tests.conftest import Api
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]


def statuses(answers) -> Counter:
    return Counter(answer.status_code for answer in answers)


def test_a_model_is_invited_once_of_ten_at_once():
    employer, profile = factories.employer(), factories.model()
    client, casting = Api(employer.user), factories.casting(of=employer)

    answers = at_once(10, lambda _: client.post(f"/castings/{casting.id}/invitations", {"model_ids": [profile.id]}))

    results = Counter(answer.json()["data"]["results"][0]["status"] for answer in answers)
    assert results == {"created": 1, "error": 9}
    assert Invitation.objects.count() == Notification.objects.count() == 1


def test_a_days_invitations_are_exact_over_two_castings(monkeypatch):
    monkeypatch.setattr(invitations, "MOST_A_DAY", 3)
    employer, models = factories.employer(), [factories.model() for _ in range(8)]
    client, castings = Api(employer.user), [factories.casting(of=employer) for _ in range(2)]

    answers = at_once(
        8,
        lambda number: client.post(
            f"/castings/{castings[number % 2].id}/invitations", {"model_ids": [models[number].id]}
        ),
    )

    assert statuses(answers) == {200: 3, 429: 5}
    assert Invitation.objects.count() == 3


def test_inviting_and_answering_at_once_leave_an_accepted_invitation_or_none():
    for _ in range(4):
        employer, profile = factories.employer(), factories.model()
        casting, owner, model = factories.casting(of=employer), Api(employer.user), Api(profile.user)
        body = {"model_ids": [profile.id]}
        acts = [
            lambda owner=owner, casting=casting, body=body: owner.post(f"/castings/{casting.id}/invitations", body),
            lambda model=model, casting=casting: model.post(f"/castings/{casting.id}/responses", {}),
        ]

        answers = at_once(2, lambda number, acts=acts: acts[number]())

        assert [answer.status_code for answer in answers] == [200, 201]
        assert set(Invitation.objects.filter(casting=casting).values_list("status", flat=True)) <= {"accepted"}


def test_declining_and_answering_at_once_end_accepted():
    for _ in range(4):
        invitation = factories.casting_invitation()
        model = Api(invitation.model.user)
        addresses = [f"/invitations/{invitation.id}/decline", f"/castings/{invitation.casting_id}/responses"]

        answers = at_once(2, lambda number, model=model, addresses=addresses: model.post(addresses[number], {}))

        assert answers[1].status_code == 201
        assert answers[0].status_code in (200, 409)
        invitation.refresh_from_db()
        assert invitation.status == "accepted"


def test_the_number_of_saved_searches_is_exact_and_their_names_are_unique(monkeypatch):
    monkeypatch.setattr(searches, "MOST", 3)
    client, other = Api(factories.user()), Api(factories.user())

    answers = at_once(8, lambda number: client.post("/searches", {"name": f"Поиск {number}"}))
    same = at_once(8, lambda _: other.post("/searches", {"name": "Поиск"}))

    assert statuses(answers) == {201: 3, 409: 5}
    assert statuses(same) == {201: 1, 409: 7}
    assert SavedSearch.objects.count() == 4


def test_alerts_and_digests_are_told_once_by_ten_workers():
    reader = factories.user(role="employer")
    factories.search(of=reader)
    factories.search(of=reader, alert="daily", name="День")
    factories.search(of=reader, target="models", name="Модели")
    castings = [factories.casting(min_height=249) for _ in range(2)]
    factories.model()
    morning = timezone.now().astimezone(clock.ALMATY).replace(hour=12) + timedelta(days=1)

    told = at_once(10, lambda number: announcements.announce(castings[number % 2].id))
    models = at_once(10, lambda _: alerts.tell_of_models())
    Notification.objects.filter(kind="search_casting").delete()  # else the digest has nothing new to say
    digests = at_once(10, lambda _: alerts.collect(morning))

    assert (sum(told), sum(models), sum(digests)) == (2, 1, 1)
    assert Counter(Notification.objects.values_list("kind", flat=True)) == {"search_model": 1, "search_castings": 1}
    assert Notification.objects.get(kind="search_castings").data["count"] == 2

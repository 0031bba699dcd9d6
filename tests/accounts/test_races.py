"""Two members of staff, or two reporters, at the same moment."""

from collections import Counter
from threading import Barrier

import pytest
from django.db import transaction
from django.utils import timezone

from accounts import audit, moderation, reports
from accounts.models import AuditEntry, Report, User
from castings import moderation as castings
from castings.models import Casting
from mwork.api.errors import ApiError, InvalidState
from notifications.models import Notification
from tests import factories
from tests.accounts.test_reports import SETTLED, body
from tests.conftest import Api
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]


def tries(act):
    """What `act(number)` did: True, or the error of the contract that it was refused with."""

    def run(number: int):
        try:
            act(number)
        except ApiError as error:
            return str(error.code)
        return True

    return run


def test_ten_reports_at_once_are_one():
    client, casting = Api(factories.user()), factories.casting()

    answers = at_once(10, lambda _: client.post("/reports", body("casting", casting.id)))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}
    assert Report.objects.count() == 1


@pytest.mark.parametrize("action", [None, "hide", "ban"])
def test_two_moderators_settle_a_report_once(action):
    report, staff = factories.report(), [factories.staff() for _ in range(6)]

    def settle(number):
        report_as_read = Report.objects.get(id=report.id)
        reports.resolve(report=report_as_read, actor=staff[number], action=action, **SETTLED)

    outcomes = at_once(6, tries(settle))

    assert Counter(outcomes) == {True: 1, "INVALID_STATE": 5}
    told = Counter(Notification.objects.values_list("user_id", flat=True))
    assert told == {report.reporter_id: 1, **({report.subject_id: 1} if action else {})}
    logged = Counter(AuditEntry.objects.values_list("action", flat=True))
    assert logged == {"resolve": 1, **({action: 1} if action else {})}


def test_resolving_and_dismissing_at_once_end_in_one_of_the_two():
    for _ in range(4):
        report, staff = factories.report(), factories.staff()
        acts = [reports.resolve, reports.dismiss]

        outcomes = at_once(2, tries(lambda number, r=report, s=staff, a=acts: a[number](report=r, actor=s, **SETTLED)))

        report.refresh_from_db()
        assert outcomes[report.status == "dismissed"] is True
        assert Notification.objects.filter(user=report.reporter).count() == 1


def test_moderators_who_settle_overlapping_reports_with_the_others_do_not_wait_for_each_other_for_ever():
    casting = factories.casting()
    rows = [factories.report(of=casting, by=factories.user()) for _ in range(6)]
    staff = factories.staff()

    outcomes = at_once(
        6, tries(lambda n: reports.resolve(report=rows[n], actor=staff, action="hide", with_others=True, **SETTLED))
    )

    assert Counter(outcomes) == {True: 1, "INVALID_STATE": 5}
    assert Report.objects.filter(status="resolved").count() == 6
    assert Notification.objects.count() == 7


def test_a_ban_and_an_unban_at_once_end_as_the_log_says():
    for _ in range(4):
        person, staff = factories.user(), factories.staff()
        acts = [
            lambda p=person, s=staff: moderation.ban(user=p, actor=s, reason="x"),
            lambda p=person, s=staff: moderation.unban(user=p, actor=s, reason="y"),
        ]

        outcomes = at_once(4, tries(lambda number, acts=acts: acts[number % 2]()))

        person.refresh_from_db()
        log = list(AuditEntry.objects.about(person).order_by("created_at", "id").values_list("action", flat=True))
        # Bans and unbans take turns, however they came; whoever found nothing to do was told so.
        assert log == ["ban", "unban", "ban", "unban"][: len(log)]
        assert outcomes.count(True) == len(log)
        assert person.is_banned() == (log[-1] == "ban")


def test_ten_bans_at_once_are_one():
    person, staff = factories.user(), factories.staff()

    outcomes = at_once(10, tries(lambda _: moderation.ban(user=person, actor=staff, reason="x")))

    assert Counter(outcomes) == {True: 1, "INVALID_STATE": 9}
    assert AuditEntry.objects.count() == Notification.objects.count() == 1


def test_without_the_lock_a_ban_is_logged_ten_times():
    """The control: ten who look before anybody has written all find something to do."""
    person, everybody_has_looked = factories.user(), Barrier(10)

    def ban_unlocked(_):
        with transaction.atomic():
            if User.objects.get(id=person.id).is_banned():
                return
            everybody_has_looked.wait(timeout=10)
            User.objects.filter(id=person.id).update(banned_at=timezone.now())
            audit.record(actor=None, action="ban", target=person, reason="x")

    at_once(10, ban_unlocked)

    assert AuditEntry.objects.count() == 10


def test_a_casting_is_hidden_once():
    casting, staff = factories.casting(), factories.staff()

    outcomes = at_once(10, tries(lambda _: castings.hide(casting=casting, actor=staff, reason="x")))

    assert Counter(outcomes) == {True: 1, "INVALID_STATE": 9}
    assert AuditEntry.objects.count() == Notification.objects.count() == 1


def test_a_casting_that_is_hidden_while_it_is_published_is_not_shown():
    for _ in range(4):
        casting, staff = factories.casting(status="draft"), factories.staff()
        owner = Api(casting.employer.user)
        acts = [
            lambda c=casting, s=staff: castings.hide(casting=c, actor=s, reason="x"),
            lambda c=casting, o=owner: o.patch(f"/castings/{c.id}/status", {"status": "active"}),
        ]

        at_once(2, lambda number, acts=acts: acts[number]())

        assert not Casting.objects.active().filter(id=casting.id).exists()


def test_a_report_settled_while_the_person_leaves_keeps_nothing():
    for _ in range(6):
        profile = factories.model()
        report, staff, leaver = factories.report(of=profile), factories.staff(), Api(profile.user)
        acts = [
            lambda r=report, s=staff: reports.resolve(report=r, actor=s, **SETTLED),
            lambda c=leaver: c.delete("/auth/me", {"password": factories.PASSWORD}),
        ]

        _settled, left = at_once(2, lambda number, acts=acts: acts[number]())

        report.refresh_from_db()
        assert (left.status_code, report.evidence, report.comment) == (204, {}, "")


def test_a_ban_while_the_person_leaves_ends_in_one_of_the_two():
    for _ in range(6):
        profile, staff = factories.model(), factories.staff()
        report, leaver = factories.report(of=profile), Api(profile.user)
        acts = [
            lambda r=report, s=staff: reports.resolve(report=r, actor=s, action="ban", **SETTLED),
            lambda c=leaver: c.delete("/auth/me", {"password": factories.PASSWORD}).status_code,
        ]

        outcome, left = at_once(2, lambda number, acts=acts: _or_refused(acts[number]))

        # Left first: nobody is there to be banned. Banned first: either the request was past its token, or it is 401.
        assert (outcome, left) in ((InvalidState, 204), (None, 204), (None, 401))


def _or_refused(act):
    try:
        found = act()
    except ApiError as error:
        return type(error)
    return found if isinstance(found, int) else None

"""What staff decide about people."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from accounts import moderation
from accounts.models import AuditEntry
from mwork.api.errors import Forbidden, Invalid, InvalidState
from notifications.models import Notification
from tests import factories
from tests.conftest import Api, data, error
from tests.notifications.conftest import deliver_all, kinds


def log() -> list[tuple]:
    return list(AuditEntry.objects.order_by("created_at", "id").values_list("action", "reason"))


def test_a_ban_ends_the_sessions_is_logged_and_told(model, staff, mailoutbox):
    until = timezone.now() + timedelta(days=3)

    banned = moderation.ban(user=model.person, actor=staff.person, reason="Asks for money", until=until)

    error(model.get("/auth/me"), 401, "INVALID_TOKEN")
    assert (banned.banned_until, banned.ban_reason) == (until, "Asks for money")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.subject, entry.action) == (staff.person, model.person, "ban")
    assert entry.details == {"until": until.isoformat()}
    assert kinds(model.person) == ["account_suspended"]
    assert Notification.objects.get().data["reason"] == "Asks for money"
    assert deliver_all() == 1, "she can't look here: the letter is the only way"
    assert "Asks for money" in mailoutbox[0].body


def test_the_end_of_a_ban_may_be_changed_but_the_same_again_is_nothing_to_do(db):
    person, until = factories.user(), timezone.now() + timedelta(days=3)
    factories.banned(person)

    with pytest.raises(InvalidState):
        factories.banned(person)
    moderation.ban(user=person, actor=None, reason="First time", until=until)

    person.refresh_from_db()
    assert (person.banned_until, person.ban_reason) == (until, "First time")
    assert log() == [("ban", "fake"), ("ban", "First time")]


def test_an_unban_is_logged_and_told_and_needs_a_ban_in_force(model, staff):
    with pytest.raises(InvalidState):
        moderation.unban(user=model.person, actor=staff.person, reason="x")
    soon = timezone.now() + timedelta(hours=1)
    moderation.ban(user=model.person, actor=staff.person, reason="x", until=soon)
    with pytest.raises(InvalidState):
        moderation.unban(user=model.person, actor=staff.person, reason="x", at=soon + timedelta(seconds=1))

    moderation.unban(user=model.person, actor=staff.person, reason="Apologised")

    assert log() == [("ban", "x"), ("unban", "Apologised")]
    assert kinds(model.person) == ["account_suspended", "account_restored"]
    data(Api(model.person).get("/auth/me"))


def test_ended_sessions_are_dead_and_told(model, staff):
    assert moderation.end_sessions(user=model.person, actor=staff.person, reason="A stolen phone") == 1

    error(model.get("/auth/me"), 401, "INVALID_TOKEN")
    assert (log(), kinds(model.person)) == ([("end_sessions", "A stolen phone")], ["sessions_ended"])
    with pytest.raises(InvalidState):
        moderation.end_sessions(user=model.person, actor=staff.person, reason="again")


def test_staff_are_decided_on_by_superusers_and_the_operator_only_and_nobody_bans_himself(db):
    moderator, other, chief = factories.staff(), factories.staff(), factories.staff(is_superuser=True)

    for actor, user in ((moderator, other), (moderator, chief), (moderator, moderator), (chief, chief)):
        with pytest.raises(Forbidden):
            moderation.ban(user=user, actor=actor, reason="x")
    with pytest.raises(Forbidden):
        moderation.ban(user=moderator, actor=factories.user(), reason="x")
    moderation.ban(user=other, actor=chief, reason="x")
    moderation.ban(user=moderator, actor=None, reason="x")

    assert AuditEntry.objects.count() == 2


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"until": timezone.now() - timedelta(seconds=1)}])
def test_a_ban_refuses_what_is_wrong_and_changes_nothing(model, staff, wrong):
    with pytest.raises(Invalid) as refused:
        moderation.ban(user=model.person, actor=staff.person, **{"reason": "x", **wrong})

    assert list(refused.value.details) == list(wrong)
    data(model.get("/auth/me"))
    assert not AuditEntry.objects.exists()


def test_the_commands_are_logged_as_the_operators(model, capsys):
    call_command("ban", model.person.email)
    with translation.override("en"), pytest.raises(CommandError, match="already"):
        call_command("ban", model.person.email)
    call_command("unban", model.person.email, "--reason", "A mistake of ours")
    call_command("unban", model.person.email)
    call_command("grant_plan", model.person.email, "PRO", "--reason", "A prize")

    entries = AuditEntry.objects.order_by("created_at", "id")
    assert [(entry.actor, entry.action) for entry in entries] == [(None, "ban"), (None, "unban"), (None, "grant")]
    assert [entry.reason for entry in entries][1:] == ["A mistake of ours", "A prize"]
    assert kinds(model.person) == ["account_banned", "account_restored", "plan_granted"]
    # A reason that nobody gave is not told.
    assert "reason" not in Notification.objects.get(kind="account_banned").data

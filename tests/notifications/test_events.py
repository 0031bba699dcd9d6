"""What happens on the platform reaches whom it concerns, and every switch works."""

import pytest
from django.core.management import call_command

from accounts import moderation
from billing.signals import payment_paid
from notifications import announcements, reminders, services
from notifications.kinds import KINDS
from notifications.models import Delivery, Inbox, Notification, Type
from tests import factories
from tests.conftest import Api, data
from tests.notifications.conftest import deliver_all, kinds, statuses

SWITCHES = ["new_casting", "new_response", "response_status_change", "new_message", "casting_reminder"]


class Stage:
    """An employer, a model whom the employer has accepted, and everything that may be told to either."""

    def __init__(self):
        self.employer, self.model = factories.employer(), factories.model()
        self.casting = factories.casting(of=self.employer)

    def new_casting(self):
        announcements.announce(self.casting.id)
        return self.model.user

    def new_response(self):
        data(Api(self.model.user).post(f"/castings/{self.casting.id}/responses", {"message": "…"}), 201)
        return self.employer.user

    def response_status_change(self):
        response = factories.response(to=self.casting, by=self.model)
        data(Api(self.employer.user).patch(f"/responses/{response.id}/status", {"status": "accepted"}))
        return self.model.user

    def new_message(self):
        services.new_message(
            user=self.model.user, sender=self.employer.user, sender_name="Tengri", room_id=self.casting.id,
            message_id=self.casting.id, seq=1,
        )  # fmt: skip
        return self.model.user

    def casting_reminder(self):
        factories.response(to=self.casting, by=self.model, status="accepted")
        reminders.remind(self.casting.shoot_date - reminders.AHEAD)
        return self.model.user


@pytest.mark.parametrize("event", SWITCHES)
def test_each_event_is_told_in_the_app_and_by_letter(db, mailoutbox, event):
    person = getattr(Stage(), event)()

    (told,) = data(Api(person).get("/notifications"))["notifications"]
    assert told["type"] == event
    assert deliver_all() == 1
    assert mailoutbox[0].to == [person.email]


@pytest.mark.parametrize("event", SWITCHES)
def test_each_switch_turned_off_means_no_row_of_that_kind_and_of_no_other(db, event):
    for each in SWITCHES:
        stage = Stage()
        for person in (stage.model.user, stage.employer.user):
            data(Api(person).patch("/notifications/preferences", {event: False}))
        getattr(stage, each)()

    assert set(Notification.objects.values_list("type", flat=True)) == set(SWITCHES) - {event}
    assert sum(Inbox.objects.values_list("unread", flat=True)) == Notification.objects.count()


def test_money_and_moderation_can_not_be_switched_off(model, mailoutbox, firebase):
    off = {**dict.fromkeys(SWITCHES, False), "channels": {"email": False, "push": False}, "digest": "daily"}
    data(model.put("/notifications/preferences", off))
    factories.device(user=model.person)
    payment = factories.payment(user=model.person)

    payment_paid.send(sender=None, payment=payment)
    factories.banned(model.person)
    moderation.unban(user=model.person, actor=None, reason="looked into")

    assert kinds(model.person) == ["payment_paid", "account_banned", "account_restored"]
    assert deliver_all() == len(mailoutbox) == 3
    assert not any("List-Unsubscribe" in letter.extra_headers for letter in mailoutbox)
    always = {kind.type for kind in KINDS.values() if kind.always}
    assert always == {Type.PAYMENT, Type.SUBSCRIPTION, Type.MODERATION}
    assert all(kind.preference is None for kind in KINDS.values() if kind.always)


@pytest.mark.parametrize("channel", ["email", "push"])
def test_a_channel_turned_off_is_not_used_but_the_app_shows_it(model, firebase, mailoutbox, channel):
    factories.device(user=model.person)
    data(model.patch("/notifications/preferences", {"channels": {channel: False}}))

    factories.notification(user=model.person, kind="new_casting", casting_id="1", casting_title="Т", city="A", date="1",
                           time="1", address="")  # fmt: skip

    assert len(data(model.get("/notifications"))["notifications"]) == 1
    assert {row.channel for row in Delivery.objects.all()} == {"email", "push"} - {channel}
    assert deliver_all() == 1
    assert (len(mailoutbox), len(firebase.sent)) == ((0, 1) if channel == "email" else (1, 0))


def test_what_is_switched_off_after_it_was_told_is_not_sent_any_more(model, mailoutbox):
    stage = Stage()
    person = stage.response_status_change()
    data(Api(person).patch("/notifications/preferences", {"response_status_change": False}))

    assert deliver_all() == 0
    assert (statuses(), mailoutbox) == (["skipped"], [])


def test_the_applicant_is_told_of_every_decision_but_of_none_that_is_taken_back(employer):
    response = factories.response(to=factories.casting(of=employer.person.employer_profile))

    for status in ("viewed", "viewed", "shortlisted", "viewed", "accepted", "rejected", "accepted"):
        data(employer.patch(f"/responses/{response.id}/status", {"status": status}))

    assert kinds(response.applicant.user) == [
        "response_viewed", "response_shortlisted", "response_accepted", "response_rejected", "response_accepted",
    ]  # fmt: skip


def test_a_refused_change_tells_nobody(employer):
    response = factories.response(to=factories.casting(of=employer.person.employer_profile), status="accepted")

    employer.patch(f"/responses/{response.id}/status", {"status": "pending"})

    assert not Notification.objects.exists()


def test_messages_of_a_room_make_one_unread_notification_with_the_last_of_them(db):
    stage, other = Stage(), factories.casting()
    sent = {"user": stage.model.user, "sender": stage.employer.user, "sender_name": "Tengri"}
    for seq in (1, 2, 3):
        services.new_message(**sent, room_id=stage.casting.id, message_id=other.id, seq=seq)
    services.new_message(**sent, room_id=other.id, message_id=other.id, seq=1)

    first, second = Notification.objects.order_by("created_at", "id")
    assert (first.data["seq"], first.data["messages"], second.data["messages"]) == (3, 3, 1)
    assert services.unread(stage.model.user) == 2
    assert Delivery.objects.filter(channel="email").count() == 2

    services.read(notification=first)
    services.new_message(**sent, room_id=stage.casting.id, message_id=other.id, seq=4)
    assert services.unread(stage.model.user) == 2
    assert Notification.objects.filter(key=str(stage.casting.id)).count() == 2


def test_whoever_was_banned_gets_no_letter_but_that_of_the_ban_and_the_unbanned_one_does(db, mailoutbox):
    person = Stage().response_status_change()
    call_command("ban", person.email, verbosity=0)
    assert (deliver_all(), len(mailoutbox)) == (1, 1)

    call_command("unban", person.email, verbosity=0)
    call_command("unban", person.email, verbosity=0)

    assert deliver_all() == 1
    assert kinds(person) == ["response_accepted", "account_banned", "account_restored"]


def test_every_kind_has_its_texts_and_link_in_three_languages(db):
    reader = factories.user()
    for kind, what in KINDS.items():
        factories.notification(user=reader, kind=kind, **what.sample)
    titles = []
    for language in ("ru", "kk", "en"):
        reader.language = language
        reader.save()
        rows = data(Api(reader).get("/notifications?limit=100"))["notifications"]
        assert all(row["title"] and row["message"] and "%(" not in row["title"] + row["message"] for row in rows)
        titles.append([row["message"] for row in rows])
    assert all(len(set(texts)) == 3 for texts in zip(*titles, strict=True))

"""The outbox: claims, pauses, ends, and what arrives at a real SMTP server."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from chat import presence
from mwork import mail
from notifications import deliveries, services, tasks
from notifications.models import Delivery, Notification
from tests import factories
from tests.conftest import Api
from tests.notifications.conftest import deliver_all, statuses

MINUTE = timedelta(minutes=1)
CASTING = {"casting_id": "1", "casting_title": "Лукбук", "city": "Алматы", "address": "Абая 52", "date": "1.1.2027",
           "time": "10:00"}  # fmt: skip


@pytest.fixture
def told(db):
    """Somebody who was told of a casting, with a letter under way."""
    return factories.notification(user=factories.user(), kind="new_casting", **CASTING)


def age(by: timedelta) -> None:
    Delivery.objects.update(created_at=timezone.now() - by, next_try_at=timezone.now() - by)


def test_a_letter_leaves_once_with_a_message_id_of_its_own_row(told, mailbox):
    assert [deliver_all(), deliver_all()] == [1, 0]

    delivery = Delivery.objects.get()
    assert mailbox.ids() == [mail.message_id(delivery.id)]
    assert (delivery.status, delivery.attempts, delivery.claimed_until) == ("sent", 1, None)
    assert delivery.sent_at is not None


def test_a_letter_is_sent_when_the_change_has_committed_and_not_before(db, mailbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        factories.notification(user=factories.user())
        assert mailbox.letters == []
    assert len(mailbox.letters) == 1


def test_a_failure_is_tried_again_after_growing_pauses_and_given_up_in_the_end(told, mailbox):
    mailbox.refusals = ["451 try later"] * 7
    at, pauses = timezone.now(), []

    while Delivery.objects.get().status == "pending":
        assert deliver_all(at) == 0
        assert deliver_all(at) == 0  # not before its time
        pauses.append(Delivery.objects.get().next_try_at - at)
        at = Delivery.objects.get().next_try_at

    assert [pause // MINUTE for pause in pauses[:-1]] == [1, 5, 30, 120, 480, 1440]
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.attempts) == ("failed", 7)
    assert "451" in delivery.last_error
    assert mailbox.refusals == []


def test_a_mailbox_that_is_none_is_not_tried_again_until_staff_say_so(told, mailbox):
    mailbox.refusals = ["550 no such user"]

    assert (deliver_all(), statuses()) == (0, ["failed"])
    assert deliver_all(timezone.now() + timedelta(days=1)) == 0

    assert deliveries.try_again(Delivery.objects.all()) == [Delivery.objects.get().id]
    assert deliver_all() == 1


def test_a_server_that_is_down_leaves_the_letter_for_later(told, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert deliver_all() == 0
    assert statuses() == ["pending"]
    assert "ConnectionRefusedError" in Delivery.objects.get().last_error


def test_what_a_worker_has_claimed_is_its_own_until_the_lease_ends(told, mailbox):
    delivery, now = Delivery.objects.get(), timezone.now()
    Delivery.objects.update(claimed_until=now + deliveries.LEASE, attempts=1)

    assert deliveries.deliver(delivery.id, now + deliveries.LEASE) is False
    assert deliveries.sweep(now + deliveries.LEASE) == 0
    assert deliveries.sweep(now + deliveries.LEASE + MINUTE) == 1


def test_the_sweep_leaves_the_first_minute_to_the_first_worker(told, mailbox, django_capture_on_commit_callbacks):
    assert deliveries.waiting() == []
    age(2 * MINUTE)

    with django_capture_on_commit_callbacks(execute=True):
        tasks.deliver_waiting()
        tasks.deliver_waiting()

    assert len(mailbox.letters) == 1


def test_the_command_delivers_what_was_left_behind(told, mailbox, capsys):
    now = (timezone.now() + 2 * MINUTE).isoformat()

    for _ in range(2):
        call_command("deliver_notifications", "--now", now)

    assert capsys.readouterr().out.splitlines() == [
        "0 told of new castings, 1 deliveries sent.",
        "0 told of new castings, 0 deliveries sent.",
    ]
    assert len(mailbox.letters) == 1


def test_what_was_read_is_not_mailed(told, mailbox):
    services.read(notification=told)

    assert (deliver_all(), statuses()) == (0, ["skipped"])


def test_no_letter_while_the_reader_is_online_and_one_when_she_has_left_it_unread(told, mailbox):
    presence.arrive(told.user_id, "a socket")
    now = timezone.now()
    assert (deliver_all(now), statuses()) == (0, ["pending"])
    assert Delivery.objects.get().attempts == 0

    presence.leave(told.user_id, "a socket")

    assert deliver_all(now + MINUTE) == 0
    assert deliver_all(now + deliveries.ONLINE_PAUSE) == 1


def test_money_is_mailed_to_whoever_is_online_too(db, mailbox):
    reader = factories.user()
    factories.notification(user=reader, kind="payment_paid", amount=1, order_id="order-1", payment_id="1")
    presence.arrive(reader.id, "a socket")

    assert deliver_all() == 1


def test_news_of_days_ago_is_not_mailed_any_more(told, mailbox):
    age(deliveries.TOO_OLD + MINUTE)

    assert (deliver_all(), statuses()) == (0, ["skipped"])


def test_a_closed_account_gets_nothing_that_was_under_way(model, mailbox):
    factories.notification(user=model.person)
    delivery = Delivery.objects.get()

    assert model.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    assert deliveries.deliver(delivery.id) is False
    assert not Notification.objects.exists()


def test_nobody_is_told_after_the_account_is_closed(model):
    Api(model.person).delete("/auth/me", {"password": factories.PASSWORD})

    assert services.tell(user=model.person, kind="plan_ended", plan="PRO") is None
    assert not Notification.objects.exists()

"""What is told once, counted exactly and sent once, with threads on the real database."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Role, User
from mwork import redis
from notifications import announcements, deliveries, digests, reminders, services
from notifications.models import Delivery, Device, Inbox, Notification
from tests import factories
from tests.conftest import Api
from tests.notifications.test_announcements import MORNING, crowd, daily_reader
from tests.notifications.test_deliveries import CASTING
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]


@pytest.fixture(autouse=True)
def nothing_delivered():
    """The broker is away, so that what is written here waits to be delivered by the test's own threads."""
    redis.mark_away()


def drift() -> dict:
    """The users whose count is not the number of their unread rows."""
    told = {
        user.id: (services.unread(user), Notification.objects.filter(user=user, is_read=False).count())
        for user in User.objects.all()
    }
    return {user: counts for user, counts in told.items() if counts[0] != counts[1]}


def test_ten_workers_send_a_letter_once(mailbox):
    factories.notification(user=factories.user())
    delivery = Delivery.objects.get()

    sent = at_once(10, lambda _: deliveries.deliver(delivery.id))

    assert (sum(sent), len(mailbox.letters)) == (1, 1)


def test_sweeps_at_once_send_every_letter_once(mailbox):
    for _ in range(20):
        factories.notification(user=factories.user())
    later = timezone.now() + 2 * deliveries.SWEPT_AFTER

    assert sum(at_once(5, lambda _: deliveries.sweep(later))) == 20
    assert len(set(mailbox.ids())) == len(mailbox.ids()) == 20


def test_reading_one_ten_times_at_once_counts_once(plans):
    client = Api(factories.user())
    one, _other = (factories.notification(user=client.person) for _ in range(2))

    at_once(10, lambda _: client.post(f"/notifications/{one.id}/read"))

    assert services.unread(client.person) == 1


def test_the_count_never_drifts_whatever_happens_at_once(plans):
    """Telling, reading, reading all, messages and announcements of the same people by ten threads."""
    people = [factories.user() for _ in range(3)]
    sender, room = factories.user(role=Role.EMPLOYER), factories.casting()

    def act(number: int) -> None:
        random = Random(number)
        for seq in range(12):
            person = random.choice(people)
            match random.randrange(4):
                case 0:
                    services.tell(user=person, kind="plan_ended", plan="PRO")
                case 1:
                    services.read_all(user=person)
                case 2:
                    row = Notification.objects.filter(user=person, is_read=False).order_by("?").first()
                    if row:
                        services.read(notification=row)
                case 3:
                    services.new_message(
                        user=person, sender=sender, sender_name="T", room_id=room.id, message_id=room.id, seq=seq
                    )

    at_once(10, act)

    assert Notification.objects.count() > 20
    assert drift() == {}


def test_ten_messages_at_once_make_one_unread_notification(plans):
    reader, sender, room = factories.user(), factories.user(role=Role.EMPLOYER), factories.casting()

    at_once(
        10,
        lambda seq: services.new_message(
            user=reader, sender=sender, sender_name="T", room_id=room.id, message_id=room.id, seq=seq
        ),
    )

    told = Notification.objects.get()
    assert told.data["messages"] == 10
    assert (services.unread(reader), Delivery.objects.count()) == (1, 1)


def test_announcing_by_five_workers_tells_everybody_once(plans):
    crowd(120)
    casting = factories.casting()

    told = at_once(5, lambda _: announcements.announce(casting.id, size=25))

    assert sum(told) == Notification.objects.count() == 120
    assert drift() == {}
    assert casting.announcement.told == 120


def test_two_castings_announced_at_once_do_not_lock_each_other_out(plans):
    crowd(300)
    castings = [factories.casting() for _ in range(4)]

    assert at_once(4, lambda number: announcements.announce(castings[number].id)) == [300] * 4
    assert set(Inbox.objects.values_list("unread", flat=True)) == {4}


def test_reminding_by_ten_workers_reminds_once(plans):
    casting = factories.casting()
    factories.response(to=casting, status="accepted")

    assert sum(at_once(10, lambda _: reminders.remind(casting.shoot_date - reminders.AHEAD))) == 1


def test_one_digest_a_day_whoever_collects(plans):
    reader = daily_reader()
    factories.notification(user=reader, kind="new_casting", **CASTING)

    assert sum(at_once(10, lambda _: digests._collect(reader.id, MORNING))) == 1
    assert Delivery.objects.filter(notification=None).count() == 1


def test_devices_registered_at_once_do_not_pass_the_limit_and_a_token_has_one_owner(plans):
    clients = [Api(factories.user()) for _ in range(2)]

    for turn in range(12):
        at_once(4, lambda n: services.register_device(user=clients[0].person, token=f"{turn}-{n}", platform="web"))  # noqa: B023
        assert Device.objects.count() == min(4 * (turn + 1), services.MOST_DEVICES)

    answers = at_once(8, lambda n: clients[n % 2].post("/notifications/devices", {"token": "one", "platform": "web"}))
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    assert Device.objects.filter(token="one").count() == 1


def test_preferences_changed_at_once_lose_nothing(plans):
    client = Api(factories.user())
    names = ["new_casting", "new_response", "new_message", "casting_reminder"]

    at_once(4, lambda number: client.patch("/notifications/preferences", {names[number]: False}))

    assert all(getattr(services.preferences(client.person), name) is False for name in names)


def test_telling_whoever_closes_the_account_neither_waits_nor_leaves_anything(plans):
    """The teller holds what the closing account waits for; it must not wait for the account in turn."""
    leaver, casting = factories.user(), factories.casting()

    def tell_under_a_lock() -> None:
        try:
            with transaction.atomic():
                type(casting).objects.select_for_update().get(id=casting.id)
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '2s'")
                services.tell(user=leaver, kind="plan_ended", plan="PRO")
        finally:
            connection.close()

    with transaction.atomic():
        User.objects.select_for_update().get(id=leaver.id)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(tell_under_a_lock).result(timeout=10)

    assert not Notification.objects.exists()

"""Pushes through Google's protocol and letters through Resend's, against real servers that speak them."""

import pytest

from mwork import mail
from notifications.models import Delivery, Device
from tests import factories
from tests.fakes import fcm
from tests.fakes import resend as fake_resend
from tests.notifications.conftest import deliver_all
from tests.notifications.test_deliveries import CASTING


@pytest.fixture
def reader(db, firebase):
    """Somebody with a phone and a browser, told of a casting; letters are off."""
    person = factories.user(language="en")
    for platform in ("android", "web"):
        factories.device(user=person, token=f"{platform}-token", platform=platform)
    factories.notification(user=person, kind="new_casting", **CASTING)
    Delivery.objects.filter(channel="email").delete()
    return person


def outcomes() -> dict:
    return {row.device and row.device.token: row.status for row in Delivery.objects.select_related("device")}


def test_every_device_gets_the_push_once(reader, firebase):
    assert [deliver_all(), deliver_all()] == [2, 0]

    assert {message["token"] for message in firebase.sent} == {"android-token", "web-token"}
    message, told = firebase.sent[0], Delivery.objects.first().notification
    assert message["notification"] == {
        "title": "New casting: Лукбук",
        "body": "Алматы, 1.1.2027. You fit what it asks for.",
    }
    assert message["data"] == {
        "notification_id": str(told.id), "type": "new_casting", "link": "http://localhost:8000/open/castings/1",
    }  # fmt: skip
    assert message["android"]["notification"]["tag"] == message["apns"]["headers"]["apns-collapse-id"] == str(told.id)


def test_one_access_token_serves_until_it_ends_or_is_refused(reader, firebase):
    deliver_all()
    assert len(firebase.access) == 1

    firebase.access.append("revoked")
    factories.notification(user=reader, kind="new_casting", **CASTING)
    Delivery.objects.filter(channel="email").delete()
    assert deliver_all() == 2

    assert len(firebase.access) == 3
    assert len(firebase.sent) == 4


def test_a_dead_token_is_forgotten_and_the_living_one_is_not(reader, firebase):
    firebase.dead = {"web-token"}

    assert deliver_all() == 1

    assert [device.token for device in Device.objects.all()] == ["android-token"]
    assert outcomes() == {"android-token": "sent", None: "skipped"}


@pytest.mark.parametrize(
    ("answer", "status", "devices"),
    [
        ((503, fcm.error("UNAVAILABLE")), "pending", 2),
        ((429, fcm.error("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED")), "pending", 2),
        ((400, fcm.error("INVALID_ARGUMENT", "INVALID_ARGUMENT")), "failed", 2),
        ((403, fcm.error("PERMISSION_DENIED", "SENDER_ID_MISMATCH")), "skipped", 1),
        ((400, {"error": {"status": "INVALID_ARGUMENT", "details": [
            {"fieldViolations": [{"field": "message.token"}]}]}}), "skipped", 1),
        ((400, {"odd": "answer"}), "failed", 2),
    ],
)  # fmt: skip
def test_what_google_refuses_is_told_apart(reader, firebase, answer, status, devices):
    firebase.answers = [answer]

    assert deliver_all() == 1

    assert sorted(outcomes().values()) == sorted(["sent", status])
    assert Device.objects.count() == devices


def test_a_device_that_was_removed_meanwhile_gets_nothing(reader, firebase):
    Device.objects.filter(token="web-token").delete()

    assert deliver_all() == 1
    assert outcomes() == {"android-token": "sent", None: "skipped"}


@pytest.fixture
def resend(settings):
    with fake_resend.server() as server:
        settings.EMAIL_BACKEND = "mwork.mail.ResendBackend"
        settings.ANYMAIL = {"RESEND_API_KEY": "re_test", "RESEND_API_URL": server.address}
        yield server


def test_a_letter_through_resend_is_sent_once_even_when_we_repeat_it(db, resend):
    reader = factories.user()
    factories.notification(user=reader, kind="new_casting", **CASTING)
    assert deliver_all() == 1
    Delivery.objects.update(status="pending")  # as if the worker had died before it could record
    assert deliver_all() == 1

    (letter,) = resend.letters
    assert letter["to"] == [reader.email]
    assert letter["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert list(resend.keys) == [mail.message_id(Delivery.objects.get().id).strip("<>")]


@pytest.mark.parametrize(
    ("status", "expected"), [(422, "failed"), (429, "pending"), (500, "pending"), (401, "pending")]
)
def test_what_resend_refuses_is_told_apart(db, resend, status, expected):
    factories.notification(user=factories.user())
    resend.answers = [(status, {"name": "…", "message": "…"})]

    assert deliver_all() == 0
    assert Delivery.objects.get().status == expected

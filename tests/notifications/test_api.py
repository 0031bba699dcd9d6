"""The endpoints of section 6, through the API."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from notifications import services
from notifications.models import Device, Inbox, Notification
from tests import factories
from tests.conftest import Api, data, error


def test_what_one_was_told_is_listed_newest_first_with_the_unread_count_beside(model):
    for order in ("order-1", "order-2"):
        factories.notification(user=model.person, kind="payment_paid", amount=990, order_id=order)
    factories.notification(user=factories.user())

    page = data(model.get("/notifications"))

    assert [row["data"]["order_id"] for row in page["notifications"]] == ["order-2", "order-1"]
    assert set(page["notifications"][0]) == {"id", "type", "title", "message", "data", "is_read", "created_at"}
    assert (page["unread_count"], page["pagination"]["total"]) == (2, 2)
    assert UUID(page["notifications"][0]["id"]).version == 7
    assert data(model.get("/auth/me"))["user"]["unread_notifications"] == 2


def test_reading_one_and_all_is_idempotent_and_keeps_the_count(model):
    rows = [factories.notification(user=model.person) for _ in range(3)]

    for _ in range(2):
        read = data(model.post(f"/notifications/{rows[0].id}/read"))["notification"]
        assert (read["id"], read["is_read"]) == (str(rows[0].id), True)
    assert data(model.get("/notifications?unread_only=true"))["unread_count"] == 2
    assert len(data(model.get("/notifications?unread_only=true"))["notifications"]) == 2

    assert [data(model.post("/notifications/read-all")) for _ in range(2)] == [{"read": 2}, {"read": 0}]
    assert data(model.get("/notifications"))["unread_count"] == 0


def test_anothers_notification_is_not_found(model):
    error(model.post(f"/notifications/{factories.notification(user=factories.user()).id}/read"), 404, "NOT_FOUND")
    assert Notification.objects.get().is_read is False


@pytest.mark.parametrize(("language", "title"), [("ru", "Тариф PRO закончился"), ("en", "Your plan PRO has ended")])
def test_the_stored_language_wins_over_the_clients(db, language, title):
    client = Api(factories.user(language=language))
    factories.notification(user=client.person)

    page = data(client.get("/notifications", headers={"Accept-Language": "kk"}))

    assert page["notifications"][0]["title"] == title


def test_everything_is_on_until_one_says_otherwise_and_a_missing_field_stays(model):
    on = dict.fromkeys(
        ["new_casting", "new_response", "response_status_change", "new_message", "casting_reminder"], True
    )
    assert data(model.get("/notifications/preferences"))["preferences"] == {
        **on, "channels": {"email": True, "push": True}, "digest": "instant",
    }  # fmt: skip

    data(model.put("/notifications/preferences", {"new_casting": False, "channels": {"email": False}}))
    changed = data(model.patch("/notifications/preferences", {"digest": "daily"}))["preferences"]

    assert changed == {**on, "new_casting": False, "channels": {"email": False, "push": True}, "digest": "daily"}
    assert data(model.get("/notifications/preferences"))["preferences"] == changed


@pytest.mark.parametrize(
    ("body", "field"),
    [({"new_casting": "perhaps"}, "new_casting"), ({"digest": "hourly"}, "digest"),
     ({"channels": {"email": None}}, "channels.email"), ({"channels": "all"}, "channels")],
)  # fmt: skip
def test_a_preference_that_is_none_is_refused_by_field(model, body, field):
    refused = error(model.patch("/notifications/preferences", body), 400, "VALIDATION_ERROR")

    assert list(refused["details"]) == [field]


def test_a_device_is_registered_once_changes_hands_and_is_removed(model):
    body, other = {"token": "fcm:APA91b-x_y", "platform": "ios"}, Api(factories.user())

    assert data(model.post("/notifications/devices", body), 201)["device"] == body
    data(model.post("/notifications/devices", {**body, "platform": "web"}), 200)
    data(other.post("/notifications/devices", body), 201)

    assert Device.objects.get().user == other.person
    error(model.delete("/notifications/devices/fcm:APA91b-x_y"), 404, "NOT_FOUND")
    assert other.delete("/notifications/devices/fcm:APA91b-x_y").status_code == 204
    assert not Device.objects.exists()


@pytest.mark.parametrize("token", ["", "with space", "x" * 1025, "қ"])
def test_what_is_no_token_is_refused(model, token):
    refused = error(model.post("/notifications/devices", {"token": token, "platform": "web"}), 400, "VALIDATION_ERROR")
    assert list(refused["details"]) == ["token"]
    error(model.delete("/notifications/devices/%00%D2"), 404, "NOT_FOUND")


def test_the_eleventh_device_takes_the_place_of_the_first(model):
    for number in range(services.MOST_DEVICES + 1):
        data(model.post("/notifications/devices", {"token": f"t{number}", "platform": "web"}), 201)

    assert not Device.objects.filter(token="t0").exists()
    assert Device.objects.count() == services.MOST_DEVICES


def test_what_was_read_half_a_year_ago_is_deleted_and_the_count_stays(model):
    old, older, fresh = (factories.notification(user=model.person) for _ in range(3))
    services.read(notification=old)
    services.read(notification=fresh)
    now = timezone.now()
    Notification.objects.exclude(id=fresh.id).update(created_at=now - timedelta(days=181))

    assert services.purge(now) == 1

    assert set(Notification.objects.values_list("id", flat=True)) == {older.id, fresh.id}
    assert Inbox.objects.get().unread == 1


def test_closing_an_account_forgets_what_it_was_told_and_its_name_elsewhere(model, employer):
    casting = factories.casting(of=employer.person.employer_profile)
    data(model.post(f"/castings/{casting.id}/responses", {}), 201)
    factories.notification(user=model.person)
    factories.device(user=model.person)
    data(model.patch("/notifications/preferences", {"digest": "daily"}))

    assert model.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    for rows in ("notifications", "deliveries", "devices"):
        assert not getattr(model.person, rows).exists()
    (told,) = data(employer.get("/notifications"))["notifications"]
    assert told["data"]["name"] == ""
    assert "Удалённый пользователь" in told["message"]

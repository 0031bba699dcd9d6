"""Rooms over HTTP: who opens them, who sees them, what stands in them."""

import pytest

from accounts import services as account_services
from accounts.models import Block
from chat.models import Kind, Membership, Message, Room
from tests import factories
from tests.conftest import Api, data, error

UNKNOWN = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def paying(employer):
    """An employer whose plan has chat."""
    factories.pro(employer.person)
    return employer


def opened(client, person, status=201, **fields):
    return data(client.post("/chat/rooms", {"participant_id": str(person.id), **fields}), status)["room"]


def test_a_room_tells_who_is_in_it_with_names_and_photos(paying, model):
    factories.photo(profile=model.person.model_profile)
    model.person.model_profile.main_photo = "photos/0.webp"
    model.person.model_profile.save(update_fields=["main_photo"])

    room = opened(paying, model.person)

    assert {person["id"]: person for person in room.pop("participants")} == {
        str(paying.person.id): {
            "id": str(paying.person.id),
            "name": "Tengri Production",
            "photo": None,
            "role": "employer",
        },
        str(model.person.id): {
            "id": str(model.person.id),
            "name": "Айгерім Нұрланова",
            "photo": "http://localhost:8000/media/photos/0.webp",
            "role": "model",
        },
    }
    created_at = room["created_at"]
    assert room == {
        "id": str(Room.objects.get().id),
        "casting_id": None,
        "last_message": None,
        "last_seq": 0,
        "unread_count": 0,
        "created_at": created_at,
        "updated_at": room["updated_at"],
    }


def test_two_have_one_room_per_casting_whoever_opens_it(paying, model):
    factories.pro(model.person)
    casting = factories.casting(of=paying.person.employer_profile)
    first = opened(paying, model.person)
    about = opened(paying, model.person, casting_id=str(casting.id))

    assert opened(model, paying.person, status=200)["id"] == first["id"]
    assert opened(model, paying.person, status=200, casting_id=str(casting.id))["id"] == about["id"] != first["id"]
    assert (Room.objects.count(), Membership.objects.count()) == (2, 4)


def test_a_room_with_oneself_with_nobody_or_about_a_strangers_casting_is_refused(paying, model):
    banned, closed = factories.user(), factories.user()
    factories.banned(banned)
    account_services.close(user=closed, password=factories.PASSWORD)
    draft = factories.casting(status="draft")

    def refused(status, code, **body):
        return error(paying.post("/chat/rooms", body), status, code)

    assert list(refused(400, "VALIDATION_ERROR", participant_id=str(paying.person.id))["details"]) == ["participant_id"]
    for gone in (UNKNOWN, banned.id, closed.id):
        refused(404, "NOT_FOUND", participant_id=str(gone))
    refused(404, "NOT_FOUND", participant_id=str(model.person.id), casting_id=UNKNOWN)
    refused(404, "NOT_FOUND", participant_id=str(model.person.id), casting_id=str(draft.id))
    strange = {"participant_id": str(model.person.id), "casting_id": str(factories.casting().id)}
    assert list(refused(400, "VALIDATION_ERROR", **strange)["details"]) == ["casting_id"]
    assert not Room.objects.exists()


def test_without_chat_in_the_plan_no_room_is_opened_and_no_list_shown(model, employer):
    details = {"feature": ["chat_access"], "limit": [0], "used": [0], "plan": ["FREE"]}
    body = {"participant_id": str(employer.person.id), "content": "Здравствуйте!"}

    for answer in (
        model.post("/chat/rooms", body),
        model.get("/chat/rooms"),
        model.post("/chat/messages/send", body),
        model.post(f"/chat/rooms/{UNKNOWN}/messages", body),
    ):
        assert error(answer, 403, "SUBSCRIPTION_LIMIT")["details"] == details
    assert data(model.get("/chat/unread")) == {"unread_count": 0, "rooms": {}}


def test_whoever_was_written_to_answers_there_and_opens_no_other_room(paying, model):
    room = opened(paying, model.person)

    assert [row["id"] for row in data(model.get("/chat/rooms"))["rooms"]] == [room["id"]]
    data(model.post(f"/chat/rooms/{room['id']}/messages", {"content": "Здравствуйте!"}), 201)
    assert opened(model, paying.person, status=200)["id"] == room["id"]
    other = factories.employer().user
    error(model.post("/chat/rooms", {"participant_id": str(other.id)}), 403, "SUBSCRIPTION_LIMIT")
    error(model.post(f"/chat/rooms/{UNKNOWN}/messages", {"content": "?"}), 404, "NOT_FOUND")


def test_whoever_opened_a_room_needs_the_plan_to_go_on(paying, model):
    room = opened(paying, model.person)
    paying.person.subscription.delete()
    address = f"/chat/rooms/{room['id']}/messages"

    error(paying.post(address, {"content": "Здравствуйте!"}), 403, "SUBSCRIPTION_LIMIT")
    data(model.post(address, {"content": "Я здесь"}), 201)
    data(paying.get(address))

    factories.pro(model.person)
    data(model.post(address, {"content": "Теперь можно"}), 201)
    data(paying.post(address, {"content": "Спасибо"}), 201)


def test_accepting_opens_a_room_to_both_with_our_message_in_the_readers_language(model, employer):
    response = factories.response(
        to=factories.casting(of=employer.person.employer_profile), by=model.person.model_profile
    )

    for status in ("accepted", "rejected", "accepted"):
        data(employer.patch(f"/responses/{response.id}/status", {"status": status}))

    (room,) = data(model.get("/chat/rooms", headers={"Accept-Language": "en"}))["rooms"]
    message = room["last_message"]
    assert (room["casting_id"], room["last_seq"], room["unread_count"]) == (str(response.casting_id), 1, 1)
    assert (message["sender_id"], message["seq"]) == (None, 1)
    assert message["content"] == "The response was accepted. You can now talk here."
    russian = data(model.get("/chat/rooms", headers={"Accept-Language": "ru"}))["rooms"][0]["last_message"]
    assert russian["content"] not in ("", message["content"])
    (own,) = data(employer.get("/chat/rooms"))["rooms"]
    assert own["unread_count"] == 0
    for client in (employer, model):  # both are on the free plan
        data(client.post(f"/chat/rooms/{room['id']}/messages", {"content": "Отлично!"}), 201)


def test_accepting_in_a_room_that_is_there_already_says_so_there(paying, model):
    casting = factories.casting(of=paying.person.employer_profile)
    response = factories.response(to=casting, by=model.person.model_profile)
    room = opened(paying, model.person, casting_id=str(casting.id))
    data(model.post(f"/chat/rooms/{room['id']}/messages", {"content": "Когда ответите?"}), 201)

    data(paying.patch(f"/responses/{response.id}/status", {"status": "accepted"}))

    assert list(Message.objects.order_by("seq").values_list("kind", flat=True)) == [Kind.TEXT, Kind.ACCEPTED]
    assert data(paying.get("/chat/unread")) == {"unread_count": 2, "rooms": {room["id"]: 2}}


@pytest.mark.parametrize("status", ["viewed", "shortlisted", "rejected"])
def test_no_other_decision_opens_a_room(model, employer, status):
    casting = factories.casting(of=employer.person.employer_profile)
    response = factories.response(to=casting, by=model.person.model_profile)

    data(employer.patch(f"/responses/{response.id}/status", {"status": status}))

    assert not Room.objects.exists()


def test_the_room_with_the_latest_message_comes_first(paying):
    people = [factories.model().user for _ in range(3)]
    rooms = [opened(paying, person)["id"] for person in people]
    data(paying.post(f"/chat/rooms/{rooms[0]}/messages", {"content": "Первой"}), 201)

    listed = data(paying.get("/chat/rooms"))["rooms"]

    assert [row["id"] for row in listed] == [rooms[0], rooms[2], rooms[1]]
    page = data(paying.get("/chat/rooms?limit=2"))
    rest = data(paying.get(f"/chat/rooms?limit=2&cursor={page['pagination']['next_cursor']}"))
    assert [row["id"] for row in [*page["rooms"], *rest["rooms"]]] == [row["id"] for row in listed]


@pytest.mark.parametrize("by_the_model", [True, False])
def test_a_block_ends_chat_between_the_two_but_not_reading(paying, model, by_the_model):
    room = opened(paying, model.person)
    said = data(paying.post(f"/chat/rooms/{room['id']}/messages", {"content": "Здравствуйте!"}), 201)["message"]
    one, other = (model, paying) if by_the_model else (paying, model)
    assert one.post(f"/users/{other.person.id}/block").status_code == 204

    for client in (model, paying):
        error(client.post(f"/chat/rooms/{room['id']}/messages", {"content": "?"}), 403, "ACCOUNT_BLOCKED")
        error(client.post("/chat/messages/send", {"room_id": room["id"], "content": "?"}), 403, "ACCOUNT_BLOCKED")
        assert len(data(client.get(f"/chat/rooms/{room['id']}/messages"))["messages"]) == 1
    error(paying.post("/chat/rooms", {"participant_id": str(model.person.id)}), 403, "ACCOUNT_BLOCKED")
    address = f"/chat/rooms/{room['id']}/messages/{said['id']}"
    error(paying.patch(address, {"content": "Ещё раз"}), 403, "ACCOUNT_BLOCKED")
    assert paying.delete(address).status_code == 204

    Block.objects.all().delete()
    data(model.post(f"/chat/rooms/{room['id']}/messages", {"content": "Снова здесь"}), 201)


def test_a_closed_account_leaves_its_words_without_its_person(paying, model):
    room = opened(paying, model.person)
    data(model.post(f"/chat/rooms/{room['id']}/messages", {"content": "До встречи"}), 201)
    assert model.delete("/auth/me", {"password": factories.PASSWORD}).status_code == 204

    (kept,) = data(paying.get("/chat/rooms", headers={"Accept-Language": "en"}))["rooms"]

    (gone,) = [person for person in kept["participants"] if person["id"] == str(model.person.id)]
    assert gone == {"id": str(model.person.id), "name": "Deleted user", "photo": None, "role": "model"}
    assert kept["last_message"]["content"] == "До встречи"
    error(paying.post(f"/chat/rooms/{room['id']}/messages", {"content": "Вы тут?"}), 409, "INVALID_STATE")


def test_a_stranger_and_staff_see_nothing_of_a_room(paying, model, staff):
    room = opened(paying, model.person)
    said = data(paying.post(f"/chat/rooms/{room['id']}/messages", {"content": "Тайна"}), 201)["message"]
    stranger = Api(factories.pro(factories.user()))

    for client in (stranger, staff):
        error(client.get(f"/chat/rooms/{room['id']}/messages"), 404, "NOT_FOUND")
        error(client.post(f"/chat/rooms/{room['id']}/read"), 404, "NOT_FOUND")
        error(client.delete(f"/chat/rooms/{room['id']}/messages/{said['id']}"), 404, "NOT_FOUND")
        assert data(client.get("/chat/search?q=тайна"))["messages"] == []
    error(stranger.post(f"/chat/rooms/{room['id']}/messages", {"content": "?"}), 404, "NOT_FOUND")
    assert data(stranger.get("/chat/rooms"))["rooms"] == []

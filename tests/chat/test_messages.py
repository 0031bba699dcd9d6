"""Messages over HTTP: said, repeated, read, changed, deleted, found."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat import attachments
from chat.models import Attachment, Message, Room
from mwork import storage as stores
from tests import factories
from tests.conftest import Api, data, error, stored_files
from tests.test_uploads import PDF, upload

UNKNOWN = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def room(employer, model):
    return factories.room(one=factories.pro(employer.person), other=model.person)


@pytest.fixture
def address(room):
    return f"/chat/rooms/{room.id}/messages"


def said(client, address, content="Здравствуйте!", status=201, **fields):
    return data(client.post(address, {"content": content, **fields}), status)["message"]


def seqs(client, address):
    return [message["seq"] for message in data(client.get(address))["messages"]]


def test_a_message_is_numbered_and_whole(employer, address, room):
    message = said(employer, address, "  Здравствуйте!\n", client_id="a-1")

    assert message == {
        "id": str(Message.objects.get().id),
        "room_id": str(room.id),
        "seq": 1,
        "sender_id": str(employer.person.id),
        "content": "Здравствуйте!",
        "attachments": [],
        "client_id": "a-1",
        "created_at": message["created_at"],
        "edited_at": None,
        "deleted_at": None,
    }
    assert [said(employer, address)["seq"] for _ in range(3)] == [2, 3, 4]


def test_the_same_client_id_gives_the_same_message_for_ever(employer, model, address):
    first = said(employer, address, client_id="a-1")
    Message.objects.update(created_at=timezone.now() - timedelta(days=40))

    again = said(employer, address, status=200, client_id="a-1")

    assert again["id"] == first["id"]
    error(employer.post(address, {"content": "Другое", "client_id": "a-1"}), 409, "DUPLICATE_RESOURCE")
    assert said(model, address, client_id="a-1")["seq"] == 2  # another's id is another
    assert Message.objects.count() == 2


def test_a_repeat_finds_its_message_edited_or_deleted_since(employer, address):
    first = said(employer, address, client_id="a-1")
    data(employer.patch(f"{address}/{first['id']}", {"content": "Добрый день!"}))

    assert said(employer, address, status=200, client_id="a-1")["content"] == "Добрый день!"
    assert employer.delete(f"{address}/{first['id']}").status_code == 204
    assert said(employer, address, status=200, client_id="a-1")["content"] == ""


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "content"),
        ({"content": " \n\t"}, "content"),
        ({"content": "x" * 4001}, "content"),
        ({"content": None}, "content"),
        ({"content": "a", "client_id": "x" * 65}, "client_id"),
        ({"content": "a", "client_id": ""}, "client_id"),
        ({"content": "a", "attachment_ids": [UNKNOWN]}, "attachment_ids"),
        ({"content": "a", "attachment_ids": ["x"]}, "attachment_ids.0"),
        ({"content": "a", "attachment_ids": "x"}, "attachment_ids"),
    ],
)
def test_what_is_no_message_is_refused(employer, address, body, field):
    assert list(error(employer.post(address, body), 400, "VALIDATION_ERROR")["details"]) == [field]
    assert not Message.objects.exists()


def test_history_goes_back_by_pages_and_forward_from_a_number(employer, model, address):
    messages = [said(employer, address, f"{n}") for n in range(1, 8)]

    assert seqs(model, address) == [7, 6, 5, 4, 3, 2, 1]
    page = data(model.get(f"{address}?limit=3"))
    assert ([row["seq"] for row in page["messages"]], page["has_more"]) == ([7, 6, 5], True)
    page = data(model.get(f"{address}?limit=4&before={page['messages'][-1]['id']}"))
    assert ([row["seq"] for row in page["messages"]], page["has_more"]) == ([4, 3, 2, 1], False)
    page = data(model.get(f"{address}?after_seq=2&limit=4"))
    assert ([row["seq"] for row in page["messages"]], page["has_more"]) == ([3, 4, 5, 6], True)
    assert data(model.get(f"{address}?after_seq=7")) == {"messages": [], "has_more": False}
    assert data(model.get(f"{address}?after_seq=0&limit=1"))["messages"] == [messages[0]]


@pytest.mark.parametrize("query", ["before=x", f"before={UNKNOWN}", "after_seq=-1", "after_seq=x", "limit=0",
                                   "after_seq=1&before={message}", "before={foreign}"])  # fmt: skip
def test_a_page_that_makes_no_sense_is_refused(employer, address, query):
    elsewhere = factories.room()
    foreign = factories.message(to=elsewhere, by=elsewhere.first)
    query = query.format(message=said(employer, address)["id"], foreign=foreign.id)

    error(employer.get(f"{address}?{query}"), 400, "VALIDATION_ERROR")


def test_unread_is_what_the_other_said_since_one_read_or_wrote(employer, model, address, room):
    for content in ("1", "2", "3"):
        said(employer, address, content)

    def unread(client):
        told, me = data(client.get("/chat/unread")), data(client.get("/auth/me"))["user"]
        (listed,) = data(client.get("/chat/rooms"))["rooms"]
        assert told["unread_count"] == me["unread_messages"] == listed["unread_count"]
        return told["rooms"]

    assert (unread(employer), unread(model)) == ({}, {str(room.id): 3})
    read = f"/chat/rooms/{room.id}/read"
    place = {"room_id": str(room.id)}
    assert data(model.post(read, {"seq": 2})) == {**place, "last_read_seq": 2, "unread_count": 1}
    assert data(model.post(read, {"seq": 1})) == {**place, "last_read_seq": 2, "unread_count": 1}
    assert data(model.post(read, {"seq": 99})) == {**place, "last_read_seq": 3, "unread_count": 0}
    said(employer, address, "4")
    assert data(model.post(read)) == {**place, "last_read_seq": 4, "unread_count": 0}
    said(employer, address, "5")
    said(model, address, "6")
    assert (unread(employer), unread(model)) == ({str(room.id): 1}, {})
    error(model.post(read, {"seq": "x"}), 400, "VALIDATION_ERROR")


def test_a_message_can_be_changed_by_its_sender_for_15_minutes(employer, model, address):
    message = said(employer, address)
    one = f"{address}/{message['id']}"

    changed = data(employer.patch(one, {"content": "Добрый день!"}))["message"]

    assert changed["edited_at"] is not None
    assert {**changed, "edited_at": None} == {**message, "content": "Добрый день!"}
    assert data(model.get(address))["messages"] == [changed]
    assert data(model.get("/chat/rooms"))["rooms"][0]["last_message"] == changed
    error(model.patch(one, {"content": "Чужое"}), 403, "PERMISSION_DENIED")
    error(employer.patch(one, {"content": " "}), 400, "VALIDATION_ERROR")
    error(employer.patch(f"{address}/{UNKNOWN}", {"content": "?"}), 404, "NOT_FOUND")
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=15))
    error(employer.patch(one, {"content": "Поздно"}), 409, "INVALID_STATE")


def test_a_deleted_message_leaves_a_stone(employer, model, address, room, storage, django_capture_on_commit_callbacks):
    file = upload_attachment(employer)
    message = said(employer, address, attachment_ids=[file])
    said(employer, address, "Второе")
    one = f"{address}/{message['id']}"
    error(model.delete(one), 403, "PERMISSION_DENIED")
    with django_capture_on_commit_callbacks(execute=True):
        assert [employer.delete(one).status_code for _ in range(2)] == [204, 204]

    stone = data(model.get(f"{address}?after_seq=0"))["messages"][0]

    assert stone["deleted_at"] is not None
    assert {**stone, "deleted_at": None} == {**message, "content": "", "attachments": []}
    assert seqs(model, address) == [2, 1]
    assert data(model.get("/chat/search?q=здравствуйте"))["messages"] == []
    error(employer.patch(one, {"content": "Вернись"}), 409, "INVALID_STATE")
    if storage == "disk":
        assert stored_files() == []


def upload_attachment(client, content=PDF, name="План.pdf") -> str:
    return data(upload(client, "chat", "attachment", content=content, name=name), 201)["upload"]["id"]


def test_an_attachment_goes_with_one_message_of_its_owner(employer, model, address, storage):
    file, foreign = upload_attachment(employer), upload_attachment(model)
    error(employer.post(address, {"attachment_ids": [foreign]}), 400, "VALIDATION_ERROR")

    message = said(employer, address, "", attachment_ids=[file, file])

    (sent,) = message["attachments"]
    assert (sent["id"], sent["content_type"], sent["size"], sent["name"]) == (
        file,
        "application/pdf",
        len(PDF),
        "План.pdf",
    )
    assert data(model.get(address))["messages"][0]["attachments"][0]["id"] == file
    assert stores.private().open(Attachment.objects.get(id=file).file).read() == PDF
    error(employer.post(address, {"content": "Ещё", "attachment_ids": [file]}), 400, "VALIDATION_ERROR")
    Attachment.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert attachments.sweep() == 1  # the model's, which she never sent
    assert Attachment.objects.get().used_at is not None


def test_search_finds_every_word_in_any_case_in_ones_own_rooms_only(employer, model, address):
    said(employer, address, "Съёмка лукбука в четверг")
    said(model, address, "На съемку приеду раньше")
    elsewhere = factories.room()
    factories.message(to=elsewhere, by=elsewhere.first, content="Съёмка у других")

    def found(query):
        answer = data(model.get(f"/chat/search?q={query}"))
        return [message["seq"] for message in answer["messages"]], answer["pagination"]["total"]

    assert found("СЪЁМК") == ([2, 1], 2)
    assert found("съемка ЛУКБУКА") == ([1], 1)
    assert found("лукбук раньше") == ([], 0)
    assert found("%") == ([], 0)
    assert list(error(model.get("/chat/search"), 400, "VALIDATION_ERROR")["details"]) == ["q"]


def test_the_first_generations_address_finds_the_room_or_opens_one(employer, model, room):
    send, casting = "/chat/messages/send", factories.casting(of=employer.person.employer_profile)
    about = factories.room(one=employer.person, other=model.person, about=casting)

    def sent(client, **body):
        return data(client.post(send, {"content": "Здравствуйте!", **body}), 201)["message"]["room_id"]

    assert sent(employer, room_id=str(about.id)) == str(about.id)
    assert sent(employer, participant_id=str(model.person.id)) == str(room.id)
    assert sent(model, participant_id=str(employer.person.id)) == str(room.id)
    other = factories.model().user
    fresh = sent(employer, participant_id=str(other.id))
    assert set(Room.objects.get(id=fresh).people_ids) == {employer.person.id, other.id}
    for body in ({}, {"room_id": str(room.id), "participant_id": str(other.id)}):
        error(employer.post(send, {"content": "?", **body}), 400, "VALIDATION_ERROR")
    for body in ({"room_id": UNKNOWN}, {"participant_id": UNKNOWN}):
        error(employer.post(send, {"content": "?", **body}), 404, "NOT_FOUND")


def test_to_a_person_goes_the_room_of_the_latest_talk(employer, model):
    older, newer = (
        factories.room(
            one=factories.pro(employer.person),
            other=model.person,
            about=factories.casting(of=employer.person.employer_profile),
        )
        for _ in range(2)
    )
    factories.message(to=older, by=employer.person)
    body = {"participant_id": str(model.person.id), "content": "Здравствуйте!"}

    assert data(employer.post("/chat/messages/send", body), 201)["message"]["room_id"] == str(older.id)
    factories.message(to=newer, by=employer.person)
    assert data(employer.post("/chat/messages/send", body), 201)["message"]["room_id"] == str(newer.id)


def test_a_repeat_is_answered_whatever_has_become_of_the_two_since(employer, model, address, room):
    body = {"content": "Здравствуйте!", "client_id": "once"}
    first = data(model.post(address, body), 201)["message"]
    model.post(f"/users/{employer.person.id}/block")

    assert data(model.post(address, body), 200)["message"] == first
    error(model.post(address, {**body, "client_id": "other"}), 403, "ACCOUNT_BLOCKED")
    error(model.post(address, {"content": ["?"]}), 403, "ACCOUNT_BLOCKED")


def test_a_model_who_hides_is_written_to_by_those_alone_whose_castings_she_answered(employer, model):
    model.person.model_profile.visibility = "hidden"
    model.person.model_profile.save()
    factories.pro(employer.person)
    body = {"participant_id": str(model.person.id)}

    error(employer.post("/chat/rooms", body), 404, "NOT_FOUND")
    casting = factories.casting(of=employer.person.employer_profile)
    factories.response(to=casting, by=model.person.model_profile)
    data(employer.post("/chat/rooms", body), 201)


def test_a_response_is_not_accepted_over_a_block(employer, model):
    casting = factories.casting(of=employer.person.employer_profile)
    response = factories.response(to=casting, by=model.person.model_profile)
    model.post(f"/users/{employer.person.id}/block")

    error(employer.patch(f"/responses/{response.id}/status", {"status": "accepted"}), 403, "ACCOUNT_BLOCKED")
    assert not Room.objects.exists()
    data(employer.patch(f"/responses/{response.id}/status", {"status": "rejected"}))


def test_31_messages_a_minute_are_one_too_many_but_a_repeat_is_none(employer, model, address, settings):
    settings.RATES = {**settings.RATES, "chat": (30, 60)}
    said(employer, address, "0", client_id="a-0")
    for n in range(1, 30):
        said(employer, address, f"{n}")
        said(employer, address, "0", status=200, client_id="a-0")

    refused = error(employer.post(address, {"content": "30"}), 429, "RATE_LIMIT_EXCEEDED")

    assert 1 <= refused["retry_after"] <= 60
    said(employer, address, "0", status=200, client_id="a-0")
    error(employer.post(address, {"content": ""}), 400, "VALIDATION_ERROR")
    said(model, address, "другой человек")
    assert Message.objects.count() == 31


def test_an_idempotency_key_says_it_once_too(employer, address):
    answers = [employer.post(address, {"content": "Раз"}, headers={"Idempotency-Key": "k"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Message.objects.count() == 1


def test_a_ticket_is_another_each_time(model):
    one, other = (data(model.post("/ws/ticket"), 201)["ticket"] for _ in range(2))

    assert one["expires_in"] == 30
    assert one["ticket"] != other["ticket"]
    error(Api().post("/ws/ticket"), 401, "AUTH_REQUIRED")

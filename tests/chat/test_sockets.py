"""The socket, on a real server: who gets in, what each frame does, what ends it."""

import json
import socket as tcp
import time

import pytest
from websockets.exceptions import InvalidStatus

from accounts import services as account_services
from accounts.models import Session, Ticket
from billing.models import Subscription
from chat.models import Message
from tests import factories, live
from tests.chat.conftest import enter
from tests.conftest import Api, data

WITHIN = 5  # seconds: the promise for logout, ban and block


@pytest.fixture
def pair(server, room):
    """The sockets of both, in the room's order."""
    with enter(server, room.first) as one, enter(server, room.second) as other:
        one.wait_for("presence", user_id=str(room.second.id), online=True)
        other.wait_for("presence", user_id=str(room.first.id), online=True)
        one.everything(), other.everything()
        yield one, other


# --- who gets in --------------------------------------------------------------------------------------------


def test_a_token_a_ticket_or_the_header_open_a_socket(server):
    person = factories.user()
    token = factories.access_token(person)
    ticket = data(Api(person).post("/ws/ticket"), 201)["ticket"]["ticket"]
    bearer = {"additional_headers": {"Authorization": f"Bearer {token}"}}

    for query, options in ((f"?token={token}", {}), (f"?ticket={ticket}", {}), ("", bearer)):
        with live.Socket(server, query, **options) as socket:
            assert socket.next() == {"type": "ready", "user_id": str(person.id)}


def refused(server, query="", **options) -> dict:
    """What a socket that is let in only to be told why is told."""
    with live.Socket(server, query, **options) as socket:
        code, (event,) = socket.code_of_end()
    assert (code, event["type"]) == (4401, "error")
    return event


def test_no_credentials_are_told_apart_from_bad_ones(server):
    assert refused(server)["code"] == "AUTH_REQUIRED"
    assert refused(server, "?token=")["code"] == "INVALID_TOKEN"
    assert refused(server, "?token=abc")["code"] == "INVALID_TOKEN"
    assert refused(server, "?ticket=abc")["code"] == "INVALID_TOKEN"
    assert refused(server, additional_headers={"Authorization": "Basic abc"})["code"] == "INVALID_TOKEN"


def test_a_refresh_token_of_an_ended_session_or_a_banned_user_opens_nothing(server):
    session, refresh = account_services.open_session(user=factories.user())
    banned = factories.user()
    token = factories.access_token(banned)
    factories.banned(banned)
    ended = factories.access_token(factories.user())
    Session.objects.exclude(user=session.user).end()

    for text in (refresh, token, ended):
        assert refused(server, f"?token={text}")["code"] == "INVALID_TOKEN"


def test_a_slow_client_still_reads_why_it_is_refused(server):
    with tcp.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(
            b"GET /ws?token=abc HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        time.sleep(2)  # longer than Daphne would wait for the close to be agreed to
        line.sendall(b"\x88\x82\0\0\0\0\x11\x31")  # agrees: a masked close frame, code 4401
        said = line.recv(65536)

    assert b"101 Switching Protocols" in said
    assert b'"code":"INVALID_TOKEN"' in said
    assert (4401).to_bytes(2, "big") in said


def test_a_ticket_works_once_and_for_30_seconds(server):
    client = Api(factories.user())
    used, old = (data(client.post("/ws/ticket"), 201)["ticket"]["ticket"] for _ in range(2))
    with live.Socket(server, f"?ticket={used}") as socket:
        socket.wait_for("ready")
    Ticket.objects.update(expires_at=Ticket.objects.get().created_at)

    assert refused(server, f"?ticket={used}")["code"] == "INVALID_TOKEN"
    assert refused(server, f"?ticket={old}")["code"] == "INVALID_TOKEN"


@pytest.mark.parametrize(("origin", "status"), [
    ("http://127.0.0.1:{port}", 101), ("http://localhost:5173", 101), ("https://evil.example", 403),
    ("null", 403), ("http://127.0.0.1.evil.example", 403), ("file://", 403), ("http://[", 400),
])  # fmt: skip
def test_a_page_of_another_site_opens_no_socket(server, origin, status):
    query = f"?token={factories.access_token(factories.user())}"
    try:
        with live.Socket(server, query, origin=origin.format(port=server.port)) as socket:
            socket.wait_for("ready")
            found = 101
    except InvalidStatus as refusal:
        found = refusal.response.status_code

    assert found == status


@pytest.mark.parametrize("path", ["/ws/", "/", "/api/v1/ws"])
def test_other_addresses_are_no_sockets(server, path):
    with pytest.raises(InvalidStatus) as refusal:
        live.Socket(server, path=path)
    assert refusal.value.response.status_code == 403


# --- what frames do -----------------------------------------------------------------------------------------


def test_a_message_is_acknowledged_to_its_sender_and_told_to_every_other_socket(server, room, pair):
    one, other = pair
    with enter(server, room.first) as second_device:
        one.say(type="message", room_id=str(room.id), content="Здравствуйте!", client_id="a-1")

        ack = one.wait_for("ack")
        assert (ack["client_id"], ack["message"]["seq"]) == ("a-1", 1)
        assert ack["message"]["id"] == str(Message.objects.get().id)
        event = {"type": "message", "room_id": str(room.id), "message": ack["message"]}
        assert other.wait_for("message") == event
        assert "notification" not in {told["type"] for told in other.passed_by}, "the message itself comes first"
        other.wait_for("notification")
        assert second_device.wait_for("message") == event
        assert [told for told in one.everything() if told["type"] == "message"] == []

        one.say(type="message", room_id=str(room.id), content="Здравствуйте!", client_id="a-1")
        assert one.wait_for("ack") == ack
        assert other.everything() == []
    assert Message.objects.count() == 1


def test_what_is_said_over_http_is_told_to_every_socket(room, pair):
    said = data(Api(room.first).post(f"/chat/rooms/{room.id}/messages", {"content": "По почте"}), 201)["message"]

    for socket in pair:
        assert socket.wait_for("message") == {"type": "message", "room_id": str(room.id), "message": said}


def test_edits_and_deletions_are_told(room, pair):
    client, address = Api(room.first), f"/chat/rooms/{room.id}/messages"
    said = data(client.post(address, {"content": "Раз"}), 201)["message"]

    edited = data(client.patch(f"{address}/{said['id']}", {"content": "Два"}))["message"]
    for socket in pair:
        assert socket.wait_for("message_edited") == {
            "type": "message_edited",
            "room_id": str(room.id),
            "message": edited,
        }
    client.delete(f"{address}/{said['id']}")
    for socket in pair:
        stone = socket.wait_for("message_deleted")["message"]
        assert (stone["id"], stone["content"], bool(stone["deleted_at"])) == (said["id"], "", True)


def test_typing_is_told_to_the_other_alone_and_kept_nowhere(room, pair):
    one, other = pair
    one.say(type="typing", room_id=str(room.id))

    assert other.next() == {"type": "typing", "room_id": str(room.id), "user_id": str(room.first.id)}
    assert (one.everything(), Message.objects.count()) == ([], 0)


def test_reading_is_told_to_both_once(room, pair):
    one, other = pair
    for content in ("1", "2"):
        factories.message(to=room, by=room.first, content=content)
    for _ in range(2):
        other.say(type="read", room_id=str(room.id), seq=2)

    place = {"type": "read", "room_id": str(room.id), "user_id": str(room.second.id), "seq": 2}
    for socket in (one, other):
        assert [event for event in socket.everything() if event["type"] == "read"] == [place]
    assert data(Api(room.second).get("/chat/unread"))["unread_count"] == 0


def test_sync_gives_exactly_what_was_missed_and_an_error_for_anothers_room(server, room):
    foreign = factories.room()
    for n in range(1, 6):
        factories.message(to=room, by=room.first, content=f"{n}")
    with enter(server, room.second) as socket:
        asked = {str(room.id): 2, str(foreign.id): 0, "nonsense": 0}
        socket.say(type="sync", rooms=asked)

        told = socket.wait_for("sync", room_id=str(room.id))
        assert [(message["seq"], message["content"]) for message in told["messages"]] == [(3, "3"), (4, "4"), (5, "5")]
        assert told["has_more"] is False
        errors = [event for event in [*socket.passed_by, *socket.everything()] if event["type"] == "error"]
        assert [(event["code"], event["room_id"]) for event in errors] == [
            ("NOT_FOUND", str(foreign.id)),
            ("NOT_FOUND", "nonsense"),
        ]
        socket.say(type="sync", rooms={str(room.id): 5})
        assert socket.wait_for("sync") == {"type": "sync", "room_id": str(room.id), "messages": [], "has_more": False}


def test_sync_comes_in_pieces_of_200(server, room):
    Message.objects.bulk_create(
        Message(room=room, seq=seq, sender=room.first, content=f"{seq}") for seq in range(1, 451)
    )
    type(room).objects.update(last_seq=450)
    with enter(server, room.second) as socket:
        pieces, last = [], 0
        while True:
            socket.say(type="sync", rooms={str(room.id): last})
            told = socket.wait_for("sync")
            pieces.append([message["seq"] for message in told["messages"]])
            last = pieces[-1][-1]
            if not told["has_more"]:
                break

    assert [len(piece) for piece in pieces] == [200, 200, 50]
    assert [seq for piece in pieces for seq in piece] == list(range(1, 451))


def test_sync_of_long_messages_comes_in_pieces_that_a_client_may_take(server, room):
    Message.objects.bulk_create(
        Message(room=room, seq=seq, sender=room.first, content="ё" * 4000) for seq in range(1, 201)
    )
    type(room).objects.update(last_seq=200)
    with enter(server, room.second) as socket:
        socket.say(type="sync", rooms={str(room.id): 0})
        first = socket.wait_for("sync")
        assert first["has_more"]
        socket.say(type="sync", rooms={str(room.id): first["messages"][-1]["seq"]})
        second = socket.wait_for("sync")

    assert len(json.dumps(first, ensure_ascii=False).encode()) < 2**20
    assert [message["seq"] for message in [*first["messages"], *second["messages"]]] == list(range(1, 201))


def test_a_new_room_is_told_to_both(server):
    one, other = factories.pro(factories.employer().user), factories.model().user
    with enter(server, one) as first, enter(server, other) as second:
        room = data(Api(one).post("/chat/rooms", {"participant_id": str(other.id)}), 201)["room"]

        assert first.wait_for("room")["room"] == room
        assert second.wait_for("room")["room"] == room


def test_an_acceptance_tells_the_model_of_the_room_in_her_language(server):
    response = factories.response(by=factories.model(person=factories.user(language="en")))
    with enter(server, response.applicant.user) as socket:
        data(Api(response.casting.employer.user).patch(f"/responses/{response.id}/status", {"status": "accepted"}))

        room = socket.wait_for("room")["room"]
        assert (room["unread_count"], room["last_message"]["sender_id"]) == (1, None)
        assert room["last_message"]["content"].startswith("The response was accepted")


def test_partners_see_each_other_come_and_go(server, room):
    with enter(server, room.first) as one:
        with enter(server, room.second) as other:
            assert one.wait_for("presence", online=True)["user_id"] == str(room.second.id)
            assert other.wait_for("presence", online=True)["user_id"] == str(room.first.id)
            with enter(server, room.second):
                pass
            assert one.everything() == [], "a second device that leaves is no departure"
        assert one.wait_for("presence") == {"type": "presence", "user_id": str(room.second.id), "online": False}


def test_the_30_messages_of_a_minute_are_shared_by_sockets_and_http(room, tmp_path):
    with live.server(tmp_path / "web.log", RATE_LIMIT_CHAT="30/min") as limited, enter(limited, room.first) as socket:
        for n in range(30):
            socket.say(type="message", room_id=str(room.id), content=f"{n}", client_id=f"{n}")
        for n in range(30):
            socket.wait_for("ack", client_id=f"{n}")
        socket.say(type="message", room_id=str(room.id), content="30", client_id="30")
        error = socket.wait_for("error")
        assert (error["code"], error["client_id"]) == ("RATE_LIMIT_EXCEEDED", "30")
        assert 1 <= error["retry_after"] <= 60
        socket.say(type="message", room_id=str(room.id), content="0", client_id="0")
        assert socket.wait_for("ack")["message"]["seq"] == 1
    assert Message.objects.count() == 30


# --- what ends a socket -------------------------------------------------------------------------------------


def ends_within_the_promise(socket) -> None:
    started = time.monotonic()
    code, said = socket.code_of_end()
    assert (code, said[-1]["code"]) == (4401, "INVALID_TOKEN")
    assert time.monotonic() - started < WITHIN


def test_logout_ban_and_a_password_change_close_the_sockets_they_should(server):
    person = factories.user()
    client = Api(person)
    token = client._credentials["HTTP_AUTHORIZATION"].split()[1]
    with enter(server, person) as other_device, live.Socket(server, f"?token={token}") as this:
        this.wait_for("ready")
        assert client.post("/auth/logout").status_code == 200
        ends_within_the_promise(this)
        assert other_device.everything() == [], "another session lives on"

        factories.banned(person)
        ends_within_the_promise(other_device)

    person = factories.user()
    with enter(server, person) as socket:
        account_services.set_password(user=person, password="Tulpar-8-kanat")
        ends_within_the_promise(socket)


def test_a_session_that_ends_unheard_closes_its_socket_all_the_same(server):
    """No event tells of it, as when Redis is away: what finds it is the look at the sessions."""
    person = factories.user()
    with enter(server, person) as socket:
        Session.objects.filter(user=person).update(ended_at="2026-01-01T00:00:00Z")
        ends_within_the_promise(socket)


def test_a_block_ends_what_the_two_hear_of_each_other(room, pair):
    one, other = pair
    assert Api(room.second).post(f"/users/{room.first.id}/block").status_code == 204
    assert one.wait_for("presence") == {"type": "presence", "user_id": str(room.second.id), "online": False}
    other.everything()

    for kind in ("message", "typing"):
        one.say(type=kind, room_id=str(room.id), content="?", client_id="a-1")
        assert one.wait_for("error")["code"] == "ACCOUNT_BLOCKED"
    one.say(type="read", room_id=str(room.id), seq=0)
    assert other.everything() == []


def test_a_plan_that_ended_is_felt_at_the_next_message(server):
    opener = factories.pro(factories.employer().user)
    room = factories.room(one=opener)
    with enter(server, opener) as socket:
        Subscription.objects.filter(user=opener).delete()
        socket.say(type="message", room_id=str(room.id), content="?", client_id="a-1")
        error = socket.wait_for("error")
        assert (error["code"], error["details"]["feature"]) == ("SUBSCRIPTION_LIMIT", ["chat_access"])

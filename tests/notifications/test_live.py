"""What sockets hear of notifications, and what chat makes of them: on a real server, a real Redis, real sockets."""

from chat import presence
from notifications.models import Delivery, Inbox, Notification
from tests import factories
from tests.chat.conftest import enter
from tests.conftest import Api, data


def unread_of(person) -> int:
    return data(Api(person).get("/auth/me"))["user"]["unread_notifications"]


def people_of(room) -> list:
    """The employer, who has chat, and the model."""
    return sorted(room.people, key=lambda person: person.role != "employer")


def say(room, person, text: str = "Добрый день"):
    return data(Api(person).post(f"/chat/rooms/{room.id}/messages", {"content": text}), 201)["message"]


def test_whoever_is_online_hears_of_a_decision_at_once(server):
    response = factories.response()
    model, employer = response.applicant.user, response.casting.employer.user
    with enter(server, model) as socket:
        data(Api(employer).patch(f"/responses/{response.id}/status", {"status": "shortlisted"}))

        event = socket.wait_for("notification")

    assert event["unread_count"] == 1
    assert event["notification"] == data(Api(model).get("/notifications"))["notifications"][0]


def test_a_socket_hears_of_the_first_unread_message_of_a_room_and_not_of_each(server):
    room = factories.room(one=factories.pro(factories.employer().user))
    sender, reader = people_of(room)
    with enter(server, reader) as socket:
        for _ in range(3):
            say(room, sender)
        heard = [event for event in socket.everything() if event["type"] == "notification"]

    assert [event["unread_count"] for event in heard] == [1]
    assert Notification.objects.get(user=reader).data["messages"] == 3


def test_reading_a_room_reads_its_notification_and_answering_does_too(server):
    room = factories.room(one=factories.pro(factories.employer().user))
    sender, reader = people_of(room)
    say(room, sender)
    assert unread_of(reader) == 1

    data(Api(reader).post(f"/chat/rooms/{room.id}/read", {}))
    assert unread_of(reader) == 0

    say(room, sender)
    assert unread_of(reader) == 1
    say(room, reader)
    assert (unread_of(reader), unread_of(sender)) == (0, 1)
    assert Inbox.objects.get(user=reader).unread == 0


def test_reading_a_part_of_a_room_leaves_its_notification_unread(server):
    room = factories.room(one=factories.pro(factories.employer().user))
    sender, reader = people_of(room)
    first = say(room, sender)
    say(room, sender)

    data(Api(reader).post(f"/chat/rooms/{room.id}/read", {"seq": first["seq"]}))

    assert unread_of(reader) == 1


def test_a_reader_who_wants_to_hear_of_no_messages_gets_none(server):
    room = factories.room(one=factories.pro(factories.employer().user))
    sender, reader = people_of(room)
    data(Api(reader).patch("/notifications/preferences", {"new_message": False}))

    say(room, sender)

    assert not Notification.objects.filter(user=reader).exists()


def test_no_letter_of_a_message_while_the_reader_is_online(server, mailoutbox):
    room = factories.room(one=factories.pro(factories.employer().user))
    sender, reader = people_of(room)
    with enter(server, reader) as socket:
        assert presence.online([reader.id]) == {reader.id}
        say(room, sender)
        socket.wait_for("notification")

    assert (len(mailoutbox), Delivery.objects.get(user=reader).status) == (0, "pending")

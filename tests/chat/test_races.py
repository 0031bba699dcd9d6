"""The rules of chat about counts and uniqueness, with threads on the real database."""

from collections import Counter
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction

from accounts import services as account_services
from chat import services
from chat.models import Attachment, Membership, Message, Room
from mwork.api.errors import InvalidToken
from tests import factories
from tests.conftest import Api
from tests.races import at_once, overtaken

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]


def statuses(answers) -> Counter:
    return Counter(answer.status_code for answer in answers)


@pytest.mark.parametrize("about_a_casting", [True, False])
def test_two_who_open_a_room_at_once_share_one(about_a_casting):
    employer, model = factories.employer(), factories.model()
    people = [factories.pro(employer.user), factories.pro(model.user)]
    body = {"casting_id": str(factories.casting(of=employer).id)} if about_a_casting else {}
    clients = [Api(person) for person in people]

    answers = at_once(
        10, lambda n: clients[n % 2].post("/chat/rooms", {"participant_id": str(people[1 - n % 2].id), **body})
    )

    assert statuses(answers) == {201: 1, 200: 9}
    assert len({answer.json()["data"]["room"]["id"] for answer in answers}) == 1
    assert (Room.objects.count(), Membership.objects.count()) == (1, 2)


def test_an_acceptance_and_an_opening_at_once_make_one_room():
    for _ in range(5):
        response = factories.response()
        owner = factories.pro(response.casting.employer.user)
        client = Api(owner)
        body = {"participant_id": str(response.applicant.user_id), "casting_id": str(response.casting_id)}
        acts = [
            lambda c=client, r=response: c.patch(f"/responses/{r.id}/status", {"status": "accepted"}),
            lambda c=client, b=body: c.post("/chat/rooms", b),
        ]

        answers = at_once(2, lambda n, acts=acts: acts[n]())

        assert [answer.status_code // 100 for answer in answers] == [2, 2]
        room = Room.objects.get(casting=response.casting)
        assert (room.last_seq, room.memberships.filter(may_answer=True).count()) == (1, 2)


def test_twenty_messages_at_once_are_numbered_without_a_gap():
    room = factories.room()
    clients = [Api(person) for person in room.people]

    answers = at_once(20, lambda n: clients[n % 2].post(f"/chat/rooms/{room.id}/messages", {"content": f"{n}"}))

    assert statuses(answers) == {201: 20}
    assert list(room.messages.order_by("seq").values_list("seq", flat=True)) == list(range(1, 21))
    room.refresh_from_db()
    assert (room.last_seq, room.last_message.seq) == (20, 20)


def test_without_the_rooms_lock_two_messages_take_one_number():
    """The control: the number is read by both before either writes. Only the constraint is left, and refuses one."""
    room = factories.room()
    everybody_has_looked = Barrier(2)

    def say_unlocked(n):
        seq = Room.objects.get(id=room.id).last_seq + 1
        everybody_has_looked.wait(timeout=10)
        try:
            with transaction.atomic():
                Message.objects.create(room=room, seq=seq, sender=room.people[n], content="?")
        except IntegrityError:
            return False
        return True

    assert sum(at_once(2, say_unlocked)) == 1


def test_one_client_id_at_once_is_one_message_and_counts_once(settings):
    settings.RATES = {**settings.RATES, "chat": (3, 60)}
    room = factories.room()
    client, address = Api(room.first), f"/chat/rooms/{room.id}/messages"

    answers = at_once(10, lambda _: client.post(address, {"content": "Раз", "client_id": "a-1"}))

    assert statuses(answers) == {201: 1, 200: 9}
    assert len({answer.json()["data"]["message"]["id"] for answer in answers}) == Message.objects.count() == 1
    rest = [client.post(address, {"content": "Ещё"}).status_code for _ in range(3)]
    assert rest == [201, 201, 429]


def test_of_forty_messages_at_once_in_two_rooms_thirty_pass(settings):
    settings.RATES = {**settings.RATES, "chat": (30, 60)}
    one = factories.pro(factories.employer().user)
    rooms = [factories.room(one=one, other=factories.model().user) for _ in range(2)]

    answers = at_once(40, lambda n: Api(one).post(f"/chat/rooms/{rooms[n % 2].id}/messages", {"content": "?"}))

    assert statuses(answers) == {201: 30, 429: 10}
    assert Message.objects.count() == 30


def test_an_attachment_named_ten_times_at_once_goes_with_one_message():
    one = factories.pro(factories.employer().user)
    rooms = [factories.room(one=one, other=factories.model().user) for _ in range(5)]
    file = factories.attachment(owner=one)
    client, body = Api(one), {"attachment_ids": [str(file.id)]}

    answers = at_once(10, lambda n: client.post(f"/chat/rooms/{rooms[n % 5].id}/messages", body))

    assert statuses(answers) == {201: 1, 400: 9}
    assert Attachment.objects.get().message == Message.objects.get()


def test_who_read_less_and_comes_later_takes_nothing_back():
    room = factories.room()
    for _ in range(8):
        factories.message(to=room, by=room.first)

    def read(seq: int):
        return lambda: services.read(user=room.second, room_id=room.id, seq=seq)

    assert overtaken(read(3), read(8), after="chat_membership") == [(3, 5), (8, 0)]
    assert room.memberships.get(user=room.second).last_read_seq == 8


def test_who_answers_and_reads_at_once_does_both():
    """Both write the answerer's read mark and her notifications: in one order, or each waits for the other for ever."""
    room = factories.room()
    one, other = room.people
    services.say(sender=other, room_id=room.id, content="?")

    said, read = overtaken(
        lambda: services.say(sender=one, room_id=room.id, content="!")[1],
        lambda: services.read(user=one, room_id=room.id),
        after="notifications_inbox",
        verb="UPDATE",
    )

    assert (said, read) == (True, (2, 0))


def test_two_who_answer_each_other_in_two_rooms_at_once_do_both():
    """Each reads what was said in one room, and is told of the other: two counts of unread, locked in one order."""
    employer, other = factories.employer(), factories.pro(factories.model().user)
    one = factories.pro(employer.user)
    rooms = [factories.room(one=one, other=other, about=about) for about in (None, factories.casting(of=employer))]
    services.say(sender=other, room_id=rooms[0].id, content="?")
    services.say(sender=one, room_id=rooms[1].id, content="?")

    def answer(person, room):
        return lambda: services.say(sender=person, room_id=room.id, content="!")[1]

    acts = answer(one, rooms[0]), answer(other, rooms[1])
    assert overtaken(*acts, after="notifications_inbox", verb="UPDATE") == [True, True]


def test_a_message_is_edited_or_deleted_but_no_stone_speaks():
    for _ in range(5):
        room = factories.room()
        message = factories.message(to=room, by=room.first)
        client, address = Api(room.first), f"/chat/rooms/{room.id}/messages/{message.id}"
        acts = [lambda c=client, a=address: c.patch(a, {"content": "?"}), lambda c=client, a=address: c.delete(a)]

        edited, deleted = at_once(2, lambda n, acts=acts: acts[n]())

        message.refresh_from_db()
        assert (deleted.status_code, message.content) == (204, "")
        assert edited.status_code in (200, 409)


def test_one_ticket_opens_once_of_ten():
    session, _refresh = account_services.open_session(user=factories.user())
    text = account_services.issue_ticket(session=session)

    def use(_):
        try:
            return account_services.use_ticket(text=text).session_id
        except InvalidToken:
            return None

    assert Counter(at_once(10, use)) == {session.id: 1, None: 9}

"""Who counts as online: whoever has a socket that its process has renewed of late."""

import time
from uuid import UUID, uuid4

import pytest

from chat import presence

SHORTLY, LONG = 2, 60  # seconds that a socket is believed


@pytest.fixture
def people(monkeypatch) -> list[UUID]:
    """More than are renewed at once, each with a socket that is believed shortly; what is renewed from now on, long."""
    monkeypatch.setattr(presence, "BELIEVED_FOR", SHORTLY)
    people = [uuid4() for _ in range(2 * presence.AT_ONCE + 3)]
    assert all(presence.arrive(person, f"socket of {person}") for person in people)
    monkeypatch.setattr(presence, "BELIEVED_FOR", LONG)
    return people


def test_sockets_that_are_not_renewed_are_forgotten(people):
    renewed = people[::2]
    presence.renew((person, f"socket of {person}") for person in renewed)

    time.sleep(SHORTLY + 0.1)

    assert presence.online(people) == set(renewed)
    assert all(presence.leave(person, f"socket of {person}") for person in renewed), "each by its own name"


def test_a_dead_socket_does_not_keep_its_user_online(people):
    person = people[0]
    presence.renew([(person, "another socket")])

    time.sleep(SHORTLY + 0.1)

    assert not presence.arrive(person, "a third")
    assert not presence.leave(person, "a third")
    assert presence.leave(person, "another socket")
    assert presence.online([person]) == set()

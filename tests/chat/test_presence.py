"""Who counts as online: whoever has a socket that its process has renewed of late."""

import time
from uuid import UUID, uuid4

import pytest

from chat import presence


@pytest.fixture
def people(monkeypatch) -> list[UUID]:
    """More than are renewed at once, each with an open socket that is believed for a second."""
    monkeypatch.setattr(presence, "BELIEVED_FOR", 1)
    people = [uuid4() for _ in range(2 * presence.AT_ONCE + 3)]
    assert all(presence.arrive(person, f"socket of {person}") for person in people)
    return people


def test_sockets_that_are_not_renewed_are_forgotten(people):
    assert presence.online(people) == set(people)
    renewed = people[::2]

    for _ in range(3):
        time.sleep(0.4)
        presence.renew((person, f"socket of {person}") for person in renewed)

    assert presence.online(people) == set(renewed)
    assert all(presence.leave(person, f"socket of {person}") for person in renewed), "each by its own name"


def test_a_dead_socket_does_not_keep_its_user_online(people):
    person = people[0]
    for _ in range(3):
        time.sleep(0.4)
        presence.renew([(person, "another socket")])

    assert not presence.arrive(person, "a third")
    assert not presence.leave(person, "a third")
    assert presence.leave(person, "another socket")
    assert presence.online([person]) == set()

"""People with a socket open, and a room of two."""

import pytest

from tests import factories, live


def enter(server, person) -> live.Socket:
    """A socket that has heard who it is."""
    socket = live.Socket(server, f"?token={factories.access_token(person)}")
    assert socket.next() == {"type": "ready", "user_id": str(person.id)}
    return socket


@pytest.fixture
def room(server):
    return factories.room()

"""Those whom somebody talks to: who hears that she comes and goes."""

from uuid import UUID

from django.db.models import Q

from accounts.models import Block
from chat import events
from chat.models import Room

MOST = 500  # of the latest rooms


def of(user_id: UUID) -> set[UUID]:
    """The users who share a room with this one, without those whom a block parts from her."""
    rooms = Room.objects.filter(Q(first=user_id) | Q(second=user_id)).order_by("-updated_at")
    pairs = rooms.values_list("first_id", "second_id")[:MOST]
    blocks = Block.objects.filter(Q(blocker=user_id) | Q(blocked=user_id)).values_list("blocker_id", "blocked_id")
    together, parted = ({person for pair in found for person in pair} for found in (pairs, blocks))
    return together - parted - {user_id}


def tell(user_id: UUID, *, online: bool) -> None:
    events.presence(user_id, online, of(user_id))

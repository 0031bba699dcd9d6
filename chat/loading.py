"""What is shown of rooms and messages besides their own rows: people and files, one query for all of them."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.db.models import F

from chat.models import Attachment, Message, Room
from mwork.models import AnyOf
from mwork.prepared import Prepared

SHOWN = ["model_profile__name", "model_profile__main_photo", "employer_profile__company_name", "employer_profile__logo"]

_PEOPLE = Prepared(
    lambda slot: (
        get_user_model()
        .objects.filter(AnyOf(F("id"), slot("ids")))
        .select_related("model_profile", "employer_profile")
        .only("role", "language", "closed_at", *SHOWN)
    )
)
_FILES = Prepared(lambda slot: Attachment.objects.filter(AnyOf(F("message"), slot("ids"))).order_by("id"))


def people(rooms: Iterable[Room]) -> None:
    """Give each room its two people, with what their profiles show of them."""
    found = {user.id: user for user in _PEOPLE.all(ids=[*{user_id for room in rooms for user_id in room.people_ids}])}
    for room in rooms:
        room.first, room.second = (found[user_id] for user_id in room.people_ids)


def files(messages: Iterable[Message]) -> None:
    """Give each message the files that hang on it, to be read by `attachments.all()` alone."""
    known = {message.id: [] for message in messages}
    for file in _FILES.all(ids=[*known]):
        known[file.message_id].append(file)
    for message in messages:
        message._prefetched_objects_cache = {"attachments": known[message.id]}


def of_rooms(rooms: Iterable[Room]) -> None:
    """Both, for a list of rooms with the last message of each."""
    people(rooms)
    files([room.last_message for room in rooms if room.last_message])

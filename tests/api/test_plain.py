"""Plain serializers write what DRF would write of the same row."""

import pytest
from rest_framework import serializers

from castings.models import Casting, Response
from castings.serializers import (
    ApplicantSerializer,
    CastingBriefSerializer,
    CastingSerializer,
    CreatorSerializer,
    OwnResponseWithCastingSerializer,
    ReceivedResponseSerializer,
    RequirementsSerializer,
    ResponseSerializer,
)
from chat import services
from chat.models import Message, Room
from chat.serializers import AttachmentSerializer, MessageSerializer, ParticipantSerializer, RoomSerializer
from mwork.api.plain import Plain
from mwork.api.renderers import written
from tests import factories


@pytest.fixture
def rows(plans):
    """Rows of every kind with as much in them as there can be, and with as little."""
    bare = factories.casting(category=None, pay_min=None, pay_max=None)
    full = factories.casting(cover="castings/1.webp", gender="female", min_age=18, of=factories.employer(logo="l.webp"))
    model = factories.model(main_photo="photos/1.webp")
    sent = factories.response(to=full, by=model, portfolio_links=["https://example.kz"], agency=factories.agency())
    empty = factories.response(to=bare)
    room = factories.room()
    file = factories.attachment(owner=room.first)
    said = factories.message(to=room, by=room.first, client_id="1", attachment_ids=[file.id])
    stone = factories.message(to=room, by=room.first)
    services.delete(user=room.first, message=stone)
    viewer = Casting.objects.for_list(model.user)
    castings = [*viewer, *Casting.objects.with_role(model.user)]
    people = [room.first, room.second, factories.user(closed_at=said.created_at)]
    rooms = Room.objects.visible_to(room.first).for_list()
    return {
        Casting: castings, Response: [sent, empty], Room: [*rooms],
        Message: [said, stone, Message.objects.get(id=stone.id)],
        "people": people, "profiles": [model], "employers": [full.employer, bare.employer],
        "files": [*said.attachments.all()],
    }  # fmt: skip


KINDS = {
    CastingSerializer: Casting, CastingBriefSerializer: Casting, RequirementsSerializer: Casting,
    ResponseSerializer: Response, ReceivedResponseSerializer: Response, OwnResponseWithCastingSerializer: Response,
    ApplicantSerializer: "profiles", CreatorSerializer: "employers",
    MessageSerializer: Message, AttachmentSerializer: "files", RoomSerializer: Room, ParticipantSerializer: "people",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_row_is_written_as_drf_writes_it(rows, kind):
    assert rows[KINDS[kind]]
    for row in rows[KINDS[kind]]:
        assert written(Plain.to_representation(kind(), row)) == written(
            serializers.Serializer.to_representation(kind(), row)
        )

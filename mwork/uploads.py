"""POST /upload: one door to what the apps do with files, so it stands on the roof."""

from functools import partial

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import Role
from billing import limits
from billing.models import Feature
from castings import services as casting_services
from castings.models import Casting
from chat import attachments
from chat.models import Attachment
from mwork import images, storage
from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.parsers import UploadParser
from mwork.api.renderers import answer
from mwork.api.schema import endpoint
from mwork.api.views import View
from profiles import acting, photos
from profiles import services as profile_services
from profiles.acting import Right
from profiles.models import EmployerProfile, ModelProfile


class UploadSerializer(serializers.Serializer):
    example = {"file": "(binary)", "entityType": "casting", "entityId": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0f1",
               "usage": "cover"}  # fmt: skip

    file = serializers.FileField(allow_empty_file=True)
    entityType = serializers.ChoiceField(["model", "employer", "casting", "chat"])
    entityId = serializers.UUIDField(required=False)
    usage = serializers.ChoiceField(["portfolio", "avatar", "logo", "cover", "attachment"])


class UploadedSerializer(serializers.Serializer):
    """What was stored. `id` is the photo's, the attachment's, or that of the row whose picture it became."""

    noun = "upload"
    example = {
        "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa0f1",
        "url": "https://cdn.mwork.kz/castings/0193a1b2/5f0c7e.webp",
        "thumbnail_url": "https://cdn.mwork.kz/castings/0193a1b2/9a1b2c.webp",
        "content_type": "image/webp",
        "size": 183204,
    }

    id = serializers.UUIDField()
    url = serializers.CharField()
    thumbnail_url = serializers.CharField(allow_null=True)
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes as stored")


def add_photo(user, file, entity_id, *, is_main: bool = False) -> dict:
    """A photo of the model's own profile."""
    _allow(user.role == Role.MODEL)
    if entity_id and not ModelProfile.objects.filter(user=user, id=entity_id).exists():
        _allow(not ModelProfile.objects.visible_to(user).filter(id=entity_id).exists())
        raise errors.NotFound
    limits.check(user, Feature.PHOTOS)
    photo = photos.add(user=user, picture=images.prepare(file), is_main=is_main)
    return _stored(photo.id, photo.file, photo.thumbnail, photo.size)


def set_logo(user, file, entity_id) -> dict:
    """The picture of one's own company."""
    _allow(user.role in (Role.EMPLOYER, Role.AGENCY))
    employer = EmployerProfile.objects.filter(user=user).first()
    if entity_id and (employer is None or employer.id != entity_id):
        _allow(not EmployerProfile.objects.visible_to(user).filter(id=entity_id).exists())
        raise errors.NotFound
    if employer is None:
        raise errors.InvalidState(_("Make an employer profile first."))
    picture = images.prepare(file)
    employer = profile_services.set_logo(employer=employer, picture=picture)
    return _stored(employer.id, employer.logo, employer.logo_thumbnail, len(picture.content))


def set_cover(user, file, entity_id) -> dict:
    """The cover of a casting that the user may edit."""
    _allow(user.role in (Role.EMPLOYER, Role.AGENCY))
    if entity_id is None:
        raise errors.Invalid("entityId", _("Name the casting."))
    casting = Casting.objects.visible_to(user).with_role(user).filter(id=entity_id).first()
    if casting is None:
        raise errors.NotFound
    _allow(acting.allows(casting.acting_role, Right.EDIT))
    picture = images.prepare(file)
    casting = casting_services.set_cover(casting=casting, picture=picture, by=user)
    return _stored(casting.id, casting.cover, casting.cover_thumbnail, len(picture.content))


def attach(user, file, entity_id) -> Attachment:
    """A private file to name in a message."""
    return attachments.attach(owner=user, file=file)


ACTS = {
    ("model", "portfolio"): add_photo,
    ("model", "avatar"): partial(add_photo, is_main=True),
    ("employer", "logo"): set_logo,
    ("employer", "avatar"): set_logo,
    ("casting", "cover"): set_cover,
    ("chat", "attachment"): attach,
}


def _allow(right: bool) -> None:
    if not right:
        raise errors.Forbidden


def _stored(row_id, file: str, thumbnail: str, size: int) -> dict:
    return {
        "id": row_id,
        "url": storage.url(file),
        "thumbnail_url": storage.url(thumbnail),
        "content_type": images.Picture.content_type,
        "size": size,
    }


class Upload(View):
    tag = "uploads"
    rate = "upload"
    parser_classes = [UploadParser]

    @idempotent
    @endpoint(
        takes=UploadSerializer,
        gives=UploadedSerializer,
        status=201,
        refuses=(errors.LimitReached, errors.NotFound, errors.InvalidState, errors.PayloadTooLarge),
    )
    def post(self, request):
        """Upload a file.

        `model` + `portfolio` or `avatar`: a photo of one's own profile (`avatar` makes it the main one) ·
        `employer` + `logo` or `avatar`: one's own company's picture · `casting` + `cover`: the cover of one's own
        casting, named by `entityId` · `chat` + `attachment`: a picture or PDF to name in a message.
        """
        data = self.valid(request, UploadSerializer)
        act = ACTS.get((data["entityType"], data["usage"]))
        if act is None:
            raise errors.Invalid("usage", _("Not possible for this entityType."))
        return answer(UploadedSerializer(act(request.user, data["file"], data.get("entityId"))), 201)

"""What happens to attachments: uploaded, named in one message, or swept away."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from chat.models import Attachment, Message
from mwork import images, storage
from mwork.api.errors import Invalid, PayloadTooLarge


def attach(*, owner, file) -> Attachment:
    """Keep an uploaded picture or PDF privately. Pictures are written anew, a PDF is kept as it came.

    Raises PayloadTooLarge or Invalid; leaves no file behind then.
    """
    store, folder, thumbnail = storage.private(), f"attachments/{owner.id}", ""
    if images.is_pdf(file.read(1024)):
        file.seek(0)
        content, content_type, extension = file.read(images.MAX_BYTES + 1), "application/pdf", "pdf"
        if len(content) > images.MAX_BYTES:
            raise PayloadTooLarge
        name = storage.save(store, folder, extension, content)
    else:
        file.seek(0)
        picture = images.prepare(file)
        content, content_type, extension = picture.content, picture.content_type, picture.extension
        name, thumbnail = storage.save_picture(folder, picture, store)
    with storage.kept_if_committed(store, name, thumbnail):
        return Attachment.objects.create(
            owner=owner,
            file=name,
            thumbnail=thumbnail,
            name=_safe_name(file.name, extension),
            content_type=content_type,
            size=len(content),
        )


def claim(*, owner, ids: Iterable[UUID]) -> list[Attachment]:
    """These of the owner's files, locked until the transaction ends, so that no other message names them too.

    Invalid when one is not there, another's, or named already.
    """
    ids = set(ids)
    if not ids:
        return []
    free = Attachment.objects.select_for_update().filter(id__in=ids, owner=owner, used_at=None)
    found = list(free.order_by("id"))
    if len(found) != len(ids):
        raise Invalid("attachment_ids", _("Name files that you uploaded and have not sent yet."))
    return found


def use(files: list[Attachment], message: Message, at: datetime | None = None) -> None:
    """Hang the claimed files on the new message, which then knows them without asking."""
    if files:
        rows = Attachment.objects.filter(id__in=[file.id for file in files])
        rows.update(message=message, used_at=at or timezone.now())
    message._prefetched_objects_cache = {"attachments": files}


def discard(message: Message) -> None:
    """Delete the message's files."""
    for attachment in message.attachments.all():
        attachment.delete()
        storage.delete_after_commit(storage.private(), attachment.file, attachment.thumbnail)


def sweep(at: datetime | None = None) -> int:
    """Delete attachments never used, and their files; returns how many went. Safe to run twice and at once."""
    gone = 0
    for attachment_id in Attachment.objects.abandoned(at).values_list("id", flat=True)[:1000]:
        with transaction.atomic():
            rows = Attachment.objects.abandoned(at).select_for_update(skip_locked=True)
            attachment = rows.filter(id=attachment_id).first()
            if attachment:
                attachment.delete()
                storage.delete_after_commit(storage.private(), attachment.file, attachment.thumbnail)
                gone += 1
    return gone


def erase(*, user) -> None:
    """Forget the files that a closed account uploaded and never sent. What was said stays, without its person."""
    # Locked: one that is being named in a message at this moment is waited for, and then stays with it.
    for attachment in Attachment.objects.select_for_update().filter(owner=user, used_at=None).order_by("id"):
        attachment.delete()
        storage.delete_after_commit(storage.private(), attachment.file, attachment.thumbnail)


def _safe_name(name: str | None, extension: str) -> str:
    """The client's name for the file, without folders and odd characters, with the extension of what it is."""
    stem = (name or "").replace("\\", "/").rsplit("/")[-1].rsplit(".", 1)[0]
    try:
        stem = get_valid_filename(stem)[:100].strip(".")
    except ValueError:
        stem = ""
    return f"{stem or 'file'}.{extension}"

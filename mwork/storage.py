"""Where files lie: public ones anybody may read, private ones only by signed addresses that expire.

Local disk by default, S3 with S3_* set; settings.STORAGES names both. Names are made here and never come from outside.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse

from mwork.images import Picture

EXPIRES_IN = 3600  # seconds that a private address lives
_signer = signing.TimestampSigner(salt="private file")


def public() -> Storage:
    return storages["default"]


def private() -> Storage:
    return storages["private"]


def save(storage: Storage, folder: str, extension: str, content: bytes) -> str:
    """Write the content under a new name in this folder; returns the name."""
    return storage.save(f"{folder}/{uuid4().hex}.{extension}", ContentFile(content))


def save_picture(folder: str, picture: Picture, storage: Storage | None = None) -> tuple[str, str]:
    """Write a picture and its thumbnail, publicly unless another storage is given; returns their names."""
    storage = storage or public()
    first = save(storage, folder, picture.extension, picture.content)
    try:
        return first, save(storage, folder, picture.extension, picture.thumbnail)
    except BaseException:
        storage.delete(first)
        raise


@contextmanager
def kept_if_committed(storage: Storage, *names: str) -> Iterator[None]:
    """A transaction that the files belong to: when it fails they are deleted, and nothing is left behind."""
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for name in filter(None, names):
            storage.delete(name)
        raise


def url(name: str) -> str | None:
    """The address of a public file; None for the empty name."""
    return public().url(name) if name else None


def delete_after_commit(storage: Storage, *names: str) -> None:
    """Delete these files once the present transaction has committed: a rolled-back one keeps them."""
    for name in filter(None, names):
        transaction.on_commit(lambda name=name: storage.delete(name), robust=True)


class PrivateDisk(FileSystemStorage):
    """Private files on local disk: their addresses are signed and expire, and our own view serves them."""

    def url(self, name: str) -> str:
        return f"{settings.PUBLIC_URL}{reverse('private-file', args=[_signer.sign(name)])}"


def serve_private(request: HttpRequest, token: str) -> FileResponse:
    """The file that a signed address names, as a download; 404 for one forged or too old."""
    try:
        name = _signer.unsign(token, max_age=EXPIRES_IN)
        return FileResponse(private().open(name), as_attachment=True, filename=name.rsplit("/")[-1])
    except (signing.BadSignature, FileNotFoundError) as error:
        raise Http404 from error

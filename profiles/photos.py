"""What happens to a model's photos: exactly one is the main one, their order has no gaps, the plan limits their number.

Every change locks the profile first (after the subscription, where the plan is asked), so that changes come one by one.
Pictures are read and files written before the transaction: neither holds a lock.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from billing import limits
from billing.models import Feature
from mwork import storage
from mwork.api.errors import Invalid, InvalidState, NotFound
from mwork.images import Picture
from profiles.models import ModelProfile, Photo


def add(*, user, picture: Picture, is_main: bool = False, order: int | None = None, caption: str = "") -> Photo:
    """A new photo, at this place (the last one when None). The first one is the main one.

    Raises LimitReached, or InvalidState without a model profile; leaves no file behind then.
    """
    file, thumbnail = storage.save_picture(f"photos/{user.id}", picture)
    with storage.kept_if_committed(storage.public(), file, thumbnail):
        limits.require(user, Feature.PHOTOS)
        profile = lock(user)
        rows = list(profile.photos.all())
        photo = Photo(profile=profile, file=file, thumbnail=thumbnail, caption=caption, order=len(rows))
        photo.width, photo.height, photo.size = picture.width, picture.height, len(picture.content)
        photo.save()
        only = not any(row.is_main for row in rows)
        rows.insert(len(rows) if order is None else order, photo)
        arrange(profile, rows, photo if is_main or only else None)
    return photo


@transaction.atomic
def change(*, photo: Photo, is_main: bool | None = None, order: int | None = None, caption: str | None = None) -> Photo:
    """Change what is given.

    Invalid (400) when the main photo is to be none: another is made the main one instead. InvalidState when one that
    staff have hidden is to be the main one.
    """
    profile = lock(photo.profile.user)
    rows = list(profile.photos.all())
    photo = next((row for row in rows if row.id == photo.id), None)
    if photo is None:
        raise NotFound
    if is_main is False and photo.is_main:
        raise Invalid("is_main", _("Make another photo the main one instead."))
    if is_main and photo.is_hidden:
        raise InvalidState(_("Our staff have hidden this photo: it can't be the main one."))
    if caption is not None:
        photo.caption = caption
        photo.save(update_fields=["caption"])
    if order is not None:
        rows.remove(photo)
        rows.insert(order, photo)
    arrange(profile, rows, photo if is_main else None)
    return photo


@transaction.atomic
def remove(*, photo: Photo) -> None:
    """Delete the photo, and its files after the commit; the next in order becomes the main one if it was."""
    profile = lock(photo.profile.user)
    rows = list(profile.photos.all())
    place = next((index for index, row in enumerate(rows) if row.id == photo.id), None)
    if place is None:
        raise NotFound
    gone = rows.pop(place)
    gone.delete()
    storage.delete_after_commit(storage.public(), gone.file, gone.thumbnail)
    arrange(profile, rows, heir(rows, place) if gone.is_main else None)


@transaction.atomic
def reorder(*, user, photo_ids: list[UUID]) -> list[Photo]:
    """Put all photos of the user's profile into this order. Invalid unless it names each of them once."""
    profile = lock(user)
    rows = {row.id: row for row in profile.photos.all()}
    if len(photo_ids) != len(rows) or set(photo_ids) != set(rows):
        raise Invalid("photo_ids", _("Name all your photos, each once."))
    ordered = [rows[photo_id] for photo_id in photo_ids]
    arrange(profile, ordered, None)
    return ordered


def count(user, at=None) -> int:
    """The photos that count towards the user's plan: billing's counter."""
    return Photo.objects.filter(profile__user=user).count()


def heir(rows: list[Photo], place: int) -> Photo | None:
    """The photo that takes the main one's part: the first visible one from this place on, else the last before it."""
    following = [row for row in rows[place:] if not row.is_hidden]
    before = [row for row in rows[:place] if not row.is_hidden]
    return next(iter(following or before[-1:]), None)


def lock(user) -> ModelProfile:
    """The user's profile, locked against every other change of its photos; "no key", as photos point to it."""
    profile = ModelProfile.objects.select_for_update(no_key=True).filter(user=user).first()
    if profile is None:
        raise InvalidState(_("Make a model profile first."))
    return profile


def arrange(profile: ModelProfile, rows: list[Photo], main: Photo | None) -> None:
    """Number the photos 0, 1, 2… as they stand and, unless None, make `main` the main one; tell the profile of it.

    Without a visible photo there is no main one.
    """
    if main is not None and not main.is_main:
        profile.photos.filter(is_main=True).update(is_main=False)
        for row in rows:
            row.is_main = row.id == main.id
        Photo.objects.filter(id=main.id).update(is_main=True)
    for order, row in enumerate(rows):
        row.order = order
    Photo.objects.bulk_update(rows, ["order"])
    shown = next((row.file for row in rows if row.is_main), "")
    ModelProfile.objects.filter(id=profile.id).update(main_photo=shown)

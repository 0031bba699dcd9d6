"""What staff decide about profiles: whether an employer is verified, and which photos are hidden.

Each locks the profile, writes the audit log in the same transaction, and tells the person through it. `actor` is the
deciding member of staff, None for the operator. All raise Invalid without a reason, NotFound for what is gone, and
InvalidState when there is nothing to do.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from mwork.api.errors import InvalidState, NotFound
from profiles import photos
from profiles.models import EmployerProfile, Photo


def verify(*, employer: EmployerProfile, actor, reason: str) -> EmployerProfile:
    """Mark the company as one whose papers staff have seen."""
    return _verify(employer, actor, reason, True)


def unverify(*, employer: EmployerProfile, actor, reason: str) -> EmployerProfile:
    return _verify(employer, actor, reason, False)


@transaction.atomic
def hide_photo(*, photo: Photo, actor, reason: str) -> Photo:
    """Show the photo to its owner and staff only. If it was the main one, the next visible one becomes it."""
    profile, rows, photo = _lock_photo(photo)
    if photo.is_hidden:
        raise InvalidState(_("This photo is hidden already."))
    photo.hidden_at, was_main = timezone.now(), photo.is_main
    photo.is_main = False
    photo.save(update_fields=["hidden_at", "is_main"])
    photos.arrange(profile, rows, photos.heir(rows, photo.order) if was_main else None)
    audit.record(actor=actor, action="hide", target=photo, reason=reason, subject=profile.user)
    return photo


@transaction.atomic
def show_photo(*, photo: Photo, actor, reason: str) -> Photo:
    """Show a hidden photo again; it becomes the main one if there is none."""
    profile, rows, photo = _lock_photo(photo)
    if not photo.is_hidden:
        raise InvalidState(_("This photo is not hidden."))
    photo.hidden_at = None
    photo.save(update_fields=["hidden_at"])
    photos.arrange(profile, rows, None if any(row.is_main for row in rows) else photo)
    audit.record(actor=actor, action="show", target=photo, reason=reason, subject=profile.user)
    return photo


@transaction.atomic
def _verify(employer: EmployerProfile, actor, reason: str, verified: bool) -> EmployerProfile:
    employer = EmployerProfile.objects.select_for_update(no_key=True).filter(id=employer.id, closed_at=None).first()
    if employer is None:
        raise NotFound
    if employer.is_verified == verified:
        raise InvalidState(_("This company is verified already.") if verified else _("This company is not verified."))
    employer.is_verified = verified
    employer.save(update_fields=["is_verified", "updated_at"])
    action = "verify" if verified else "unverify"
    audit.record(actor=actor, action=action, target=employer, reason=reason, subject=employer.user)
    return employer


def _lock_photo(photo: Photo):
    """The photo's profile, locked, all its photos in order, and of them this one as it is now."""
    profile = photos.lock(photo.profile.user)
    rows = list(profile.photos.all())
    found = next((row for row in rows if row.id == photo.id), None)
    if found is None:
        raise NotFound
    return profile, rows, found

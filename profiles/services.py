"""What happens to profiles."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import closing
from accounts.models import Role
from billing import promotion
from mwork import storage
from mwork.api.errors import Duplicate, Forbidden, InvalidState
from mwork.images import Picture
from profiles.models import EmployerProfile, ModelProfile, Photo

Profile = ModelProfile | EmployerProfile


def create(kind: type[Profile], *, user, **fields) -> Profile:
    """The user's first profile of this kind; Duplicate when there is one already."""
    try:
        with transaction.atomic():
            return kind.objects.create(user=user, **fields)
    except IntegrityError as error:
        if kind.objects.filter(user=user).exists():
            raise Duplicate(_("You have a profile already.")) from error
        raise


def change(row, **fields):
    """Write these fields of a profile or a work experience and no others; returns it."""
    for name, value in fields.items():
        setattr(row, name, value)
    touched = ["updated_at"] if hasattr(row, "updated_at") else []
    row.save(update_fields=[*fields, *touched])
    return row


def set_logo(*, employer: EmployerProfile, picture: Picture) -> EmployerProfile:
    """Make this the company's picture; the one before goes after the commit."""
    logo, thumbnail = storage.save_picture(f"employers/{employer.id}", picture)
    with storage.kept_if_committed(storage.public(), logo, thumbnail):
        rows = EmployerProfile.objects.select_for_update(no_key=True)
        employer = rows.filter(id=employer.id, closed_at=None).first()
        if employer is None:  # the account was closed meanwhile
            raise InvalidState(_("Make an employer profile first."))
        storage.delete_after_commit(storage.public(), employer.logo, employer.logo_thumbnail)
        return change(employer, logo=logo, logo_thumbnail=thumbnail)


def promote(*, profile: ModelProfile) -> ModelProfile:
    """Promote the profile by its owner's plan, or raise LimitReached."""
    own = ModelProfile.objects.filter(user=profile.user)
    return promotion.by_plan(user=profile.user, row=profile, most=1, others=own)


def promotable(profile_id):
    """The profile of this id: billing's finder."""
    return ModelProfile.objects.filter(id=profile_id)


def promotable_of(user, _profile_id=None):
    """The id of the user's own model profile, which promotion is ordered for: billing asks here."""
    if user.role != Role.MODEL:
        raise Forbidden
    profile = ModelProfile.objects.filter(user=user).first()
    if profile is None:
        raise InvalidState(_("Make a model profile first."))
    return profile.id


def end_promotions(at: datetime | None = None) -> int:
    """Take promotion from the profiles whose time is up; returns how many there were."""
    return promotion.end_over(ModelProfile, at)


def erase(*, user) -> None:
    """Forget the person of a closed account. A model's page and all that hangs on it goes;

    an employer's keeps a nameless row, for the castings that others answered.
    """
    pages = (ModelProfile, EmployerProfile, Photo)
    owners = ("user", "user", "profile__user")
    for kind, owner in zip(pages, owners, strict=True):
        closing.forget_names(kind.objects.filter(**{owner: user}).values_list("id", flat=True))
    photos = Photo.objects.filter(profile__user=user).values_list("file", "thumbnail")
    logos = EmployerProfile.objects.filter(user=user).values_list("logo", "logo_thumbnail")
    for names in photos.union(logos, all=True):
        storage.delete_after_commit(storage.public(), *names)
    ModelProfile.objects.filter(user=user).delete()
    EmployerProfile.objects.filter(user=user).update(
        logo="",
        logo_thumbnail="",
        company_name="",
        description="",
        website="",
        contact_person="",
        phone="",
        city="",
        country="",
        closed_at=timezone.now(),
    )

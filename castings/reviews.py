"""What happens to reviews: they are written, answered, deleted, and the rating of whom they are about follows.

Everything that changes a rating locks the profile first, then the review, and counts anew from the rows, in the same
transaction: of two changes at the same moment the second one counts what the first has left.
"""

from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from castings.models import Casting, CastingStatus, Response, ResponseStatus
from castings.review_models import Review, ReviewTarget
from castings.signals import review_answered, review_written
from mwork.api.errors import Duplicate, Forbidden, NotFound
from profiles import acting
from profiles.acting import Right
from profiles.models import EmployerProfile, ModelProfile

HUNDREDTH = Decimal("0.01")


@transaction.atomic
def write(*, author, casting_id: UUID, target_type: str, target_id: UUID, rating: int, comment: str = "") -> Review:
    """One side's review of the other after a completed casting; for a company whoever edits for it writes.

    Forbidden for whoever is no side of an accepted response there, NotFound for a casting or profile that the author
    can't see, Duplicate for a second one.
    """
    kind = ReviewTarget(target_type)
    if not _entitled(author, casting_id, kind, target_id):
        seen = Casting.objects.visible_to(author).filter(id=casting_id).exists()
        raise Forbidden if seen and kind.profiles.objects.visible_to(author).filter(id=target_id).exists() else NotFound
    if kind == ReviewTarget.MODEL:
        acting.hold(author, Right.EDIT, Casting.objects.values_list("employer", flat=True).get(id=casting_id))
    target = _lock(kind, target_id)
    made = Review.objects.filter(casting=casting_id).of(kind, target_id)
    if (made if kind == ReviewTarget.MODEL else made.filter(author=author)).exists():
        raise Duplicate(_("This was reviewed already."))
    review = Review.objects.create(
        casting_id=casting_id, author=author, rating=rating, comment=comment, **{str(kind): target}
    )
    count_anew(kind, target_id)
    review_written.send(sender=Review, review=review)
    return review


@transaction.atomic
def answer(*, user, review: Review, reply: str) -> Review:
    """What the one whom it is about says to it; for a company whoever edits for it.

    Duplicate the second time, NotFound once it is gone, Forbidden once the user edits for the company no more.
    """
    review = lock(review, editor=None if review.by_company else user)
    if review.is_hidden:
        raise NotFound
    if review.replied_at is not None:
        raise Duplicate(_("You have answered this review already."))
    review.reply, review.replied_at = reply, timezone.now()
    review.save(update_fields=["reply", "replied_at"])
    review_answered.send(sender=Review, review=review)
    return review


@transaction.atomic
def delete(*, user, review: Review) -> None:
    """Take one's review back, a company's by whoever edits for it; it may be written anew.

    Of a hidden one nothing but its place stays. Forbidden once the user edits for the company no more.
    """
    review = lock(review, editor=user if review.by_company else None)
    if review.is_hidden:
        review.comment, review.reply, review.deleted_at = "", "", timezone.now()
        review.save(update_fields=["comment", "reply", "deleted_at"])
        return
    kind, target_id = review.target_type, review.target_id
    review.delete()
    count_anew(kind, target_id)


def lock(review: Review, editor=None) -> Review:
    """The review as it is now, locked after the profile that it is about. NotFound once it is gone.

    With an `editor` her place in the company's team is held as well: Forbidden without the right.
    """
    if editor and review.by_company:  # a place comes after a company's page, and before a model's
        acting.hold(editor, Right.EDIT, review.casting.employer_id)
    _lock(review.target_type, review.target_id)
    if editor and not review.by_company:
        acting.hold(editor, Right.EDIT, review.employer_id)
    locked = Review.objects.select_for_update(no_key=True).filter(id=review.id, deleted_at=None).first()
    if locked is None:
        raise NotFound
    return locked


def count_anew(kind: ReviewTarget, target_id: UUID) -> None:
    """Write the profile's rating and number of reviews as its visible reviews have them. Needs the profile's lock."""
    shown = Review.objects.shown().of(kind, target_id).aggregate(stars=Sum("rating"), count=Count("id"))
    rating = average(shown["stars"], shown["count"]) if shown["count"] else 0
    kind.profiles.objects.filter(id=target_id).update(rating=rating, reviews_count=shown["count"])


def average(stars: int, count: int) -> float:
    """The mean of the stars to the hundredth, halves up."""
    return float((Decimal(stars) / count).quantize(HUNDREDTH, ROUND_HALF_UP))


def erase(*, user) -> None:
    """A closed account's own words about reviews of it go. What it wrote of others stays, with nobody's name."""
    Review.objects.filter(employer__user=user).exclude(reply="").update(reply="")


def _entitled(author, casting_id: UUID, kind: ReviewTarget, target_id: UUID) -> bool:
    """Is the author of one side, and the target the other, of an accepted response to this completed casting?

    None of that changes any more once it is so. Also when the casting was deleted since: nobody gets rid of reviews so.
    """
    done = Response.objects.filter(
        casting_id=casting_id, casting__status=CastingStatus.COMPLETED, status=ResponseStatus.ACCEPTED
    )
    if kind == ReviewTarget.MODEL:
        own = acting.employers(author, Right.EDIT)
        return done.filter(applicant_id=target_id, casting__employer__in=own).exists()
    return done.filter(casting__employer_id=target_id, applicant__user=author).exists()


def _lock(kind: ReviewTarget, target_id: UUID) -> ModelProfile | EmployerProfile:
    """The profile, locked against every other change of its rating. NotFound when it went with its account."""
    rows = kind.profiles.objects.select_for_update(no_key=True).filter(id=target_id)
    profile = (rows if kind == ReviewTarget.MODEL else rows.filter(closed_at=None)).first()
    if profile is None:
        raise NotFound
    return profile

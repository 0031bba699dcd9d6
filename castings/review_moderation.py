"""What staff decide about reviews: hide them, show them again.

Each locks the profile that the review is about, takes the review out of its rating or back into it, and writes the
audit log, all in one transaction. `actor` is the deciding member of staff, None for the operator. Both raise Invalid
without a reason, NotFound once the review is gone, and InvalidState when there is nothing to do.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, reports
from accounts.models import Report
from castings import reviews
from castings.review_models import Review
from mwork.api.errors import InvalidState, NotFound


def hide(*, review: Review, actor, reason: str) -> Review:
    """Nobody but its author and staff reads it any more, and it does not count."""
    return _decide(review, actor, reason, True)


def show(*, review: Review, actor, reason: str) -> Review:
    return _decide(review, actor, reason, False)


def find(reporter, review_id: UUID) -> Review | None:
    """The review as the reports look for it."""
    return Review.objects.visible_to(reporter).filter(id=review_id).first()


def freeze(review: Review) -> dict:
    names = ("id", "casting_id", "author_id", "rating", "comment", "reply", "replied_at", "is_hidden", "created_at")
    return {
        **reports.frozen(review, *names), "target_type": str(review.target_type), "target_id": review.target_id
    }  # fmt: skip


def hide_reported(*, report: Report, actor, reason: str) -> None:
    review = Review.objects.filter(id=report.target_id).first()
    if review is None:
        raise NotFound
    hide(review=review, actor=actor, reason=reason)


@transaction.atomic
def _decide(review: Review, actor, reason: str, hidden: bool) -> Review:
    review = reviews.lock(review)
    if review.is_hidden == hidden:
        raise InvalidState(_("This review is hidden already.") if hidden else _("This review is not hidden."))
    review.is_hidden = hidden
    review.save(update_fields=["is_hidden"])
    reviews.count_anew(review.target_type, review.target_id)
    action = "hide" if hidden else "show"
    audit.record(actor=actor, action=action, target=review, reason=reason, subject=review.author)
    return review

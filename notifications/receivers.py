"""Who hears of what: one short function per signal, rows only."""

from functools import partial

from django.dispatch import receiver
from django.utils import translation
from django.utils.translation import gettext as _

from billing import links
from billing import signals as billing
from castings import signals as castings
from castings.models import ResponseStatus
from chat import signals as chat
from mwork import clock, jobs
from notifications import announcements, services, tasks
from notifications.services import tell, tell_all
from profiles import acting
from profiles.acting import Right

TOLD_STATUSES = {
    ResponseStatus.VIEWED: "response_viewed",
    ResponseStatus.SHORTLISTED: "response_shortlisted",
    ResponseStatus.ACCEPTED: "response_accepted",
    ResponseStatus.REJECTED: "response_rejected",
}


@receiver(castings.response_submitted, dispatch_uid="notifications.response_submitted")
def response_submitted(response, **kwargs):
    model = response.applicant
    tell_all(
        readers=acting.people(response.casting.employer_id, Right.EDIT),
        kind="new_response",
        actor=model.user,
        name=model.name,
        **_response(response),
    )


@receiver(castings.response_decided, dispatch_uid="notifications.response_decided")
def response_decided(response, previous, **kwargs):
    kind = TOLD_STATUSES.get(response.status)
    taken_back = response.status == ResponseStatus.VIEWED and previous != ResponseStatus.PENDING
    if kind and not taken_back:
        tell(user=response.applicant.user, kind=kind, status=response.status, **_response(response))


@receiver(castings.casting_published, dispatch_uid="notifications.casting_published")
def casting_published(casting, **kwargs):
    if casting.announced_at is None:
        jobs.after_commit(tasks.announce, casting_id=str(casting.id))


@receiver(castings.review_written, dispatch_uid="notifications.review_written")
def review_written(review, **kwargs):
    _tell_of_review("new_review", review, by_company=review.by_company, rating=review.rating)


@receiver(castings.review_answered, dispatch_uid="notifications.review_answered")
def review_answered(review, **kwargs):
    _tell_of_review("review_answered", review, by_company=not review.by_company)


@receiver(castings.model_invited, dispatch_uid="notifications.model_invited")
def model_invited(invitation, **kwargs):
    casting = invitation.casting
    tell(
        user=invitation.model.user, kind="casting_invitation", key=str(casting.id), actor=casting.employer.user,
        name=casting.employer.company_name, invitation_id=str(invitation.id), **announcements.data(casting),
    )  # fmt: skip


@receiver(chat.message_said, dispatch_uid="notifications.message_said")
def message_said(room, message, **kwargs):
    """The other is told; whoever writes has seen what was there. What we say ourselves is told by its own kind."""
    if message.sender is None:
        return
    sender, reader = sorted(room.people, key=lambda person: person.id != message.sender_id)
    steps = {
        sender.id: partial(services.read_room, user=sender, room_id=room.id),
        reader.id: partial(
            services.new_message, user=reader, sender=sender, sender_name=_name(sender, reader),
            room_id=room.id, message_id=message.id, seq=message.seq,
        ),
    }  # fmt: skip
    for person in sorted(steps):  # each locks a count of unread: in one order, or two who answer each other deadlock
        steps[person]()


@receiver(chat.room_read, dispatch_uid="notifications.room_read")
def room_read(membership, **kwargs):
    if membership.last_read_seq >= membership.room.last_seq:
        services.read_room(user=membership.user, room_id=membership.room_id)


@receiver(billing.payment_paid, dispatch_uid="notifications.payment_paid")
def payment_paid(payment, **kwargs):
    tell(user=payment.user, kind="payment_paid", **_order(payment))


@receiver(billing.payment_refunded, dispatch_uid="notifications.payment_refunded")
def payment_refunded(payment, **kwargs):
    tell(user=payment.user, kind="payment_refunded", **_order(payment))


@receiver(billing.renewal_ahead, dispatch_uid="notifications.renewal_ahead")
def renewal_ahead(subscription, amount, will_be_charged, **kwargs):
    kind = "plan_charged_soon" if will_be_charged else "plan_ends_soon"
    tell(
        user=subscription.user, kind=kind, plan=subscription.plan.name, amount=amount,
        date=clock.today(subscription.expires_at).strftime("%d.%m.%Y"), link=links.renewal(subscription),
    )  # fmt: skip


@receiver(billing.renewal_declined, dispatch_uid="notifications.renewal_declined")
def renewal_declined(subscription, is_last, **kwargs):
    kind = "renewal_failed" if is_last else "renewal_declined"
    tell(user=subscription.user, kind=kind, plan=subscription.plan.name, link=links.renewal(subscription))


@receiver(billing.subscription_ended, dispatch_uid="notifications.subscription_ended")
def subscription_ended(subscription, plan, **kwargs):
    tell(user=subscription.user, kind="plan_ended", plan=plan.name)


def _name(person, reader) -> str:
    """What a room shows of a person, to its members also of a hidden one."""
    model, employer = (getattr(person, page, None) for page in ("model_profile", "employer_profile"))
    if name := getattr(model, "name", "") or getattr(employer, "company_name", ""):
        return name
    with translation.override(reader.language):
        return _("Somebody")


def _tell_of_review(kind: str, review, *, by_company: bool, **data) -> None:
    """The other side is told: the model by the company's name, or whoever edits for the company by hers."""
    employer = review.casting.employer
    model = review.model.user if review.by_company else review.author
    if by_company:
        tell(user=model, kind=kind, actor=employer.user, name=employer.company_name, **data, **_review(review))
        return
    team, name = acting.people(employer.id, Right.EDIT), _name(model, employer.user)
    tell_all(readers=team, kind=kind, actor=model, name=name, **data, **_review(review))


def _response(response) -> dict:
    return {
        "response_id": str(response.id),
        "casting_id": str(response.casting_id),
        "casting_title": response.casting.title,
    }


def _review(review) -> dict:
    return {
        "review_id": str(review.id),
        "casting_id": str(review.casting_id),
        "casting_title": review.casting.title,
    }


def _order(payment) -> dict:
    return {
        "payment_id": str(payment.id),
        "order_id": payment.order_id,
        "product": payment.product,
        "amount": payment.amount,
    }

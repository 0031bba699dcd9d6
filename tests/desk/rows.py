"""One more row of each table that the admin shows, with rows of its own to point to. A new table is a new line."""

from datetime import timedelta

from django.contrib.auth.models import Group
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import audit
from accounts import services as account_services
from accounts.models import AuditEntry, Block, Report, Session, User
from billing.models import (
    BoughtResponses,
    Payment,
    PaymentEvent,
    Plan,
    PromotionOffer,
    ResponsePackage,
    Subscription,
)
from castings.models import Casting, Response, Review, SavedSearch
from castings.models import Invitation as CastingInvitation
from chat.models import Attachment, Message, Room
from notifications.models import Announcement, Delivery, Device, Notification, Preferences
from profiles.models import EmployerProfile, Invitation, ModelProfile, Photo, Representation
from tests import factories


def _payment_event():
    payment = factories.payment(user=factories.user())
    return PaymentEvent.objects.create(payment=payment, kind="notice", verdict="granted", raw=b"OutSum=990")


def _bought():
    user = factories.user()
    payment = factories.payment(user=user)
    return BoughtResponses.objects.create(user=user, movement="bought", count=10, payment=payment)


def _subscription():
    return factories.pro(factories.user()).subscription


def _said():
    room = factories.room()
    return factories.message(to=room, by=room.first)


def _decision():
    user = factories.user()
    return audit.record(actor=factories.staff(), action="ban", target=user, reason="Spam", subject=user)


def _plan():
    rank = Plan.objects.count() + 10
    return Plan.objects.create(name=f"P{rank}", rank=rank, price_monthly=1, price_yearly=1)


def _announcement():
    return Announcement.objects.create(casting=factories.casting())


MAKE = {
    User: lambda: factories.model().user,
    Group: lambda: Group.objects.create(name=f"group {Group.objects.count()}"),
    Session: lambda: account_services.open_session(user=factories.user(), device="Firefox on Linux")[0],
    Block: lambda: Block.objects.create(blocker=factories.user(), blocked=factories.user()),
    Report: factories.report,
    AuditEntry: _decision,
    TOTPDevice: lambda: TOTPDevice.objects.create(user=factories.staff(), name="phone"),
    Plan: _plan,
    ResponsePackage: lambda: ResponsePackage.objects.create(responses=ResponsePackage.objects.count() + 100, price=1),
    PromotionOffer: lambda: PromotionOffer.objects.create(days=PromotionOffer.objects.count() + 100, price=1),
    Subscription: _subscription,
    Payment: lambda: factories.payment(user=factories.user()),
    PaymentEvent: _payment_event,
    BoughtResponses: _bought,
    ModelProfile: factories.model,
    EmployerProfile: factories.employer,
    Photo: lambda: factories.photo(profile=factories.model()),
    Casting: factories.casting,
    Response: factories.response,
    CastingInvitation: factories.casting_invitation,
    SavedSearch: factories.search,
    Review: lambda: factories.review(author=factories.model().user, employer=factories.employer()),
    Invitation: factories.invitation,
    Representation: factories.representation,
    Room: factories.room,
    Message: _said,
    Attachment: lambda: factories.attachment(owner=factories.user()),
    Notification: lambda: factories.notification(user=factories.user()),
    Delivery: lambda: factories.notification(user=factories.user()).deliveries.get(),
    Announcement: _announcement,
    Preferences: lambda: Preferences.objects.create(user=factories.user()),
    Device: lambda: factories.device(user=factories.user()),
}


def payment(**fields) -> Payment:
    """A paid order for ten responses."""
    return factories.payment(user=factories.user(), status="paid", paid_at=timezone.now(), **fields)


def later(hours: int = 1):
    return timezone.now() + timedelta(hours=hours)

"""The letters that invite to a team: each leaves once, after the commit; a sweep looks after those left behind."""

from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import F
from django.utils import timezone

from accounts.letters import SWEPT_AFTER, free
from mwork import mail
from profiles import invitation_tokens
from profiles.models import Invitation

KIND = "invitation"
LIFETIME = timedelta(days=7)


def send(invitation_id: UUID, at: datetime | None = None) -> bool:
    """Send this letter unless it has left, is of no use any more, or another worker is at it. True when it left now.

    A guarded update claims it, as accounts.letters does; a worker that died meanwhile leaves it to the sweep.
    """
    at = at or timezone.now()
    rows = Invitation.objects.open(at).filter(id=invitation_id, sent_at=None)
    if not rows.filter(free(at)).update(claimed_at=at, attempts=F("attempts") + 1):
        return False
    invitation = Invitation.objects.select_related("organization").get(id=invitation_id)
    reader = account_of(invitation)
    mail.send(
        kind=KIND,
        to=invitation.email,
        language=reader.language if reader else invitation.language,
        context={
            "organization": invitation.organization.company_name,
            "link": f"{settings.PUBLIC_URL}/invitation?token={quote(invitation_tokens.of(invitation))}",
            "days": LIFETIME.days,
        },
        headers={"Message-ID": mail.message_id(f"{invitation.id}.{invitation.round}")},
    )
    # Not if it was renewed while the server talked: then the new letter has still to leave.
    Invitation.objects.filter(id=invitation_id, round=invitation.round).update(sent_at=timezone.now())
    return True


def waiting(at: datetime | None = None) -> list[UUID]:
    """The letters that should have left by now and are still of use."""
    at = at or timezone.now()
    rows = Invitation.objects.open(at).filter(free(at), sent_at=None, invited_at__lt=at - SWEPT_AFTER)
    return list(rows.order_by("invited_at").values_list("id", flat=True)[:500])


def account_of(invitation: Invitation):
    """The user whose address the invitation was sent to; None without an account."""
    return get_user_model().objects.present().filter(email=invitation.email).first()

"""Letters with a single-use link: sending them, and accepting their tokens. accounts.services writes them."""

from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import tokens
from accounts.models import LIFETIME, EmailToken, Purpose, User
from mwork import mail
from mwork.api.errors import Invalid

PAGES = {Purpose.VERIFY_EMAIL: "/verify-email", Purpose.RESET_PASSWORD: "/reset-password"}
CLAIMED_FOR = timedelta(minutes=5)
MOST_ATTEMPTS = 10
SWEPT_AFTER = timedelta(minutes=1)


def send(letter_id: UUID) -> bool:
    """Send this letter unless it has left, is too old, or another worker is at it. True when it left now.

    A guarded update claims it for CLAIMED_FOR, so that two workers never send the same one and nobody holds a lock
    while a mail server talks; a worker that died meanwhile leaves it to the sweep.
    """
    now = timezone.now()
    claimed = {"claimed_at": now, "attempts": F("attempts") + 1}
    if not EmailToken.objects.filter(free(now), id=letter_id, sent_at=None, used_at=None).update(**claimed):
        return False
    letter = EmailToken.objects.select_related("user").filter(id=letter_id).first()
    if letter is None or not letter.is_usable(now):  # gone with its account, or too old by now
        return False
    mail.send(
        kind=letter.purpose,
        to=letter.email,
        language=letter.user.language,
        context={
            "link": f"{settings.PUBLIC_URL}{PAGES[letter.purpose]}?token={quote(tokens.sign_letter(letter))}",
            "hours": int(LIFETIME[letter.purpose].total_seconds() // 3600),
        },
    )
    EmailToken.objects.filter(id=letter_id).update(sent_at=timezone.now())
    return True


def waiting(at: datetime | None = None) -> list[UUID]:
    """The letters that should have left by now and are still of use."""
    at = at or timezone.now()
    of_use = Q()
    for purpose, lifetime in LIFETIME.items():
        of_use |= Q(purpose=purpose, created_at__gt=at - lifetime)
    rows = EmailToken.objects.filter(of_use, free(at), sent_at=None, used_at=None, created_at__lt=at - SWEPT_AFTER)
    return list(rows.order_by("created_at").values_list("id", flat=True)[:500])


def free(at: datetime) -> Q:
    """Nobody is at it, and it has not failed too often."""
    return (Q(claimed_at=None) | Q(claimed_at__lt=at - CLAIMED_FOR)) & Q(attempts__lt=MOST_ATTEMPTS)


def use(token: str, purpose: Purpose) -> EmailToken:
    """The letter of this token, from now on used. Invalid (400, `token`) when it is foreign, old or used."""
    letter_id = tokens.read_letter(token, purpose)
    # The user's row is the lock: it puts two letters of one person in order, whatever each of them changes then.
    owners = User.objects.select_for_update(no_key=True).filter(email_tokens=letter_id)
    owner = owners.first() if letter_id else None
    letter = EmailToken.objects.filter(id=letter_id, purpose=purpose, user=owner).first() if owner else None
    if letter:
        letter.user = owner
    if letter is None or not letter.is_usable() or letter.email != letter.user.email:
        raise Invalid("token", _("The link is not valid, was used already or has expired."))
    letter.used_at = timezone.now()
    letter.save(update_fields=["used_at"])
    return letter

"""What people do with their accounts: register, sign in and out, prove an address, change a password, leave."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected

from accounts import closing, letters, reports, tasks, tokens
from accounts.models import Block, EmailToken, Purpose, Session, Ticket, User
from accounts.signals import user_blocked
from mwork import jobs
from mwork.api.errors import (
    AccountBanned,
    Duplicate,
    EmailNotVerified,
    Invalid,
    InvalidCredentials,
    InvalidToken,
    NotFound,
)

logger = logging.getLogger(__name__)

LETTER_PAUSE = timedelta(minutes=1)
TICKET_LIFETIME = timedelta(seconds=30)
MOST_DEADLOCKS = 3  # of one closing
LATE = timedelta(hours=3)
ROTATION_GRACE = timedelta(seconds=30)  # a lost answer must not sign anyone out


def register(*, email: str, password: str, role: str, language: str) -> User:
    """A new user, and the letter that verifies the address. Duplicate when the e-mail is taken."""
    hashed = make_password(password)  # a third of a second of work: before the transaction, not inside it
    with transaction.atomic():
        try:
            with transaction.atomic():
                user = User.objects.create(email=email.lower(), password=hashed, role=role, language=language)
        except IntegrityError as error:
            raise Duplicate(_("This e-mail is registered already.")) from error
        write_letter(user=user, purpose=Purpose.VERIFY_EMAIL)
    return user


def sign_in(*, email: str, password: str, device: str, ip: str | None) -> tuple[Session, str]:
    """A new session and its refresh token. InvalidCredentials, AccountBanned or EmailNotVerified."""
    user = User.objects.present().filter(email=email.strip().lower()).first()
    _lend_connection()
    if user is None:
        make_password(password)  # the work of a check: an unknown e-mail must not answer sooner
    if user is None or not user.check_password(password):
        logger.warning("sign-in refused: account %s, address %s", user and user.id, ip)
        raise InvalidCredentials
    if user.is_banned():
        logger.warning("sign-in of a banned user: account %s, address %s", user.id, ip)
        raise AccountBanned
    if settings.REQUIRE_VERIFIED_EMAIL and not user.email_verified:
        raise EmailNotVerified
    return open_session(user=user, device=device, ip=ip)


@transaction.atomic
def open_session(*, user: User, device: str = "", ip: str | None = None) -> tuple[Session, str]:
    """A new session and its refresh token. InvalidCredentials when the password was changed or the user left meanwhile.

    The user's row is locked: a password that changes at this moment ends this session too, or stops it.
    """
    now, token_id, checked = timezone.now(), tokens.new_id(), user.password
    user = User.objects.select_for_update(no_key=True).get(id=user.id)
    if user.password != checked or not user.is_active:
        raise InvalidCredentials
    session = Session.objects.create(
        user=user,
        refresh_hash=tokens.digest(token_id),
        device=device[:200],
        ip=ip,
        last_seen_at=now,
        expires_at=now + tokens.LIFETIME,
    )
    user.last_login = now
    user.save(update_fields=["last_login"])
    return session, tokens.refresh(session, token_id, now)


def refresh(*, token: str, rotate: bool, at: datetime | None = None) -> tuple[str, str | None]:
    """A new access token and, when asked to rotate, the refresh token that replaces this one (else None).

    A replaced token shown again within ROTATION_GRACE gets the same successor; later it means that somebody else
    holds it, and the whole session ends (RFC 9700, section 4.14.2). Raises InvalidToken.
    """
    at = at or timezone.now()
    claims = tokens.read_refresh(token)
    with transaction.atomic():
        # The lock puts two refreshes of one session in order: the second finds what the first left.
        session = Session.objects.open(at).select_for_update(of=["self"]).select_related("user")
        session = session.filter(id=claims.session_id).first()
        if session is None or session.user_id != claims.user_id or not session.user.is_active:
            raise InvalidToken
        answer = _renewed(session, claims, rotate, at)
    if answer is None:
        Session.objects.filter(id=session.id).end()
        raise InvalidToken
    return answer


def _renewed(session: Session, claims: tokens.Claims, rotate: bool, at: datetime) -> tuple[str, str | None] | None:
    """The tokens that this genuine refresh token may have; None when it was replaced too long ago."""
    shown, successor = tokens.digest(claims.token_id), tokens.successor_id(claims.token_id)
    if constant_time_compare(shown, session.refresh_hash):
        if rotate:
            session.previous_hash, session.refresh_hash = shown, tokens.digest(successor)
            session.rotated_at, session.expires_at = at, at + tokens.LIFETIME
            session.save(update_fields=["previous_hash", "refresh_hash", "rotated_at", "expires_at"])
    else:
        if session.rotated_at is None or at - session.rotated_at > ROTATION_GRACE:
            return None
        if not constant_time_compare(shown, session.previous_hash):
            raise InvalidToken  # replaced twice within the grace: too old to renew, too young to mean a thief
    return tokens.access(session), tokens.refresh(session, successor, session.rotated_at) if rotate else None


def issue_ticket(*, session: Session, at: datetime | None = None) -> str:
    """A new text that opens one socket for this session within TICKET_LIFETIME."""
    text = tokens.new_ticket()
    expires_at = (at or timezone.now()) + TICKET_LIFETIME
    Ticket.objects.create(session=session, digest=tokens.digest(text), expires_at=expires_at)
    return text


def use_ticket(*, text: str, at: datetime | None = None) -> tokens.Claims:
    """The claims of the ticket's session, once; InvalidToken for a used, old or foreign one."""
    tickets = Ticket.objects.filter(digest=tokens.digest(text), expires_at__gt=at or timezone.now())
    ticket = tickets.select_related("session").first()
    # Two may find it, one deletes it.
    if ticket is None or not Ticket.objects.filter(id=ticket.id).delete()[0]:
        raise InvalidToken
    return tokens.Claims(ticket.session_id, ticket.session.user_id, "")


def request_letter(*, email: str, purpose: Purpose) -> None:
    """Write the letter if somebody has this address; a caller can't tell whether anybody does."""
    user = User.objects.present().filter(email=email.strip().lower()).first()
    if user is None or (purpose == Purpose.VERIFY_EMAIL and user.email_verified):
        return
    if user.email_tokens.filter(purpose=purpose, used_at=None, created_at__gt=timezone.now() - LETTER_PAUSE).exists():
        return  # the one of a moment ago is on its way: nobody's letter box is flooded through us
    write_letter(user=user, purpose=purpose)


@transaction.atomic
def write_letter(*, user: User, purpose: Purpose) -> EmailToken:
    """A letter's row; it leaves after the commit."""
    letter = EmailToken.objects.create(user=user, purpose=purpose, email=user.email)
    jobs.after_commit(tasks.send_letter, letter_id=str(letter.id))
    return letter


@transaction.atomic
def confirm_email(*, token: str) -> User:
    """Mark the address of the letter as verified. Invalid for a used, old or foreign token."""
    letter = letters.use(token, Purpose.VERIFY_EMAIL)
    letter.user.email_verified = True
    letter.user.save(update_fields=["email_verified"])
    return letter.user


@transaction.atomic
def reset_password(*, token: str, password: str) -> None:
    """Set the password, end every session and void the user's other reset letters.

    Invalid for a bad token, and for a password that Django's validators refuse; the letter stays unused then.
    """
    letter = letters.use(token, Purpose.RESET_PASSWORD)
    try:
        validate_password(password, letter.user)
    except ValidationError as error:
        raise Invalid("password", *error.messages) from error
    set_password(user=letter.user, password=password)
    EmailToken.objects.filter(user=letter.user, purpose=Purpose.RESET_PASSWORD, used_at=None).update(
        used_at=timezone.now()
    )


@transaction.atomic
def set_password(*, user: User, password: str, keep: Session | None = None) -> None:
    """Set the password and end the user's sessions but the one to keep."""
    user = User.objects.select_for_update(no_key=True).get(id=user.id)
    user.set_password(password)
    user.save(update_fields=["password"])
    user.sessions.exclude(id=keep.id if keep else None).end()


def close(*, user: User, password: str) -> None:
    """Close the account: erase the person, keep the row that money and messages point to. Invalid: wrong password.

    The e-mail is free again; the floors above erase what is theirs. It touches rows of every table, so it may meet
    another that does so in another order: whoever loses then begins anew.
    """
    _require_password(user, password)  # a third of a second of work: before any lock
    for left in reversed(range(MOST_DEADLOCKS)):
        try:
            return _close(user, password)
        except OperationalError as error:
            if not (left and isinstance(error.__cause__, DeadlockDetected)):
                raise
    return None


@transaction.atomic
def _close(user: User, password: str) -> None:
    reports.erase(user=user)
    closing.lock(user)
    # Only a closing account is locked like this: what would write to it passes it by (notifications.writing).
    locked = User.objects.select_for_update().get(id=user.id)
    if locked.password != user.password:  # changed since it was read
        _require_password(locked, password)
    user = locked
    _forget(user)
    user.email = f"closed-{user.id}@closed.invalid"
    user.set_unusable_password()
    user.email_verified, user.closed_at, user.last_login, user.ban_reason = False, timezone.now(), None, ""
    user.save()


def _forget(user: User) -> None:
    """Erase what hangs on a user whose row is locked. Safe to repeat."""
    user.sessions.all().end()
    user.sessions.update(device="", ip=None)
    closing.erase(user)
    closing.forget_names([user.id])
    user.email_tokens.all().delete()
    user.blocks_laid.all().delete()


def forget_late(at: datetime | None = None) -> int:
    """Erase what requests that were past their checks wrote while an account closed; returns of how many accounts.

    For those closed in the last LATE, so that an hourly job meets each of them. Safe to run twice and at once.
    """
    recent = list(User.objects.filter(closed_at__gt=(at or timezone.now()) - LATE).values_list("id", flat=True))
    for user_id in recent:
        with transaction.atomic():
            user = User.objects.get(id=user_id)
            reports.erase(user=user)
            closing.lock(user)
            _forget(User.objects.select_for_update().get(id=user_id))
    return len(recent)


def _require_password(user: User, password: str) -> None:
    if not user.check_password(password):
        raise Invalid("password", _("The password is wrong."))


def _lend_connection() -> None:
    """Give the database connection back to the pool while a password is hashed; the next query takes one again."""
    if not connection.in_atomic_block:
        connection.close()


@transaction.atomic
def block(*, blocker: User, blocked_id) -> None:
    """Lay a block; again is the same. NotFound for an unknown user, Invalid for oneself."""
    if blocked_id == blocker.id:
        raise Invalid("id", _("You can't block yourself."))
    if not User.objects.present().filter(id=blocked_id).exists():
        raise NotFound
    block, first = Block.objects.get_or_create(blocker=blocker, blocked_id=blocked_id)
    if first:
        user_blocked.send(sender=Block, block=block)

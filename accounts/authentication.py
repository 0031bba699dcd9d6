"""Who is calling: the access token names a session, and one indexed query loads session and user together."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication

from accounts import services, tokens
from accounts.models import Session, User
from mwork.api.errors import AuthRequired, InvalidToken
from mwork.prepared import Prepared

_SESSION = Prepared(
    lambda slot: Session.objects.open(slot("now")).filter(id=slot("id")).select_related("user").order_by()
)
SEEN_EVERY = timedelta(minutes=1)  # how exact `last_seen_at` is; one write a minute, not one a request


class SessionTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`. Sets request.user to the User and request.auth to the Session."""

    def authenticate(self, request) -> tuple[User, Session] | None:
        """None without the header; InvalidToken when the token, its session or its user is not in order."""
        text = _bearer(request)
        if text is None:
            return None
        session = live_session(tokens.read_access(text))
        return session.user, session

    def authenticate_header(self, request) -> str:
        return "Bearer"

    def claimed_user(self, request) -> str | None:
        """The user id a genuine token names, without asking the database. For rate limits only."""
        try:
            text = _bearer(request)
            return str(tokens.read_access(text).user_id) if text else None
        except InvalidToken:
            return None


def live_session(claims: tokens.Claims) -> Session:
    """The session of these claims with its user; InvalidToken when it has ended or its user may not act."""
    now = timezone.now()
    session = _SESSION.first(id=claims.session_id, now=now)
    if session is None or session.user_id != claims.user_id or not session.user.is_active:
        raise InvalidToken
    if now - session.last_seen_at > SEEN_EVERY:
        Session.objects.filter(id=session.id).update(last_seen_at=now)
    return session


def session_of_socket(*, header: str | None, token: str | None, ticket: str | None) -> Session:
    """The session that a socket's handshake names, by the first of these that is there.

    AuthRequired when none is, InvalidToken when it is not in order.
    """
    if header is not None:
        return live_session(tokens.read_access(_token(header)))
    if token is not None:
        return live_session(tokens.read_access(token))
    if ticket is not None:
        return live_session(services.use_ticket(text=ticket))
    raise AuthRequired


def living(session_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these sessions that are open and whose users may act; they count as seen now."""
    open_ones = Session.objects.open().filter(id__in=list(session_ids)).exclude(user__in=User.objects.absent())
    found, now = dict(open_ones.values_list("id", "last_seen_at")), timezone.now()
    unseen = [session_id for session_id, seen_at in found.items() if now - seen_at > SEEN_EVERY]
    if unseen:
        Session.objects.filter(id__in=unseen).update(last_seen_at=now)
    return set(found)


def _bearer(request) -> str | None:
    """The token of the header; None without the header. InvalidToken when the header is of another make."""
    header = request.META.get("HTTP_AUTHORIZATION")
    return None if header is None else _token(header)


def _token(header: str) -> str:
    scheme, _, text = header.partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise InvalidToken
    return text.strip()

"""The texts that clients hold: access and refresh tokens (JWT), and the signed tokens of letters. No database here."""

import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from uuid import UUID, uuid4

from django.core import signing
from django.utils.crypto import salted_hmac
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.models import EmailToken, Session
from mwork.api.errors import InvalidToken

LIFETIME = RefreshToken.lifetime
EXPIRES_IN = int(AccessToken.lifetime.total_seconds())


@dataclass(frozen=True)
class Claims:
    """What a genuine token says; whether its session still lives only the database knows."""

    session_id: UUID
    user_id: UUID
    token_id: str


def access(session: Session) -> str:
    return str(_fill(AccessToken(), session))


def refresh(session: Session, token_id: str, issued_at: datetime) -> str:
    """The refresh token with this id; the same arguments give the same text."""
    token = _fill(RefreshToken(), session)
    token["jti"] = token_id
    token.set_iat(at_time=issued_at)
    token.set_exp(from_time=issued_at)
    return str(token)


def read_access(text: str) -> Claims:
    """The claims of an access token; InvalidToken when it is malformed, expired or of another kind."""
    return _read(AccessToken, text)


def read_refresh(text: str) -> Claims:
    """The claims of a refresh token; InvalidToken when it is malformed, expired or of another kind."""
    return _read(RefreshToken, text)


def new_id() -> str:
    return uuid4().hex


def successor_id(token_id: str) -> str:
    """The id of the token that replaces this one. Derived with our key, so that a client whose answer was lost

    gets the same successor again although only hashes are stored.
    """
    return salted_hmac("accounts.refresh", token_id, algorithm="sha256").hexdigest()[:32]


def new_ticket() -> str:
    return secrets.token_urlsafe(32)


def digest(token_id: str) -> str:
    return sha256(token_id.encode()).hexdigest()


def sign_letter(token: EmailToken) -> str:
    return signing.Signer(salt=f"letter.{token.purpose}").sign_object(str(token.id))


def read_letter(text: str, purpose: str) -> UUID | None:
    """The id of the letter's row; None when the text was not signed by us for this purpose."""
    try:
        return UUID(signing.Signer(salt=f"letter.{purpose}").unsign_object(text))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def _fill(token: Token, session: Session) -> Token:
    token["sub"] = str(session.user_id)
    token["sid"] = str(session.id)
    return token


def _read(kind: type[Token], text: str) -> Claims:
    try:
        claims, expires_at = _verified(kind, text)
    except (TokenError, KeyError, ValueError, AttributeError, TypeError) as error:
        raise InvalidToken from error
    if expires_at <= time.time():
        raise InvalidToken
    return claims


@lru_cache(maxsize=4096)
def _verified(kind: type[Token], text: str) -> tuple[Claims, int]:
    """The claims of a genuine token and the Unix second of its end. A client sends the same one for its 15 minutes."""
    token = kind(text)
    return Claims(UUID(token["sid"]), UUID(token["sub"]), str(token["jti"])), token["exp"]

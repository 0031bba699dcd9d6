"""Signed links that switch something off without signing in. They name a user and a switch, and can do no more."""

from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing

from notifications.models import Preferences

SWITCHES = ("new_casting", "new_response", "response_status_change", "new_message", "casting_reminder", "email")
_signer = signing.Signer(salt="notifications.unsubscribe")


def address(user_id: UUID, switch: str) -> str:
    """Where this user may switch this off, for good: letters are kept for years."""
    return f"{settings.PUBLIC_URL}/unsubscribe?token={quote(_signer.sign_object([str(user_id), switch]))}"


def read(token: str):
    """The user and the switch that a link names; (None, "") when we did not sign it or the account is closed."""
    try:
        user_id, switch = _signer.unsign_object(token)
        user = get_user_model().objects.present().filter(id=UUID(user_id)).first()
    except (signing.BadSignature, ValueError, TypeError):
        return None, ""
    return (user, switch) if user and switch in SWITCHES else (None, "")


def switch_off(user, switch: str) -> None:
    Preferences.objects.update_or_create(user=user, defaults={switch: False})

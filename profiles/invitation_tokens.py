"""The text in an invitation's link. Derived with our key from the row, so that only its hash need be stored and a

letter that is sent again says the same. No database here.
"""

from hashlib import sha256

from django.utils.crypto import salted_hmac

from profiles.models import Invitation


def of(invitation: Invitation) -> str:
    """The token of the invitation's present round."""
    name = f"{invitation.id} {invitation.round}"
    return salted_hmac("profiles.invitation", name, algorithm="sha256").hexdigest()


def digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()

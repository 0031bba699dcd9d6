"""The accounts that a newcomer signs in with: one per role, with a password that everybody may know."""

from accounts.models import User
from mwork.market.words import DOMAIN

PASSWORD = "Altyn-Kyran-7"  # noqa: S105  printed on purpose; every demo user has it
EMAILS = {role: f"{role}@{DOMAIN}" for role in ("model", "employer", "agency", "admin")}


def present() -> list[tuple[str, str, str]]:
    """E-mail, password and role of those accounts that exist."""
    found = set(User.objects.present().filter(email__in=EMAILS.values()).values_list("email", flat=True))
    return [(email, PASSWORD, role) for role, email in EMAILS.items() if email in found]

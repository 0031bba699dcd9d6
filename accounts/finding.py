"""How staff find people: by e-mail, by id, and by whatever the floors above know them by."""

from uuid import UUID

from accounts import names
from accounts.models import User


def find(text: str, most: int) -> list[UUID]:
    """The ids of at most so many people by each of these."""
    by_mail = User.objects.filter(email__icontains=text).order_by("-id").values_list("id", flat=True)
    return [*by_mail[:most], *names.search(text, most), *_pasted(text)]


def _pasted(text: str) -> list[UUID]:
    try:
        return [UUID(text)]
    except ValueError:
        return []

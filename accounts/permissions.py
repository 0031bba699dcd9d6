"""Who may knock, by role."""

from accounts.models import Role
from mwork.api.permissions import SignedIn


class IsModel(SignedIn):
    def has_permission(self, request, view):
        return super().has_permission(request, view) and request.user.role == Role.MODEL


class IsEmployer(SignedIn):
    """Employers, and agencies, which do all that employers do."""

    def has_permission(self, request, view):
        return super().has_permission(request, view) and request.user.role in (Role.EMPLOYER, Role.AGENCY)

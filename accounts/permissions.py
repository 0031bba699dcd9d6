"""Who may knock, by role."""

from accounts.models import Role
from mwork.api.permissions import SignedIn

EMPLOYERS = (Role.EMPLOYER, Role.AGENCY)  # agencies do all that employers do


class IsModel(SignedIn):
    def has_permission(self, request, view):
        return super().has_permission(request, view) and request.user.role == Role.MODEL


class IsEmployer(SignedIn):
    """Employers and agencies."""

    def has_permission(self, request, view):
        return super().has_permission(request, view) and request.user.role in EMPLOYERS

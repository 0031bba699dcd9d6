"""Who may knock. Roles are accounts.permissions; what a caller may see is each QuerySet's `visible_to`."""

from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission

Anyone = AllowAny


class SignedIn(BasePermission):
    def has_permission(self, request, view):
        return request.user.is_authenticated


class IsOwner(SignedIn):
    """The row is the caller's own: its `owner_id` is the caller's id."""

    def has_object_permission(self, request, view, obj):
        return obj.owner_id == request.user.id


class IsOwnerOrStaffReading(SignedIn):
    """The caller's own row; staff may read it, and write in the admin only."""

    def has_object_permission(self, request, view, obj):
        return obj.owner_id == request.user.id or (request.user.is_staff and request.method in SAFE_METHODS)

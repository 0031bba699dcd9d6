"""Who may knock, by the place in an organization's team. Rows are loaded with the caller's `acting_role`."""

from rest_framework.permissions import SAFE_METHODS

from mwork.api.permissions import SignedIn
from profiles import acting
from profiles.acting import Right


class MayEdit(SignedIn):
    """The caller's place in the team of the row's employer lets her change it."""

    def has_object_permission(self, request, view, obj):
        return acting.allows(obj.acting_role, Right.EDIT)


class MayRead(SignedIn):
    """Any place in the team; staff may read too."""

    def has_object_permission(self, request, view, obj):
        staff = request.user.is_staff and request.method in SAFE_METHODS
        return staff or acting.allows(obj.acting_role, Right.READ)


class MayManage(SignedIn):
    """The owner and admins of the team."""

    def has_object_permission(self, request, view, obj):
        return acting.allows(obj.acting_role, Right.MANAGE)


class MayManageOrStaffReading(MayManage):
    def has_object_permission(self, request, view, obj):
        staff = request.user.is_staff and request.method in SAFE_METHODS
        return staff or super().has_object_permission(request, view, obj)

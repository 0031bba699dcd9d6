"""Teams over HTTP: members, invitations, joining."""

from rest_framework.response import Response

from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.permissions import SignedIn
from mwork.api.schema import endpoint
from mwork.api.views import Resource
from profiles import acting, teams
from profiles import organization_serializers as serializers
from profiles.acting import Right
from profiles.models import EmployerProfile, Invitation, Member
from profiles.organization_views import find
from profiles.permissions import MayManage, MayManageOrStaffReading, MayRead


class OfOrganization(Resource):
    """What hangs on the organization that the address names."""

    tag = "organizations"

    def get_organization(self) -> EmployerProfile:
        """The organization of the address: 404 when it is not there for the caller, 403 when it is not hers to ask."""
        organization = find(self.request.user, self.kwargs["organization_id"])
        self.check_object_permissions(self.request, organization)
        return organization


class Members(OfOrganization):
    queryset = Member.objects.all()
    serializer_class = serializers.MemberSerializer
    access = {"list": MayRead, "update": MayRead, "destroy": MayRead, "accept": SignedIn}
    orderings = {"oldest": ("created_at", "id")}

    def get_member(self, id, *, but_own: bool = False) -> Member:
        """A place in the team that the address names, for whoever manages it, and one's own unless `but_own`.

        Forbidden for others. Which roles an admin may touch, profiles.teams knows.
        """
        organization = self.get_organization()
        member = organization.members.select_related("organization", "user").filter(id=id).first()
        own = member is not None and member.user_id == self.request.user.id and not but_own
        if not (own or acting.allows(organization.acting_role, Right.MANAGE)):
            raise errors.Forbidden
        if member is None:
            raise errors.NotFound
        return member

    @endpoint(gives=serializers.MemberSerializer, many=True)
    def list(self, request, organization_id):
        """List a team.

        For its members. The owner first, then as they came.
        """
        return self.page(self.get_organization().members.select_related("user"))

    @endpoint(
        takes=serializers.MemberRoleSerializer,
        gives=serializers.MemberSerializer,
        refuses=(errors.InvalidState,),
    )
    def update(self, request, organization_id, id):
        """Give a member another role.

        From the next request on. The owner gives any role but the owner's, an admin those of editors and viewers;
        the owner's own can't be changed.
        """
        member = self.get_member(id, but_own=True)
        data = self.valid(request, serializers.MemberRoleSerializer)
        return self.one(teams.change(user=request.user, member=member, **data))

    @endpoint(status=204, refuses=(errors.InvalidState,))
    def destroy(self, request, organization_id, id):
        """Take a member out of the team, or leave it.

        From the next request on. The owner removes anybody, an admin editors and viewers, everybody but the owner
        may leave.
        """
        teams.remove(user=request.user, member=self.get_member(id))
        return Response(status=204)

    @idempotent
    @endpoint(
        gives=serializers.MemberSerializer,
        refuses=(errors.Forbidden, errors.InvalidState, errors.Duplicate),
    )
    def accept(self, request, token):
        """Join the team that one was invited to.

        With the account of the address that the letter was sent to, an employer's or an agency's; once, within seven
        days. Whoever has none registers with that address first.
        """
        return self.one(teams.accept(user=request.user, token=token))


class Invitations(OfOrganization):
    queryset = Invitation.objects.all()
    serializer_class = serializers.InvitationSerializer
    access = {"list": MayManageOrStaffReading, "create": MayManage, "destroy": MayManage}

    @endpoint(gives=serializers.InvitationSerializer, many=True)
    def list(self, request, organization_id):
        """List the open invitations to a team.

        For its owner and admins.
        """
        return self.page(self.get_organization().invitations.open())

    @idempotent
    @endpoint(
        takes=serializers.InvitationInputSerializer,
        gives=serializers.InvitationSerializer,
        status=201,
        also=200,
        refuses=(errors.Forbidden, errors.Duplicate, errors.InvalidState),
    )
    def create(self, request, organization_id):
        """Invite somebody to the team by e-mail.

        Her letter holds a link that works once, within seven days, for that address only; she may register after
        that. Inviting again renews the link and voids the one before (200). Only the owner invites admins.
        """
        organization = self.get_organization()
        data = self.valid(request, serializers.InvitationInputSerializer)
        invitation, is_new = teams.invite(user=request.user, organization=organization, **data)
        return self.one(invitation, status=201 if is_new else 200)

    @endpoint(status=204, refuses=(errors.Forbidden,))
    def destroy(self, request, organization_id, id):
        """Take an invitation back.

        Its link is dead from now on.
        """
        rows = self.get_organization().invitations.open().select_related("organization")
        invitation = rows.filter(id=id).first()
        if invitation is None:
            raise errors.NotFound
        teams.revoke(user=request.user, invitation=invitation)
        return Response(status=204)

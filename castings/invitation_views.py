"""Invitations over HTTP: the side of the casting's team and the model's."""

from rest_framework.response import Response as Answer

from accounts.permissions import IsModel
from castings import invitations
from castings.filters import InvitationFilter
from castings.invitations import Outcome
from castings.match_serializers import (
    InvitationOutcomesSerializer,
    InviteSerializer,
    OwnInvitationSerializer,
    SentInvitationSerializer,
)
from castings.models import Casting, Invitation
from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.permissions import SignedIn
from mwork.api.schema import endpoint
from mwork.api.views import Resource
from profiles.permissions import MayEdit, MayRead


class IsInvited(SignedIn):
    def has_object_permission(self, request, view, obj):
        return obj.model.user_id == request.user.id


class Invitations(Resource):
    tag = "invitations"
    queryset = Invitation.objects.all()
    serializer_class = SentInvitationSerializer
    access = {"invite": MayEdit, "sent": MayRead, "my": IsModel, "decline": IsInvited}

    def get_queryset(self):
        return Invitation.objects.visible_to(self.request.user).select_related("model", "casting__employer")

    def get_casting(self, id) -> Casting:
        """The casting that the caller acts for (staff read anybody's); NotFound for one that she may not see."""
        rows = Casting.objects.visible_to(self.request.user).with_role(self.request.user)
        casting = rows.select_related("employer").filter(id=id).first()
        if casting is None:
            raise errors.NotFound
        self.check_object_permissions(self.request, casting)
        return casting

    @idempotent
    @endpoint(
        takes=InviteSerializer,
        gives=InvitationOutcomesSerializer,
        refuses=(errors.InvalidState, errors.RateLimitExceeded),
    )
    def invite(self, request, casting_id):
        """Invite models to one's own casting.

        Up to 50 at once and 100 a day, each once per casting; each one's result stands by itself. The casting must be
        open, and a model must meet its requirements. She is told, and accepts by answering.
        """
        casting = self.get_casting(casting_id)
        data = self.valid(request, InviteSerializer)
        outcomes = invitations.invite(user=request.user, casting=casting, **data)
        return Answer({"results": [self._result(outcome) for outcome in outcomes]})

    @endpoint(gives=SentInvitationSerializer, many=True, filters=InvitationFilter)
    def sent(self, request, casting_id):
        """List the invitations to one's own casting."""
        rows = self.get_casting(casting_id).invitations.select_related("model")
        return self.page(self.filter_queryset(rows))

    @endpoint(gives=OwnInvitationSerializer, many=True, filters=InvitationFilter)
    def my(self, request):
        """List the invitations one has been sent."""
        own = self.get_queryset().filter(model__user=request.user)
        return self.page(self.filter_queryset(own), OwnInvitationSerializer)

    @endpoint(gives=OwnInvitationSerializer, refuses=(errors.InvalidState,))
    def decline(self, request, id):
        """Decline an invitation.

        Again is the same; one may still answer the casting later. Accepting is answering it.
        """
        invitations.decline(invitation=self.get_object())
        return self.one(self.get_object(), OwnInvitationSerializer)

    def _result(self, outcome: Outcome) -> dict:
        if outcome.error:
            return {"model_id": outcome.model_id, "status": "error", "error": errors.told(outcome.error)}
        shown = SentInvitationSerializer(outcome.invitation, context=self.get_serializer_context()).data
        return {"model_id": outcome.model_id, "status": "created", "invitation": shown}

"""Responses over HTTP: the model's side and the employer's."""

from rest_framework.response import Response as Answer

from accounts.permissions import IsModel
from castings import serializers, services
from castings.filters import ResponseFilter
from castings.models import Casting, Response
from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.permissions import IsOwnerOrStaffReading, SignedIn
from mwork.api.schema import endpoint
from mwork.api.views import Resource

REFUSALS = (
    errors.AccountBlocked,
    errors.LimitReached,
    errors.InvalidState,
    errors.Duplicate,
    errors.RequirementsNotMet,
)


class IsApplicant(SignedIn):
    def has_object_permission(self, request, view, obj):
        return obj.applicant.user_id == request.user.id


class IsCastingOwner(SignedIn):
    def has_object_permission(self, request, view, obj):
        return obj.casting.owner_id == request.user.id


class Responses(Resource):
    tag = "responses"
    queryset = Response.objects.all()
    serializer_class = serializers.ReceivedResponseSerializer
    access = {
        "apply": IsModel, "my": IsModel, "received": IsOwnerOrStaffReading,
        "status": IsCastingOwner, "note": IsCastingOwner, "withdraw": IsApplicant,
    }  # fmt: skip
    orderings = {"newest": ("-applied_at", "-id")}

    def get_queryset(self):
        return Response.objects.visible_to(self.request.user).select_related("applicant", "casting__employer")

    def get_casting(self, id) -> Casting:
        """The casting the caller may see; NotFound otherwise."""
        casting = Casting.objects.visible_to(self.request.user).select_related("employer").filter(id=id).first()
        if casting is None:
            raise errors.NotFound
        return casting

    @idempotent
    @endpoint(
        takes=serializers.ResponseInputSerializer,
        gives=serializers.ResponseSerializer,
        status=201,
        refuses=REFUSALS,
    )
    def apply(self, request, casting_id):
        """Answer a casting.

        Needs a model profile that meets the requirements, and an active casting whose shoot is ahead. The plan
        decides how many responses a calendar month (Almaty's) holds.
        """
        return self._apply(self.get_casting(casting_id), serializers.ResponseInputSerializer)

    @endpoint(gives=serializers.ReceivedResponseSerializer, many=True, filters=ResponseFilter)
    def received(self, request, casting_id):
        """List the responses to one's own casting.

        Not those of models who are banned.
        """
        return self._received(self.get_casting(casting_id))

    @endpoint(gives=serializers.OwnResponseWithCastingSerializer, many=True, filters=ResponseFilter)
    def my(self, request):
        """List one's own responses.

        Also those to castings that were deleted since.
        """
        own = Response.objects.standing().filter(applicant__user=request.user).select_related("casting__employer")
        return self.page(self.filter_queryset(own), serializers.OwnResponseWithCastingSerializer)

    @endpoint(
        takes=serializers.ResponseStatusSerializer,
        gives=serializers.ReceivedResponseSerializer,
        refuses=(errors.AccountBlocked, errors.InvalidState),
    )
    def status(self, request, id):
        """Decide on a response.

        pending and viewed go anywhere, shortlisted back to viewed or to a decision; accepted and rejected change
        only for each other, while the casting is active.
        """
        response = self.get_object()
        data = self.valid(request, serializers.ResponseStatusSerializer)
        return self.one(services.decide(response=response, **data))

    @endpoint(takes=serializers.NoteSerializer, gives=serializers.ReceivedResponseSerializer)
    def note(self, request, id):
        """Note something about a response.

        The note is the casting owner's own: nobody else sees it.
        """
        response = self.get_object()
        return self.one(services.annotate(response=response, **self.valid(request, serializers.NoteSerializer)))

    @endpoint(status=204, refuses=(errors.InvalidState,))
    def withdraw(self, request, id):
        """Withdraw one's own response.

        While it is pending or viewed. The month's count is given back; one may answer again.
        """
        services.withdraw(response=self.get_object())
        return Answer(status=204)

    def _apply(self, casting: Casting, body) -> Answer:
        services.may_apply(user=self.request.user, casting=casting)
        data = self.valid(self.request, body)
        data.pop("casting_id", None)
        response = services.apply(user=self.request.user, casting=casting, **data)
        return self.one(response, serializers.ResponseSerializer, 201)

    def _received(self, casting: Casting) -> Answer:
        self.check_object_permissions(self.request, casting)
        rows = casting.responses.standing().of_present_users().select_related("applicant")
        return self.page(self.filter_queryset(rows))


class ResponsesByCasting(Responses):
    """The first generation's addresses, which name the casting in the body or the query."""

    @idempotent
    @endpoint(
        takes=serializers.ResponseByCastingSerializer,
        gives=serializers.ResponseSerializer,
        status=201,
        refuses=(errors.NotFound, *REFUSALS),
    )
    def apply(self, request):
        """Answer the casting that the body names."""
        casting_id = self.valid(request, serializers.CastingReferenceSerializer)["casting_id"]
        return self._apply(self.get_casting(casting_id), serializers.ResponseByCastingSerializer)

    @endpoint(
        gives=serializers.ReceivedResponseSerializer,
        many=True,
        filters=ResponseFilter,
        parameters=(serializers.CastingReferenceSerializer,),
        refuses=(errors.NotFound,),
    )
    def received(self, request):
        """List the responses to one's own casting that the query names."""
        reference = serializers.CastingReferenceSerializer(data=request.query_params)
        reference.is_valid(raise_exception=True)
        return self._received(self.get_casting(reference.validated_data["casting_id"]))

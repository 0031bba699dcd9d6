"""Responses over HTTP: the model's side and the employer's."""

from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException
from rest_framework.response import Response as Answer

from accounts.models import Role
from accounts.permissions import IsModel
from castings import matching, ranking, serializers, services, submissions
from castings.filters import ResponseFilter
from castings.match_serializers import MatchedResponseSerializer
from castings.models import Casting, Response
from mwork import clock
from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.listing import Listing
from mwork.api.permissions import SignedIn
from mwork.api.schema import endpoint
from mwork.api.views import Resource
from mwork.prepared import PreparedForUser, Slot
from profiles import acting
from profiles.acting import Right
from profiles.models import EmployerProfile
from profiles.organization_serializers import OrganizationReferenceSerializer
from profiles.permissions import MayEdit, MayRead

REFUSALS = (
    errors.AccountBlocked,
    errors.LimitReached,
    errors.InvalidState,
    errors.Duplicate,
    errors.RequirementsNotMet,
)
BY_MATCH = {"match": ("-match_score", "-applied_at", "-id")}


def _received(casting_id):
    rows = Response.objects.filter(casting=casting_id).standing().of_present_users()
    return rows.select_related("applicant", "agency")


def _own(user):
    return Response.objects.standing().filter(applicant__user=user).select_related("casting__employer", "agency")


RECEIVED = Listing(lambda user: _received(Slot("casting_id")), serializers.ReceivedResponseSerializer, ResponseFilter)
OWN = Listing(_own, serializers.OwnResponseWithCastingSerializer, ResponseFilter)


CASTING = PreparedForUser(
    lambda user, slot: (
        Casting.objects.visible_to(user).with_role(user).select_related("employer__user").filter(id=slot("id"))
    )
)


class MayWithdraw(SignedIn):
    """The applicant, and whoever edits for the agency that has answered for her."""

    def has_object_permission(self, request, view, obj):
        return obj.applicant.user_id == request.user.id or acting.allows(obj.sender_role, Right.EDIT)


class MayAnswer(SignedIn):
    """Models, for themselves, and whoever may answer for an agency."""

    def has_permission(self, request, view):
        if not super().has_permission(request, view):
            return False
        if request.user.role == Role.MODEL:
            return True
        view.agencies = submissions.agencies_of(request.user)
        return bool(view.agencies)


class Responses(Resource):
    tag = "responses"
    queryset = Response.objects.all()
    serializer_class = serializers.ReceivedResponseSerializer
    access = {
        "apply": MayAnswer, "my": IsModel, "received": MayRead,
        "status": MayEdit, "note": MayEdit, "withdraw": MayWithdraw,
    }  # fmt: skip
    orderings = {"newest": ("-applied_at", "-id")}

    def list_orderings(self):
        return {**self.orderings, **BY_MATCH} if self.action == "received" else self.orderings

    def get_queryset(self):
        user = self.request.user
        rows = Response.objects.visible_to(user)
        if self.action == "withdraw":  # all else about it is between the two sides
            rows |= Response.objects.standing().filter(agency__in=acting.employers(user))
        rows = rows.with_role(user).with_sender_role(user)
        return rows.select_related("applicant", "casting__employer", "agency")

    def get_casting(self, id) -> Casting:
        """The casting the caller may see; NotFound otherwise."""
        casting = CASTING.first(self.request.user, id=id)
        if casting is None:
            raise errors.NotFound
        return casting

    @idempotent
    @endpoint(
        takes=serializers.AnswerSerializer,
        gives=serializers.ResponseSerializer,
        status=201,
        also=200,
        also_gives=serializers.OutcomesSerializer,
        refuses=REFUSALS,
    )
    def apply(self, request, casting_id):
        """Answer a casting.

        Needs a model profile that meets the requirements, and an active casting whose shoot is ahead. The plan
        decides how many responses a calendar month (Almaty's) holds.

        An agency answers for models of its roster, named in `model_ids`: 200 with one result per model, in that
        order. Each model's own month is used, or the agency's when its plan has no limit.
        """
        casting = self.get_casting(casting_id)
        if request.user.role == Role.MODEL:
            return self._apply(casting, serializers.ResponseInputSerializer)
        agency = self._agency()
        submissions.may_submit(user=request.user, agency=agency, casting=casting)
        data = self.valid(request, serializers.SubmissionSerializer)
        data.pop("organization_id", None)
        outcomes = submissions.submit(user=request.user, agency=agency, casting=casting, **data)
        return self.one({"results": outcomes}, serializers.OutcomesSerializer)

    @endpoint(gives=MatchedResponseSerializer, many=True, filters=ResponseFilter)
    def received(self, request, casting_id):
        """List the responses to one's own casting.

        `sort=match` puts those first who suit it best, each with `match`. Not those of models who are banned.
        """
        return self._received(self.get_casting(casting_id))

    @endpoint(gives=serializers.OwnResponseWithCastingSerializer, many=True, filters=ResponseFilter)
    def my(self, request):
        """List one's own responses.

        Also those to castings that were deleted since.
        """
        return self.page_of(OWN)

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
        with acting.held(request.user, response.casting.employer_id):
            response = services.decide(response=response, **data)
        return self.one(response)

    @endpoint(takes=serializers.NoteSerializer, gives=serializers.ReceivedResponseSerializer)
    def note(self, request, id):
        """Note something about a response.

        The note is the employer's team's own: nobody else sees it.
        """
        response = self.get_object()
        data = self.valid(request, serializers.NoteSerializer)
        with acting.held(request.user, response.casting.employer_id):
            response = services.annotate(response=response, **data)
        return self.one(response)

    @endpoint(status=204, refuses=(errors.InvalidState,))
    def withdraw(self, request, id):
        """Withdraw one's own response.

        While it is pending or viewed. The month's count is given back; one may answer again. An agency withdraws what
        it has answered for a model, while she is on its roster.
        """
        response = self.get_object()
        if response.applicant.user_id == request.user.id:
            services.withdraw(response=response)
        else:
            submissions.withdraw(user=request.user, response=response)
        return Answer(status=204)

    def _agency(self) -> EmployerProfile:
        """The agency that the body names, or the only one in question: the caller's own before others.

        Forbidden when she does not answer castings for it, Invalid when it is to be named.
        """
        named = self.valid(self.request, OrganizationReferenceSerializer).get("organization_id")
        own = [agency for agency in self.agencies if agency.user_id == self.request.user.id]
        found = [agency for agency in self.agencies if agency.id == named] if named else own or self.agencies
        if not found:
            raise errors.Forbidden
        if len(found) > 1:
            raise errors.Invalid("organization_id", _("Name the agency that you answer for."))
        return found[0]

    def _apply(self, casting: Casting, body) -> Answer:
        user = self.request.user
        try:
            data = self.valid(self.request, body)
            data.pop("casting_id", None)
            response = services.apply(user=user, casting=casting, **data)
        except APIException:
            services.may_apply(user=user, casting=casting)
            raise
        return self.one(response, serializers.ResponseSerializer, 201)

    def _received(self, casting: Casting) -> Answer:
        self.check_object_permissions(self.request, casting)
        if self.request.query_params.get("sort") != "match":
            return self.page_of(RECEIVED, casting_id=casting.id)
        rows = self.filter_queryset(_received(casting.id))
        facts, today = ranking.facts_of_casting(casting), clock.today()
        score = ranking.score(ranking.model_columns(today, "applicant__"), ranking.casting_values(facts))
        page = self.paginate_queryset(rows.annotate(match_score=score))
        for response in page:
            response.match = matching.match(ranking.facts_of_model(response.applicant, today), facts)
        data = MatchedResponseSerializer(page, many=True, context=self.get_serializer_context()).data
        return self.get_paginated_response({MatchedResponseSerializer.plural: data})


class ResponsesByCasting(Responses):
    """The first generation's addresses, which name the casting in the body or the query; for models only."""

    access = {**Responses.access, "apply": IsModel}

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
        gives=MatchedResponseSerializer,
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

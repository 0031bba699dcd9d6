"""Rosters over HTTP: the agency's side and the model's."""

from django_filters import rest_framework as filters
from rest_framework.response import Response

from accounts.permissions import IsModel
from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.permissions import Anyone, SignedIn
from mwork.api.schema import endpoint
from mwork.api.views import Resource
from profiles import acting, rosters
from profiles import organization_serializers as serializers
from profiles.acting import Right
from profiles.models import ModelProfile, Representation, RepresentationStatus
from profiles.permissions import MayEdit
from profiles.team_views import OfOrganization


class RosterFilter(filters.FilterSet):
    status = filters.ChoiceFilter(
        choices=RepresentationStatus, help_text="For the team: pending and active by default. Others see active ones"
    )


class Roster(OfOrganization):
    queryset = Representation.objects.all()
    serializer_class = serializers.RosterModelSerializer
    access = {"list": Anyone, "create": MayEdit, "destroy": SignedIn}

    @endpoint(gives=serializers.RosterModelSerializer, many=True, filters=RosterFilter)
    def list(self, request, organization_id):
        """List an agency's models.

        Those who agreed and have a public page; to the agency's team all of them, with what stands between them.
        """
        organization, user = self.get_organization(), request.user
        self.is_team = acting.allows(organization.acting_role, Right.READ) or (user.is_authenticated and user.is_staff)
        rows = organization.representations.select_related("model")
        if not self.is_team:
            rows = rows.shown_to_all()
        elif "status" not in request.query_params:
            rows = rows.open()
        return self.page(self.filter_queryset(rows))

    @idempotent
    @endpoint(
        takes=serializers.RosterInputSerializer,
        gives=serializers.RepresentationSerializer,
        status=201,
        refuses=(errors.AccountBlocked, errors.Duplicate, errors.InvalidState),
    )
    def create(self, request, organization_id):
        """Ask a model to be on the agency's roster.

        She is told, and accepts or declines. After she has declined or ended it the agency may ask again in 30 days,
        after it has ended it itself in one.
        """
        organization = self.get_organization()
        rosters.require_agency(organization)
        data = self.valid(request, serializers.RosterInputSerializer)
        representation = rosters.ask(user=request.user, organization=organization, **data)
        return self.one(representation, serializers.RepresentationSerializer, 201)

    @endpoint(status=204, refuses=(errors.Forbidden,))
    def destroy(self, request, organization_id, model_id):
        """Take a model off the roster.

        By the agency, which may take a question back too, or by the model herself.
        """
        organization = self.get_organization()
        model = ModelProfile.objects.filter(id=model_id).first()
        own = model is not None and model.user_id == request.user.id
        if not own and not acting.allows(organization.acting_role, Right.EDIT):
            raise errors.Forbidden
        if model is None:
            raise errors.NotFound
        rosters.end(user=request.user, organization=organization, model=model)
        return Response(status=204)

    def get_serializer_context(self):
        return {**super().get_serializer_context(), "is_team": getattr(self, "is_team", False)}


class Representations(Resource):
    """The model's side."""

    tag = "organizations"
    queryset = Representation.objects.all()
    serializer_class = serializers.RepresentationSerializer
    access = {"list": IsModel, "accept": IsModel, "decline": IsModel}

    def get_queryset(self):
        return Representation.objects.for_list().filter(model__user=self.request.user)

    @endpoint(gives=serializers.RepresentationSerializer, many=True, filters=RosterFilter)
    def list(self, request):
        """List the agencies that asked one, and those one is with."""
        return self.page(self.filter_queryset(self.get_queryset()))

    @endpoint(gives=serializers.RepresentationSerializer, refuses=(errors.InvalidState,))
    def accept(self, request, id):
        """Agree to be on an agency's roster.

        From then on it may answer castings for the model. Again is the same.
        """
        return self._answer(RepresentationStatus.ACTIVE)

    @endpoint(gives=serializers.RepresentationSerializer, refuses=(errors.InvalidState,))
    def decline(self, request, id):
        """Decline to be on an agency's roster.

        Again is the same.
        """
        return self._answer(RepresentationStatus.DECLINED)

    def _answer(self, status: str) -> Response:
        return self.one(rosters.answer(representation=self.get_object(), status=status))

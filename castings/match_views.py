"""Matches over HTTP: castings for a model, models for a casting."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from rest_framework.response import Response as Answer

from accounts.permissions import IsModel
from castings import candidates
from castings.candidates import Candidate
from castings.match_serializers import MatchedCastingSerializer, MatchedModelSerializer
from castings.models import Casting, Response
from mwork.api import errors
from mwork.api.pagination import RankedPage
from mwork.api.schema import endpoint
from mwork.api.views import Resource
from profiles.models import ModelProfile
from profiles.permissions import MayRead


class Matches(Resource):
    tag = "matches"
    queryset = Casting.objects.all()
    serializer_class = MatchedCastingSerializer
    pagination_class = RankedPage
    access = {"recommended": IsModel, "models": MayRead}

    def get_queryset(self):
        rows = Casting.objects.visible_to(self.request.user).with_role(self.request.user)
        return rows.select_related("employer__user")

    @endpoint(gives=MatchedCastingSerializer, many=True, refuses=(errors.InvalidState,))
    def recommended(self, request):
        """List castings that suit oneself.

        Open ones whose requirements one's profile meets and that one has not answered, the best first, at most 500.
        `match` says how well and why. Needs a model profile.
        """
        profile = ModelProfile.objects.filter(user=request.user).first()
        if profile is None:
            raise errors.InvalidState(_("Make a model profile first."))
        found = candidates.castings_for(profile)
        return self._page(found, Casting.objects.for_list(request.user), MatchedCastingSerializer)

    @endpoint(gives=MatchedModelSerializer, many=True)
    def models(self, request, id):
        """List models who suit one's own casting.

        For its employer's team. Those who meet its requirements, the best first, at most 500. `match` says how well
        and why.
        """
        casting = self.get_object()
        invited = casting.invitations.filter(model=OuterRef("pk"))
        answered = Response.objects.standing().filter(casting=casting, applicant=OuterRef("pk"))
        rows = ModelProfile.objects.annotate(is_invited=Exists(invited), has_responded=Exists(answered))
        return self._page(candidates.models_for(casting, reader=request.user), rows, MatchedModelSerializer)

    def _page(self, found: list[Candidate], rows, serializer_class) -> Answer:
        """The page's rows in their order; one that has gone this moment is left out."""
        page = self.paginate_queryset(found)
        by_id = rows.in_bulk([candidate.id for candidate in page])
        shown = []
        for candidate in page:
            if row := by_id.get(candidate.id):
                row.match = candidate.match
                shown.append(row)
        data = serializer_class(shown, many=True, context=self.get_serializer_context()).data
        return self.get_paginated_response({serializer_class.plural: data})

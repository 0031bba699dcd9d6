"""Figures over HTTP."""

from django.utils.translation import gettext as _

from accounts.permissions import IsEmployer, IsModel
from billing import limits
from billing.models import Analytics, Feature
from castings import analytics_serializers as serializers
from castings.analytics import for_employer, for_model
from mwork.api import errors
from mwork.api.renderers import answer
from mwork.api.schema import endpoint
from mwork.api.views import View
from profiles import acting
from profiles import organization_views as organizations
from profiles.acting import Right
from profiles.models import EmployerProfile, ModelProfile
from profiles.organization_serializers import OrganizationReferenceSerializer

REFUSALS = (errors.LimitReached, errors.InvalidState)


class AnalyticsView(View):
    tag = "analytics"

    def asked(self, request, whose=None) -> tuple[str, int]:
        """How much the plan tells (the caller's, unless it is somebody's `whose`), and the period in days.

        LimitReached when it tells nothing.
        """
        level = limits.grade(whose or request.user, Feature.ANALYTICS)
        query = serializers.PeriodSerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        return level, query.validated_data["period"]


class ModelAnalytics(AnalyticsView):
    permission_classes = [IsModel]

    @endpoint(gives=serializers.ModelFiguresSerializer, parameters=(serializers.PeriodSerializer,), refuses=REFUSALS)
    def get(self, request):
        """Show a model how she is doing.

        Basic analytics hold the views of her page, her responses by status and what is unread; advanced ones also the
        days one by one, where the views came from, and her place among the models of her city.
        """
        level, period = self.asked(request)
        profile = ModelProfile.objects.select_related("user").filter(user=request.user).first()
        if profile is None:
            raise errors.InvalidState(_("Make a model profile first."))
        figures = for_model.figures(profile, period, advanced=level == Analytics.ADVANCED)
        return answer(serializers.ModelFiguresSerializer({"level": level, **figures}))


class EmployerAnalytics(AnalyticsView):
    permission_classes = [IsEmployer]

    @endpoint(
        gives=serializers.EmployerFiguresSerializer,
        parameters=(serializers.EmployerPeriodSerializer,),
        refuses=(*REFUSALS, errors.NotFound),
    )
    def get(self, request):
        """Show an employer how the castings are doing.

        One's own, or with `organization_id` those of a company in whose team one is; its owner's plan decides.

        Basic analytics hold the castings by status, their views, responses and who was accepted; advanced ones also the
        days one by one, each casting's way from views to accepted, and who has answered.
        """
        employer = self.named(request)
        level, period = self.asked(request, employer and employer.user)
        employer = employer or EmployerProfile.objects.filter(user=request.user).first()
        if employer is None:
            raise errors.InvalidState(_("Make an employer profile first."))
        figures = for_employer.figures(employer, period, advanced=level == Analytics.ADVANCED)
        return answer(serializers.EmployerFiguresSerializer({"level": level, **figures}))

    def named(self, request) -> EmployerProfile | None:
        """The organization that the query names, None when it names none.

        NotFound when it is not there, Forbidden for whoever is not in its team.
        """
        query = OrganizationReferenceSerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        if not (organization_id := query.validated_data.get("organization_id")):
            return None
        organization = organizations.find(request.user, organization_id)
        if not acting.allows(organization.acting_role, Right.READ):
            raise errors.Forbidden
        return organization

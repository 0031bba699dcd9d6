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
from profiles.models import EmployerProfile, ModelProfile

REFUSALS = (errors.LimitReached, errors.InvalidState)


class AnalyticsView(View):
    tag = "analytics"

    def asked(self, request) -> tuple[str, int]:
        """How much the caller's plan tells, and the period in days. LimitReached when it tells nothing."""
        level = limits.grade(request.user, Feature.ANALYTICS)
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

    @endpoint(gives=serializers.EmployerFiguresSerializer, parameters=(serializers.PeriodSerializer,), refuses=REFUSALS)
    def get(self, request):
        """Show an employer how the castings are doing.

        Basic analytics hold the castings by status, their views, responses and who was accepted; advanced ones also the
        days one by one, each casting's way from views to accepted, and who has answered.
        """
        level, period = self.asked(request)
        employer = EmployerProfile.objects.filter(user=request.user).first()
        if employer is None:
            raise errors.InvalidState(_("Make an employer profile first."))
        figures = for_employer.figures(employer, period, advanced=level == Analytics.ADVANCED)
        return answer(serializers.EmployerFiguresSerializer({"level": level, **figures}))

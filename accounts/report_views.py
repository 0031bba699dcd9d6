"""Reports over HTTP. What staff do with them is in the admin."""

from accounts import report_serializers as serializers
from accounts import reports
from accounts.models import Report
from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.permissions import SignedIn
from mwork.api.schema import endpoint
from mwork.api.views import Resource


class Reports(Resource):
    tag = "reports"
    queryset = Report.objects.all()
    serializer_class = serializers.ReportSerializer
    access = {"create": SignedIn, "my": SignedIn}

    @idempotent
    @endpoint(
        takes=serializers.NewReportSerializer,
        gives=serializers.ReportSerializer,
        status=201,
        refuses=(errors.NotFound, errors.Duplicate),
    )
    def create(self, request):
        """Report something to the moderators.

        A person, a page, a casting, a message of one's own rooms, a review: whatever one can see and is not one's own.
        What is reported is kept as it is at this moment. One open report per target; its outcome comes as a
        notification.
        """
        reports.find(reporter=request.user, **self.valid(request, serializers.TargetSerializer))
        data = self.valid(request, serializers.NewReportSerializer)
        return self.one(reports.submit(reporter=request.user, **data), status=201)

    @endpoint(gives=serializers.ReportSerializer, many=True)
    def my(self, request):
        """List one's own reports."""
        return self.page(Report.objects.filter(reporter=request.user))

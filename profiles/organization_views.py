"""Organizations over HTTP: the public page, following, and those one acts for."""

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from rest_framework.response import Response

from mwork.api import errors
from mwork.api.permissions import Anyone, SignedIn
from mwork.api.schema import endpoint
from mwork.api.views import Resource
from profiles import acting, followers
from profiles import organization_serializers as serializers
from profiles.models import EmployerProfile, Follow, Member, Representation


def visible(user) -> QuerySet:
    """The organizations that this user may open, each with the role she has there."""
    rows = EmployerProfile.objects.visible_to(user).select_related("user")
    return rows.annotate(acting_role=acting.role(user, "id"))


def find(user, organization_id) -> EmployerProfile:
    """The organization, with its user and the caller's `acting_role`. NotFound when it is not there for her."""
    organization = visible(user).filter(id=organization_id).first()
    if organization is None:
        raise errors.NotFound
    return organization


def _count(rows: QuerySet) -> Coalesce:
    """How many of the rows are an organization's, as a subquery."""
    counted = rows.filter(organization=OuterRef("pk")).order_by().values("organization")
    return Coalesce(Subquery(counted.annotate(count=Count("pk")).values("count")), 0)


class Organizations(Resource):
    tag = "organizations"
    queryset = EmployerProfile.objects.all()
    serializer_class = serializers.OrganizationSerializer
    access = {"retrieve": Anyone, "follow": SignedIn, "unfollow": SignedIn, "following": SignedIn, "my": SignedIn}

    def get_queryset(self):
        user, rows = self.request.user, visible(self.request.user)
        if self.action == "retrieve":
            rows = rows.annotate(
                followers_count=_count(Follow.objects.all()),
                members_count=_count(Member.objects.all()),
                models_count=_count(Representation.objects.shown_to_all()),
            )
            if user.is_authenticated:
                own = Follow.objects.filter(organization=OuterRef("pk"), user=user)
                rows = rows.annotate(is_following=Exists(own))
        return rows

    @endpoint(gives=serializers.OrganizationSerializer)
    def retrieve(self, request, id):
        """Show an organization's page.

        An employer's or an agency's; the id is that of the employer profile.
        """
        return self.one(self.get_object())

    @endpoint(gives=serializers.OrganizationShortSerializer, many=True)
    def following(self, request):
        """List the organizations one follows.

        Whoever follows one hears of its new castings.
        """
        followed = Follow.objects.filter(user=request.user).values("organization")
        return self.page(self.get_queryset().filter(id__in=followed), serializers.OrganizationShortSerializer)

    @endpoint(gives=serializers.OwnOrganizationSerializer, many=True)
    def my(self, request):
        """List the organizations one acts for.

        One's own and those whose team one is in, with the role there.
        """
        mine = self.get_queryset().filter(id__in=acting.employers(request.user))
        return self.page(mine, serializers.OwnOrganizationSerializer)

    @endpoint(status=204)
    def follow(self, request, id):
        """Follow an organization.

        Again is the same.
        """
        followers.follow(user=request.user, organization=self.get_object())
        return Response(status=204)

    @endpoint(status=204)
    def unfollow(self, request, id):
        """Follow an organization no more.

        Also when it was not followed.
        """
        if not followers.unfollow(user=request.user, organization_id=id):
            self.get_object()  # 404 for what is not there
        return Response(status=204)

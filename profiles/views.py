"""Profiles over HTTP."""

from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import IsEmployer, IsModel
from billing import promotion
from mwork import clock, jobs
from mwork.api import client, errors
from mwork.api.idempotency import idempotent
from mwork.api.listing import Columns
from mwork.api.pagination import whole_number
from mwork.api.permissions import Anyone, IsOwner
from mwork.api.renderers import answer
from mwork.api.schema import endpoint
from mwork.api.views import Resource, View
from profiles import serializers, services, tasks
from profiles.filters import ModelFilter
from profiles.models import LISTED_STATE, EmployerProfile, ModelProfile, Photo, WorkExperience

LISTED = Columns(
    lambda user: ModelProfile.objects.listed(), serializers.ModelShortSerializer, ModelFilter, state=LISTED_STATE
)


class Models(Resource):
    tag = "profiles"
    queryset = ModelProfile.objects.all()
    serializer_class = serializers.ModelSerializer
    access = {"list": Anyone, "promoted": Anyone, "retrieve": Anyone, "create": IsModel, "update": IsOwner,
              "promote": IsOwner, "demote": IsOwner}  # fmt: skip
    orderings = {
        "recommended": ("-is_promoted", "-rating", "-created_at", "-id"),
        "newest": ("-created_at", "-id"),
        "rating": ("-rating", "-created_at", "-id"),
    }

    def get_queryset(self):
        visible = ModelProfile.objects.visible_to(self.request.user)
        photos = Prefetch("photos", Photo.objects.unhidden_for(self.request.user))
        return visible.prefetch_related(photos, "work_experience")

    @endpoint(gives=serializers.ModelShortSerializer, many=True, filters=ModelFilter)
    def list(self, request):
        """Find models.

        Promoted ones come first, then by rating, then the newest.
        """
        return self.page_of(LISTED)

    @endpoint(
        gives=serializers.PromotedModelsSerializer,
        parameters=(OpenApiParameter("limit", int, description="1 to 50; 10 by default"),),
    )
    def promoted(self, request):
        """List promoted models.

        `promoted_until` is the earliest end among them, null when there are none.
        """
        limit = min(whole_number(request, "limit", 10, least=1), 50)
        rows = list(ModelProfile.objects.promoted().order_by("-rating", "-created_at", "-id")[:limit])
        ends = min((row.promoted_until for row in rows), default=None)
        return answer(serializers.PromotedModelsSerializer({"models": rows, "promoted_until": ends}))

    @endpoint(gives=serializers.ModelSerializer)
    def retrieve(self, request, **lookup):
        """Show a model's page.

        A hidden one is not found but for its owner and staff. Counts one view per viewer and day.
        """
        profile = self.get_object()
        if profile.owner_id != request.user.pk:
            who = {"viewer": client.viewer(request), "user_id": request.user.pk and str(request.user.pk)}
            jobs.queue(tasks.record_view, profile_id=str(profile.id), day=clock.today().isoformat(), **who)
        return self.one(profile)

    @idempotent
    @endpoint(
        takes=serializers.ModelInputSerializer,
        gives=serializers.ModelSerializer,
        status=201,
        refuses=(errors.Duplicate,),
    )
    def create(self, request):
        """Make one's own model profile.

        One per user. `age` or `birth_date` is needed; what is stored is a birth date.
        """
        data = self.valid(request, serializers.ModelInputSerializer)
        return self.one(services.create(ModelProfile, user=request.user, **data), status=201)

    @endpoint(takes=serializers.ModelInputSerializer, gives=serializers.ModelSerializer)
    def update(self, request, **lookup):
        """Change one's own model profile.

        PUT and PATCH are the same: a missing field stays, null clears an optional one.
        """
        profile = self.get_object()
        data = self.valid(request, serializers.ModelInputSerializer, instance=profile, partial=True)
        return self.one(services.change(profile, **data))

    @endpoint(gives=serializers.ModelSerializer, refuses=(errors.LimitReached,))
    def promote(self, request, **lookup):
        """Promote one's own model profile by the plan.

        Until the subscription's end; again is the same. Days bought for it are used after that.
        """
        services.promote(profile=self.get_object())
        return self.one(self.get_object())

    @endpoint(status=204)
    def demote(self, request, **lookup):
        """Take the plan's promotion from one's own model profile.

        Days bought for it go on. Also when there was none.
        """
        promotion.not_by_plan(row=self.get_object())
        return Response(status=204)


class ModelsByUser(Models):
    """The first generation's addresses, by the user's id."""

    lookup_field = "user_id"


class Experiences(Resource):
    """The work experience of one's own model profile."""

    tag = "profiles"
    queryset = WorkExperience.objects.all()
    serializer_class = serializers.WorkExperienceSerializer
    access = {"create": IsOwner, "update": IsOwner, "destroy": IsOwner}

    def get_profile(self) -> ModelProfile:
        """The profile of the address, the caller's own: 404 when it is not visible, 403 when another's."""
        profile = ModelProfile.objects.visible_to(self.request.user).filter(id=self.kwargs["profile_id"]).first()
        if profile is None:
            raise errors.NotFound
        self.check_object_permissions(self.request, profile)
        return profile

    def get_queryset(self):
        return self.get_profile().work_experience.select_related("profile")

    @idempotent
    @endpoint(takes=serializers.WorkExperienceSerializer, gives=serializers.WorkExperienceSerializer, status=201)
    def create(self, request, profile_id):
        """Add a work experience."""
        profile = self.get_profile()
        return self.one(profile.work_experience.create(**self.valid(request, self.serializer_class)), status=201)

    @endpoint(takes=serializers.WorkExperienceSerializer, gives=serializers.WorkExperienceSerializer)
    def update(self, request, profile_id, id):
        """Change a work experience."""
        experience = self.get_object()
        return self.one(
            services.change(experience, **self.valid(request, self.serializer_class, instance=experience, partial=True))
        )

    @endpoint(status=204)
    def destroy(self, request, profile_id, id):
        """Remove a work experience."""
        self.get_object().delete()
        return Response(status=204)


class Employers(Resource):
    tag = "profiles"
    queryset = EmployerProfile.objects.all()
    serializer_class = serializers.EmployerSerializer
    access = {"retrieve": Anyone, "create": IsEmployer, "update": IsOwner}

    def get_queryset(self):
        return EmployerProfile.objects.visible_to(self.request.user)

    @endpoint(gives=serializers.EmployerSerializer)
    def retrieve(self, request, **lookup):
        """Show an employer's page.

        `contact_person` and `phone` are shown to its owner and staff only.
        """
        return self.one(self.get_object())

    @idempotent
    @endpoint(
        takes=serializers.EmployerInputSerializer,
        gives=serializers.EmployerSerializer,
        status=201,
        refuses=(errors.Duplicate,),
    )
    def create(self, request):
        """Make one's own employer profile.

        One per user; for employers and agencies.
        """
        data = self.valid(request, serializers.EmployerInputSerializer)
        return self.one(services.create(EmployerProfile, user=request.user, **data), status=201)

    @endpoint(takes=serializers.EmployerInputSerializer, gives=serializers.EmployerSerializer)
    def update(self, request, **lookup):
        """Change one's own employer profile.

        PUT and PATCH are the same: a missing field stays, null clears an optional one.
        """
        employer = self.get_object()
        data = self.valid(request, serializers.EmployerInputSerializer, instance=employer, partial=True)
        return self.one(services.change(employer, **data))


class EmployersByUser(Employers):
    """The first generation's addresses, by the user's id."""

    lookup_field = "user_id"


class OwnProfile(View):
    tag = "profiles"

    @endpoint(gives=serializers.OwnProfileSerializer, refuses=(errors.NotFound,))
    def get(self, request):
        """Show one's own profile.

        A model's or an employer's, by the caller's role; 404 when none was made yet.
        """
        kind, shape = (
            (ModelProfile, serializers.ModelSerializer)
            if request.user.role == Role.MODEL
            else (EmployerProfile, serializers.EmployerSerializer)
        )
        profile = kind.objects.filter(user=request.user).first()
        if profile is None:
            raise errors.NotFound
        context = {"request": request, "view": self}
        return Response({"role": request.user.role, "profile": shape(profile, context=context).data})

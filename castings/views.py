"""Castings over HTTP."""

from django.utils.translation import gettext as _
from rest_framework.response import Response

from accounts.permissions import IsEmployer
from billing import promotion
from castings import serializers, services, tasks
from castings.filters import OwnCastingFilter, PublicCastingFilter
from castings.models import Casting, CastingStatus, SavedCasting
from mwork import clock, jobs
from mwork.api import client, errors
from mwork.api.idempotency import idempotent
from mwork.api.listing import Listing
from mwork.api.permissions import Anyone, SignedIn
from mwork.api.schema import endpoint
from mwork.api.views import Resource
from mwork.prepared import PreparedForUser
from profiles import acting
from profiles import organization_views as organizations
from profiles.acting import Right
from profiles.organization_serializers import OrganizationReferenceSerializer
from profiles.permissions import MayEdit

ACTIVE, SHOWN = (
    Listing(lambda user, rows=rows: rows().for_list(user), serializers.CastingSerializer, PublicCastingFilter)
    for rows in (Casting.objects.active, Casting.objects.shown)
)

ONE = PreparedForUser(lambda user, slot: Casting.objects.visible_to(user).for_list(user).filter(id=slot("id")))


class Castings(Resource):
    tag = "castings"
    queryset = Casting.objects.all()
    serializer_class = serializers.CastingSerializer
    access = {
        "list": Anyone, "retrieve": Anyone, "create": IsEmployer, "my": IsEmployer, "saved": SignedIn,
        "update": MayEdit, "status": MayEdit, "destroy": MayEdit, "keep": SignedIn, "drop": SignedIn,
        "promote": MayEdit, "demote": MayEdit, "of_organization": Anyone,
    }  # fmt: skip
    orderings = {
        "newest": ("-is_promoted", "-created_at", "-id"),
        "pay": ("-pay_top", "-created_at", "-id"),
        "shoot_date": ("shoot_date", "id"),
    }

    def get_object(self):
        casting = ONE.first(self.request.user, id=self.kwargs["id"])
        if casting is None:
            raise errors.NotFound
        self.check_object_permissions(self.request, casting)
        return casting

    def list_orderings(self):
        return {"newest": ("-created_at", "-id")} if self.action in ("my", "saved") else self.orderings

    @endpoint(gives=serializers.CastingSerializer, many=True, filters=PublicCastingFilter)
    def list(self, request):
        """Find castings.

        Active ones unless `status` says otherwise; promoted ones first. `gender` finds castings for it and for
        anyone; `min_age` and `max_age` find castings whose age range overlaps.
        """
        status = self.request.query_params.get("status")
        if status == CastingStatus.DRAFT:
            return self.page(self.filter_queryset(self.asked_for()))
        return self.page_of(SHOWN if status else ACTIVE)

    @endpoint(gives=serializers.CastingSerializer, many=True, filters=PublicCastingFilter)
    def of_organization(self, request, organization_id):
        """List an organization's castings.

        As castings are found everywhere; drafts are shown to its team.
        """
        organization = organizations.find(request.user, organization_id)
        return self.page(self.filter_queryset(self.asked_for().filter(employer=organization)))

    def asked_for(self):
        """Castings of the status that is asked for, active ones by default; drafts of those one acts for."""
        asked, user = self.request.query_params.get("status"), self.request.user
        castings = Casting.objects.shown() if asked else Casting.objects.active()
        if asked == CastingStatus.DRAFT:
            castings = Casting.objects.present().owned_by(user)  # a refused one is still its owner's draft
        return castings.for_list(user)

    @endpoint(gives=serializers.CastingSerializer)
    def retrieve(self, request, id):
        """Show a casting.

        A draft is not found but for its employer's team and staff. Counts one view per viewer and day, but of the team.
        """
        casting = self.get_object()
        if not acting.allows(casting.acting_role, Right.READ):
            who = {"viewer": client.viewer(request), "user_id": request.user.pk and str(request.user.pk)}
            jobs.queue(tasks.record_view, casting_id=str(casting.id), day=clock.today().isoformat(), **who)
        return self.one(casting)

    @idempotent
    @endpoint(
        takes=serializers.NewCastingSerializer,
        gives=serializers.CastingSerializer,
        status=201,
        refuses=(errors.InvalidState, errors.NotFound),
    )
    def create(self, request):
        """Make a casting.

        A draft, or active at once. Needs an employer profile; `organization_id` makes it for another one, in whose
        team the caller is an editor or more. Where staff look first (`moderation: waiting`) an active casting is seen
        by its team and staff alone until they approve it.
        """
        named = self.valid(request, OrganizationReferenceSerializer).get("organization_id")
        organization = organizations.find(request.user, named) if named else None
        if organization and not acting.allows(organization.acting_role, Right.EDIT):
            raise errors.Forbidden
        data = {**self.valid(request, serializers.NewCastingSerializer), "organization": organization}
        data.pop("organization_id", None)
        return self.fresh(services.publish(user=request.user, **data), 201)

    @endpoint(
        takes=serializers.CastingInputSerializer,
        gives=serializers.CastingSerializer,
        refuses=(errors.InvalidState,),
    )
    def update(self, request, id):
        """Change one's own casting.

        PUT and PATCH are the same: a missing field stays, null clears an optional one. A completed or cancelled
        casting can't be changed. Another title, description or address than staff have approved, and a much higher
        pay, makes `moderation` none again, or waiting where they look first; a refused one waits again.
        """
        casting = self.get_object()
        data = self.valid(request, serializers.CastingInputSerializer, instance=casting, partial=True)
        with acting.held(request.user, casting.employer_id):
            casting = services.change(casting=casting, **data)
        return self.fresh(casting)

    @endpoint(
        takes=serializers.CastingStatusSerializer,
        gives=serializers.CastingSerializer,
        refuses=(errors.InvalidState,),
    )
    def status(self, request, id):
        """Move one's own casting to another status.

        draft to active or cancelled; active to completed, cancelled or, without responses, back to draft. Where staff
        look first, what leaves the drafts has `moderation: waiting` until they approve or refuse it.
        """
        casting = self.get_object()
        data = self.valid(request, serializers.CastingStatusSerializer)
        with acting.held(request.user, casting.employer_id):
            casting = services.move(casting=casting, **data)
        return self.fresh(casting)

    @endpoint(status=204)
    def destroy(self, request, id):
        """Delete one's own casting.

        It leaves every list; those who answered still find it in their responses.
        """
        casting = self.get_object()
        with acting.held(request.user, casting.employer_id):
            services.delete(casting=casting)
        return Response(status=204)

    @endpoint(gives=serializers.CastingSerializer, many=True, filters=OwnCastingFilter)
    def my(self, request):
        """List one's own castings, of any status.

        Also those of the organizations in whose team one is; `creator_id` picks one.
        """
        return self.page(self.filter_queryset(Casting.objects.owned_by(request.user).for_list(request.user)))

    @endpoint(gives=serializers.CastingSerializer, many=True)
    def saved(self, request):
        """List the castings one has saved."""
        kept = Casting.objects.visible_to(request.user).filter(saved_by__user=request.user)
        return self.page(kept.for_list(request.user))

    @idempotent
    @endpoint(status=201, message=True, also=200)
    def keep(self, request, id):
        """Save a casting.

        201 the first time, 200 again.
        """
        first = services.save_for(user=request.user, casting=self.get_object())
        return Response(_("Saved."), 201 if first else 200)

    @endpoint(status=204)
    def drop(self, request, id):
        """Take a casting off one's saved ones.

        Also when it was not among them.
        """
        removed, _rows = SavedCasting.objects.filter(user=request.user, casting=id).delete()
        if not removed:
            self.get_object()  # 404 for what is not there; a casting that has gone since it was saved is let go
        return Response(status=204)

    @endpoint(gives=serializers.CastingSerializer, refuses=(errors.LimitReached, errors.InvalidState))
    def promote(self, request, id):
        """Promote one's own casting by the plan.

        Until the subscription's end, up to five active castings at a time; again is the same. Days bought for it are
        used after that.
        """
        return self.fresh(services.promote(user=request.user, casting=self.get_object()))

    @endpoint(status=204)
    def demote(self, request, id):
        """Take the plan's promotion from one's own casting.

        Days bought for it go on. Also when there was none.
        """
        casting = self.get_object()
        with acting.held(request.user, casting.employer_id):
            promotion.not_by_plan(row=casting)
        return Response(status=204)

    def fresh(self, casting: Casting, status: int = 200) -> Response:
        """The casting as lists show it, after a write."""
        return self.one(Casting.objects.for_list(self.request.user).get(id=casting.id), status=status)

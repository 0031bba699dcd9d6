"""Reviews over HTTP."""

from rest_framework.response import Response

from accounts.models import OPEN_ROLES
from castings import review_serializers as serializers
from castings import reviews
from castings.review_models import Review, ReviewTarget
from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.permissions import Anyone, SignedIn
from mwork.api.schema import endpoint
from mwork.api.views import Resource
from profiles import acting
from profiles.acting import Right


class IsSide(SignedIn):
    """Whoever can be one side of a response at all: staff can not."""

    def has_permission(self, request, view):
        return super().has_permission(request, view) and request.user.role in OPEN_ROLES


class WroteIt(SignedIn):
    """The side that wrote the review: the model, or whoever edits for the company."""

    def has_object_permission(self, request, view, obj):
        if obj.by_company:
            return acting.allows(obj.acting_role, Right.EDIT)
        return obj.author_id == request.user.id


class IsReviewed(SignedIn):
    """The side that the review is about."""

    def has_object_permission(self, request, view, obj):
        if obj.by_company:
            return obj.model.user_id == request.user.id
        return acting.allows(obj.acting_role, Right.EDIT)


class Reviews(Resource):
    tag = "reviews"
    queryset = Review.objects.all()
    serializer_class = serializers.ReviewSerializer
    access = {
        "list": Anyone, "of_organization": Anyone, "create": IsSide, "destroy": WroteIt, "reply": IsReviewed,
    }  # fmt: skip

    def get_queryset(self):
        return Review.objects.visible_to(self.request.user).with_role(self.request.user).for_list()

    @endpoint(
        gives=serializers.ReviewSerializer,
        many=True,
        parameters=(serializers.ReviewTargetSerializer,),
        refuses=(errors.NotFound,),
    )
    def list(self, request):
        """List the reviews of a model or an employer.

        The newest first, as visible as the profile. Those that staff have hidden are not among them.
        """
        asked = serializers.ReviewTargetSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return self._of(**asked.validated_data)

    @endpoint(gives=serializers.ReviewSerializer, many=True)
    def of_organization(self, request, id):
        """List the reviews of an employer or agency, by the employer profile's id."""
        return self._of(ReviewTarget.EMPLOYER, id)

    @idempotent
    @endpoint(
        takes=serializers.NewReviewSerializer,
        gives=serializers.ReviewSerializer,
        status=201,
        refuses=(errors.Forbidden, errors.NotFound, errors.Duplicate),
    )
    def create(self, request):
        """Review the other side of a completed casting.

        For the two sides of an accepted response to it, once each; the other's rating follows at once. For a company
        its owner, admins and editors write.
        """
        review = reviews.write(author=request.user, **self.valid(request, serializers.NewReviewSerializer))
        return self._fresh(review, 201)

    @endpoint(status=204)
    def destroy(self, request, id):
        """Delete one's own review.

        A company's is its editors'. The other's rating follows at once. One may review anew, unless staff had hidden
        the review.
        """
        reviews.delete(user=request.user, review=self.get_object())
        return Response(status=204)

    @idempotent
    @endpoint(
        takes=serializers.ReplySerializer,
        gives=serializers.ReviewSerializer,
        status=201,
        refuses=(errors.Duplicate,),
    )
    def reply(self, request, id):
        """Answer a review of oneself.

        Or of the company that one edits for. Once; the answer stands under the review and is not changed any more.
        """
        review = self.get_object()
        data = self.valid(request, serializers.ReplySerializer)
        return self._fresh(reviews.answer(user=request.user, review=review, **data), 201)

    def _of(self, target_type, target_id) -> Response:
        """The page of what is said of this profile; NotFound when the caller can't see it."""
        profiles = ReviewTarget(target_type).profiles.objects.visible_to(self.request.user)
        if not profiles.filter(id=target_id).exists():
            raise errors.NotFound
        return self.page(Review.objects.shown().of(target_type, target_id).for_list())

    def _fresh(self, review: Review, status: int) -> Response:
        return self.one(Review.objects.for_list().get(id=review.id), status=status)

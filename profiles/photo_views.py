"""Photos over HTTP."""

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework.response import Response

from accounts.permissions import IsModel
from billing import limits
from billing.models import Feature
from mwork import images
from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.parsers import StrictJSONParser, UploadParser
from mwork.api.permissions import Anyone, IsOwner
from mwork.api.renderers import answer
from mwork.api.schema import endpoint
from mwork.api.views import Resource
from profiles import photo_serializers as serializers
from profiles import photos
from profiles.models import ModelProfile, Photo


class Photos(Resource):
    tag = "photos"
    queryset = Photo.objects.all()
    serializer_class = serializers.PhotoSerializer
    access = {"list": Anyone, "create": IsModel, "update": IsOwner, "destroy": IsOwner, "reorder": IsModel}
    orderings = {"order": ("order", "id")}

    @property
    def rate(self) -> str:
        return "upload" if self.action == "create" else "api"

    def get_parsers(self):
        return [UploadParser()] if self.request and self.action_map.get("post") == "create" else [StrictJSONParser()]

    def get_queryset(self):
        return Photo.objects.visible_to(self.request.user).select_related("profile__user")

    @endpoint(
        gives=serializers.PhotoSerializer,
        many=True,
        parameters=(OpenApiParameter("profile_id", UUID, required=True, description="The model profile's id"),),
        refuses=(errors.NotFound,),
    )
    def list(self, request):
        """List a model's photos, in order.

        As visible as the profile; one that staff have hidden is shown to its owner only.
        """
        reference = serializers.ProfileReferenceSerializer(data=request.query_params)
        reference.is_valid(raise_exception=True)
        profile = (
            ModelProfile.objects.visible_to(request.user).filter(id=reference.validated_data["profile_id"]).first()
        )
        if profile is None:
            raise errors.NotFound
        return self.page(profile.photos.unhidden_for(request.user))

    @idempotent
    @endpoint(
        takes=serializers.NewPhotoSerializer,
        gives=serializers.PhotoSerializer,
        status=201,
        refuses=(errors.LimitReached, errors.InvalidState, errors.PayloadTooLarge),
    )
    def create(self, request):
        """Upload a photo.

        JPEG, PNG, WebP, HEIC or AVIF of at most 10 MB and 50 megapixels, each side at least 200 px. It is turned
        upright and written anew: nothing but the picture is kept, no place and no camera. The first photo becomes the
        main one. The plan limits their number.
        """
        limits.check(request.user, Feature.PHOTOS)
        data = self.valid(request, serializers.NewPhotoSerializer)
        picture = images.prepare(data.pop("file"))
        return self.one(photos.add(user=request.user, picture=picture, **data), status=201)

    @endpoint(
        takes=serializers.PhotoChangeSerializer, gives=serializers.PhotoSerializer, refuses=(errors.InvalidState,)
    )
    def update(self, request, id):
        """Change a photo's place, caption, or make it the main one."""
        photo = self.get_object()
        return self.one(photos.change(photo=photo, **self.valid(request, serializers.PhotoChangeSerializer)))

    @endpoint(status=204)
    def destroy(self, request, id):
        """Delete a photo.

        If it was the main one, the next in order becomes it.
        """
        photos.remove(photo=self.get_object())
        return Response(status=204)

    @endpoint(
        takes=serializers.ReorderSerializer, gives=serializers.ReorderedSerializer, refuses=(errors.InvalidState,)
    )
    def reorder(self, request):
        """Put one's photos into another order.

        `photo_ids` names all of them, each once.
        """
        data = self.valid(request, serializers.ReorderSerializer)
        ordered = photos.reorder(user=request.user, **data)
        return answer(serializers.ReorderedSerializer({"photos": ordered}, context=self.get_serializer_context()))

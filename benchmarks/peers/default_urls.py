"""The addresses of peers.default_drf."""

from django.urls import include, path
from rest_framework import routers, serializers, viewsets

from profiles.filters import ModelFilter
from profiles.models import ModelProfile


class ModelSerializer(serializers.ModelSerializer):
    age = serializers.IntegerField()

    class Meta:
        model = ModelProfile
        fields = ["id", "user_id", "name", "age", "gender", "height", "city", "categories", "experience", "main_photo",
                  "is_promoted", "rating", "reviews_count"]  # fmt: skip


class Models(viewsets.ModelViewSet):
    queryset = ModelProfile.objects.listed().order_by("-is_promoted", "-rating", "-created_at", "-id")
    serializer_class = ModelSerializer
    filterset_class = ModelFilter


router = routers.DefaultRouter(trailing_slash=False)
router.register("profiles/models", Models)
urlpatterns = [path("api/v1/", include(router.urls))]

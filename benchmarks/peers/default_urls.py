"""The addresses of peers.default_drf. STEP, 0 without it, says how many of our steps are taken, one on another:

1 a count that stops at ten thousand, and a cursor; 2 filters without a form; 3 orjson and fixed negotiation; 4 rows
written without asking each field. What then differs from ours are the SQL compiled once and rows without models.
"""

import os

from django.urls import include, path
from rest_framework import routers, serializers, settings, viewsets

from mwork.api.filters import FilterBackend
from mwork.api.pagination import Page
from mwork.api.plain import Plain
from mwork.api.renderers import EnvelopeRenderer, Negotiation
from profiles.filters import ModelFilter
from profiles.models import ModelProfile

STEP, DEFAULT = int(os.environ.get("STEP", 0)), settings.api_settings


class ModelSerializer(*[Plain] * (STEP >= 4), serializers.ModelSerializer):
    plural = "models"
    user_id = serializers.UUIDField()
    age = serializers.IntegerField()

    class Meta:
        model = ModelProfile
        fields = ["id", "user_id", "name", "age", "gender", "height", "city", "categories", "experience", "main_photo",
                  "is_promoted", "rating", "reviews_count"]  # fmt: skip


class Models(viewsets.ModelViewSet):
    orders = {"recommended": ("-is_promoted", "-rating", "-created_at", "-id")}
    queryset = ModelProfile.objects.listed().order_by(*orders["recommended"])
    serializer_class = ModelSerializer
    filterset_class = ModelFilter
    pagination_class = Page if STEP >= 1 else DEFAULT.DEFAULT_PAGINATION_CLASS
    filter_backends = [FilterBackend] if STEP >= 2 else DEFAULT.DEFAULT_FILTER_BACKENDS
    renderer_classes = [EnvelopeRenderer] if STEP >= 3 else DEFAULT.DEFAULT_RENDERER_CLASSES
    content_negotiation_class = Negotiation if STEP >= 3 else DEFAULT.DEFAULT_CONTENT_NEGOTIATION_CLASS

    def list_orderings(self):
        return self.orders

    def get_paginated_response(self, data):
        return super().get_paginated_response({"models": data} if STEP >= 1 else data)


router = routers.DefaultRouter(trailing_slash=False)
router.register("profiles/models", Models)
urlpatterns = [path("api/v1/", include(router.urls))]

"""Saved searches over HTTP."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.response import Response as Answer

from castings import searches
from castings.models import Alert, SavedSearch, Target
from mwork.api import errors
from mwork.api.idempotency import idempotent
from mwork.api.permissions import SignedIn
from mwork.api.schema import endpoint
from mwork.api.views import Resource


class SearchSerializer(serializers.ModelSerializer):
    """A saved search; `filters` are those of the list of castings or of models."""

    noun, plural = "search", "searches"
    example = {
        "id": "0193a1b2-7c3d-7e4f-8a5b-6c7d8e9fa121",
        "name": "Лукбуки в Алматы",
        "target": "castings",
        "filters": {"city": "Almaty", "category": "fashion", "pay_min": 50000},
        "alert": "instant",
        "created_at": "2026-11-21T18:05:00Z",
    }

    filters = serializers.DictField()

    class Meta:
        model = SavedSearch
        fields = ["id", "name", "target", "filters", "alert", "created_at"]


class SearchInputSerializer(serializers.Serializer):
    example = {name: SearchSerializer.example[name] for name in ("name", "target", "filters", "alert")}

    name = serializers.CharField(max_length=100)
    target = serializers.ChoiceField(Target.choices, default=Target.CASTINGS)
    filters = serializers.DictField(default=dict)
    alert = serializers.ChoiceField(Alert.choices, default=Alert.OFF)

    def validate(self, attrs):
        searches.require_right(self.context["request"].user, attrs["target"])
        attrs["cleaned"] = self._cleaned(attrs["target"], attrs["filters"])
        return attrs

    def _cleaned(self, target: str, filters: dict) -> dict:
        """What the list's own FilterSet makes of the filters; ValidationError names those it refuses."""
        known = searches.FILTERS[target].base_filters
        refused = {name: [_("There is no such filter.")] for name in filters if name not in known}
        texts = {}
        for name, value in filters.items():
            if isinstance(value, bool):
                texts[name] = str(value).lower()
            elif isinstance(value, str | int):
                texts[name] = str(value)
            elif name not in refused:
                refused[name] = [_("Give a text, a whole number, true or false.")]
        form = searches.form(target, texts)
        if not form.is_valid() or refused:
            raise serializers.ValidationError({"filters": {**form.errors, **refused}})
        return form.cleaned_data


class Searches(Resource):
    tag = "searches"
    queryset = SavedSearch.objects.all()
    serializer_class = SearchSerializer
    access = {"list": SignedIn, "create": SignedIn, "destroy": SignedIn}

    def get_queryset(self):
        return SavedSearch.objects.filter(user=self.request.user)

    @endpoint(gives=SearchSerializer, many=True)
    def list(self, request):
        """List one's saved searches."""
        return self.page(self.get_queryset())

    @idempotent
    @endpoint(
        takes=SearchInputSerializer,
        gives=SearchSerializer,
        status=201,
        refuses=(errors.Duplicate, errors.InvalidState),
    )
    def create(self, request):
        """Save a search.

        `filters` are those of `GET /castings`, or for employers of `GET /profiles/models`; `alert` says whether one
        hears of what is new at once, once a day or not at all. Up to 30, each under a name of its own.
        """
        data = self.valid(request, SearchInputSerializer)
        return self.one(searches.save(user=request.user, **data), status=201)

    @endpoint(status=204)
    def destroy(self, request, id):
        """Delete a saved search."""
        self.get_object().delete()
        return Answer(status=204)

"""What the search in messages may ask for."""

from django_filters import rest_framework as filters

from chat.models import Message
from mwork.api.filters import SearchFilter


class MessageFilter(filters.FilterSet):
    q = SearchFilter(required=True)

    class Meta:
        model = Message
        fields = []

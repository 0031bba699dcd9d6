"""What the list of notifications may be asked for."""

from django_filters import rest_framework as filters

from mwork.api.filters import TruthFilter


class NotificationFilter(filters.FilterSet):
    unread_only = TruthFilter(method="only_unread")

    def only_unread(self, queryset, name, value):
        return queryset.filter(is_read=False) if value else queryset

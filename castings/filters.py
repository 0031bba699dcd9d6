"""What lists of castings and responses may be asked for."""

from datetime import UTC, datetime, time
from operator import itemgetter

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters

from castings.models import CastingStatus, InvitationStatus, ResponseStatus
from mwork import clock
from mwork.api.filters import CityFilter, SearchFilter, WholeNumberFilter
from mwork.prepared import derived
from profiles.models import Category, Gender


class MomentField(forms.Field):
    """A date or a date-time; a bare date is a whole day in Almaty."""

    default_error_messages = {"invalid": _("Give a date or an RFC 3339 date-time.")}

    def to_python(self, value):
        """(first moment, last moment) of what was named; None without a value."""
        if not value:
            return None
        try:
            day, moment = parse_date(value), parse_datetime(value)
        except ValueError:
            day = moment = None
        if day:
            ends = (datetime.combine(day, end, clock.ALMATY) for end in (time.min, time.max))
            return tuple(self._in_utc(end) for end in ends)
        if moment:
            moment = moment if timezone.is_aware(moment) else moment.replace(tzinfo=clock.ALMATY)
            return (self._in_utc(moment),) * 2
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")

    def _in_utc(self, moment: datetime) -> datetime:
        try:
            return moment.astimezone(UTC)
        except OverflowError as error:  # the first and the last day there is, in a zone that lies beyond
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentFilter(filters.Filter):
    """`end` 0 compares with the first moment of the day named, 1 with the last, so that both ends are inclusive."""

    field_class = MomentField

    def __init__(self, *args, end: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.end = end

    def filter(self, queryset, value):
        return super().filter(queryset, derived(value, itemgetter(self.end)) if value else None)


class CastingFilter(filters.FilterSet):
    """All but the status, whose default the view knows."""

    city = CityFilter(help_text="Any case")
    category = filters.ChoiceFilter(choices=Category)
    gender = filters.ChoiceFilter(choices=Gender, method="open_to", help_text="Castings for this gender and for any")
    min_age = WholeNumberFilter(method="not_only_below", max_value=150, help_text="Castings whose age range overlaps")
    max_age = WholeNumberFilter(method="not_only_above", max_value=150, help_text="Castings whose age range overlaps")
    search = SearchFilter(help_text="All words, in title and description, any case, ё as е")
    pay_min = WholeNumberFilter(field_name="pay_top", lookup_expr="gte", help_text="Castings that pay up to so much")
    date_from = MomentFilter(
        field_name="shoot_date", lookup_expr="gte", end=0, help_text="Date or date-time, inclusive"
    )
    date_to = MomentFilter(field_name="shoot_date", lookup_expr="lte", end=1, help_text="Date or date-time, inclusive")
    creator_id = filters.UUIDFilter(field_name="employer_id", help_text="The employer profile's id")

    def open_to(self, queryset, name, value):
        return queryset.filter(Q(gender=value) | Q(gender=None))

    def not_only_below(self, queryset, name, value):
        return queryset.filter(Q(max_age__gte=value) | Q(max_age=None))

    def not_only_above(self, queryset, name, value):
        return queryset.filter(Q(min_age__lte=value) | Q(min_age=None))


class PublicCastingFilter(CastingFilter):
    """`draft` shows the caller's own drafts only."""

    status = filters.ChoiceFilter(choices=CastingStatus, help_text="active by default")


class OwnCastingFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=CastingStatus)
    creator_id = filters.UUIDFilter(field_name="employer_id", help_text="One of those that the caller acts for")


class ResponseFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=[(status, status) for status in ResponseStatus.wire])


class InvitationFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=InvitationStatus)

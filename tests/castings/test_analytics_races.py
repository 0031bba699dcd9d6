"""Views that arrive while a day is added up, and roll-ups at once: nothing is lost and nothing counts twice."""

from datetime import timedelta

import pytest
from django.db import transaction

from castings.analytics import for_model, rollup
from mwork import clock, daily_views
from profiles.models import ModelProfile, ModelView, ModelViewCount, ModelViewDay
from tests import factories
from tests.races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plans")]


def record(model, viewer, day):
    return ModelView.objects.record(subject_id=model.id, viewer=str(viewer), day=day, role="model")


def test_late_views_and_roll_ups_at_once_lose_nothing(db):
    model, today = factories.model(), clock.today()
    days = [today - timedelta(days=number) for number in (2, 3)]  # yesterday is not added up in the first hour of a day

    def act(number: int):
        if number % 3 == 0:
            return rollup.roll_up()
        if number % 3 == 1:
            return rollup.refill(days[1], days[0])
        return [record(model, f"{number} {turn}", day) for turn in range(5) for day in days]

    at_once(18, act)

    assert for_model.figures(model, 7, advanced=False)["profile_views"] == 60
    rollup.roll_up()
    assert sum(ModelViewCount.objects.values_list("views", flat=True)) == 60
    assert for_model.figures(model, 7, advanced=False)["profile_views"] == 60
    assert ModelProfile.objects.get().views_count == 60


def test_a_late_view_is_lost_without_the_days_lock():
    """The control: a view whose transaction is open while its day is added up is missing from the sums for good."""
    model, day = factories.model(), clock.today() - timedelta(days=1)

    with transaction.atomic():
        ModelView.objects.create(subject=model, viewer="late", day=day)  # and not `record`, which locks
        at_once(1, lambda _: daily_views.roll_up(ModelView, day))

    assert rollup.roll_up().views == 0
    assert ModelViewDay.objects.get(day=day).counted_at is not None
    assert not ModelViewCount.objects.exists()


def test_ten_roll_ups_at_once_add_a_day_up_once():
    model, day = factories.model(), clock.today() - timedelta(days=1)
    for number in range(7):
        record(model, number, day)

    rows = at_once(10, lambda _: daily_views.roll_up(ModelView, day))

    assert sorted(rows) == [0] * 9 + [7]
    assert ModelViewCount.objects.get().views == 7


def test_ten_whole_jobs_at_once_end_well():
    for _ in range(3):
        record(factories.model(), "somebody", clock.today() - timedelta(days=3))

    at_once(10, lambda _: rollup.roll_up())

    assert sum(ModelViewCount.objects.values_list("views", flat=True)) == 3

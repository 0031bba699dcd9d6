"""The roll-up: views become sums of days, once, in stretches, and what has been summed may go."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from castings.analytics import rollup
from castings.models import CastingViewCount
from mwork import clock, daily_views
from profiles.models import ModelView, ModelViewCount
from tests import factories
from tests.castings.history import NOW, History


def cells(kind=ModelViewCount) -> list[tuple]:
    return sorted(kind.objects.values_list("subject_id", "day", "role", "city", "views"))


def test_a_second_run_changes_nothing(db):
    history = History(1)
    for _ in range(5):
        history.view()

    first = rollup.roll_up(NOW)
    before = cells(), cells(CastingViewCount)
    second = rollup.roll_up(NOW)

    assert first.views > 0
    assert (second.days, second.views, second.ranked) == (0, 0, 0)
    assert (cells(), cells(CastingViewCount)) == before


def test_a_day_is_added_up_an_hour_after_its_end(db):
    model, today = factories.model(), clock.today(NOW)
    factories.view(of=model, day=today)
    midnight = clock.day_start(today + timedelta(days=1))

    rollup.roll_up(midnight + timedelta(minutes=59))
    assert cells() == []
    rollup.roll_up(midnight + timedelta(hours=1))
    assert cells() == [(model.id, today, "", "", 1)]


def test_sums_are_made_in_stretches_and_repaired_by_a_refill(db, monkeypatch):
    monkeypatch.setattr(daily_views, "AT_ONCE", 3)
    models, day = [factories.model() for _ in range(5)], clock.today(NOW) - timedelta(days=1)
    for number, model in enumerate(models):
        for _ in range(number + 1):
            factories.view(of=model, day=day, role="employer")
    expected = sorted((model.id, day, "employer", "", number + 1) for number, model in enumerate(models))

    rollup.roll_up(NOW)
    assert cells() == expected

    ModelViewCount.objects.filter(subject=models[0]).update(views=99)
    ModelViewCount.objects.create(subject=models[0], day=day, role="ghost", views=5)
    rollup.roll_up(NOW)
    assert cells() != expected
    rollup.refill(day, day)
    assert cells() == expected


def test_old_views_go_and_their_sums_stay(db, monkeypatch):
    monkeypatch.setattr(daily_views, "DELETED_AT_ONCE", 2)
    model, kept = factories.model(), clock.today(NOW) - daily_views.VIEWS_KEPT_FOR
    for day in (kept, kept - timedelta(days=1)):
        for _ in range(5):
            factories.view(of=model, day=day)
    daily_views.roll_up(ModelView, kept - timedelta(days=1))
    ModelViewCount.objects.create(subject=model, day=clock.today(NOW) - daily_views.COUNTS_KEPT_FOR, views=1)
    ModelViewCount.objects.create(subject=model, day=date(2025, 1, 1), views=1)

    assert rollup.roll_up(NOW).deleted == 5

    assert set(ModelView.objects.values_list("day", flat=True)) == {kept}
    assert sorted(ModelViewCount.objects.values_list("views", flat=True)) == [1, 5, 5]


def test_the_command_rolls_up_refills_and_refuses(db, capsys):
    model, day = factories.model(), date(2026, 11, 20)
    factories.view(of=model, day=day)
    now = ["--now", "2026-11-25T09:30:00Z"]

    call_command("roll_up_analytics", *now)
    assert " 1 views added up, 1 models ranked, 0 old views deleted." in capsys.readouterr().out
    call_command("roll_up_analytics", *now, "--from", "2026-11-20", "--to", "2026-11-21")
    assert "4 days with 1 views added up" in capsys.readouterr().out
    for words in (
        ["--from", "2026-11-25"], ["--from", "2026-07-01"], ["--from", "yesterday"], ["--to", "2026-11-20"],
        ["--from", "2026-11-20", "--to", "2026-11-19"], ["--from", "2026-02-30"],
    ):  # fmt: skip
        with pytest.raises(CommandError):
            call_command("roll_up_analytics", *now, *words)

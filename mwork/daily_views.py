"""Who looked at what: one row per viewer and day, and each whole day's rows added up.

A view is recorded off the read, by a task. Its row says from which role and city it came, so that a day can be added up
without asking who the viewers were; the viewer's key is a keyed hash, which leads back to nobody. `roll_up` writes a
day's sums, `VIEWS_KEPT_FOR` after it the rows go. See docs/analytics.md.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone

from mwork import clock

VIEWS_KEPT_FOR = timedelta(days=120)  # longer than any period that is asked for, so that a day can be added up anew
COUNTS_KEPT_FOR = timedelta(days=400)
SETTLED_AFTER = timedelta(hours=1)  # of the next day: views that began before midnight are written by then
AT_ONCE = 50_000  # view rows that one statement adds up
DELETED_AT_ONCE = 10_000

ADD_UP = """
INSERT INTO {counts} (subject_id, day, role, city, views)
SELECT subject_id, day, role, city, count(*) FROM {views}
WHERE day = %s AND subject_id > %s AND subject_id <= %s
GROUP BY subject_id, day, role, city
"""
# The sums where a day has some, the views themselves where it has none (today, and what a late view has reopened).
TALLY = """
WITH seen AS (
    SELECT subject_id, day, role, city, views FROM {counts}
    WHERE subject_id IN ({subjects}) AND day BETWEEN %s AND %s AND day <> ALL (%s)
    UNION ALL
    SELECT subject_id, day, role, city, 1 FROM {views} WHERE subject_id IN ({subjects}) AND day = ANY (%s)
)
SELECT GROUPING({columns}), {columns}, sum(views)::bigint FROM seen GROUP BY GROUPING SETS ({sets})
"""
NIL, LAST = UUID(int=0), UUID(int=2**128 - 1)


class DailyViewManager(models.Manager):
    def record(self, *, subject_id: UUID, viewer: str, day: date, role: str = "", city: str = "") -> bool:
        """Count this viewer's look at the subject, once a day. True when it was the day's first.

        Safe to run twice and at once: the unique row decides, and only its maker raises the counter. A day that was
        added up already is marked to be added up again.
        """
        subjects = self.model._meta.get_field("subject").related_model.objects
        with transaction.atomic():
            if not subjects.filter(pk=subject_id).exists():
                return False
            self.model.days.objects.reopen(day)
            described = {"role": role, "city": city}
            _, first = self.get_or_create(subject_id=subject_id, viewer=viewer, day=day, defaults=described)
            if first:
                subjects.filter(pk=subject_id).update(views_count=models.F("views_count") + 1)
        return first


class DailyView(models.Model):
    """One viewer's looks at one subject on one day. Subclasses add the foreign key `subject`, the constraint, and name

    the tables of its sums: `counts` (a DailyCount) and `days` (a CountedDay).
    """

    viewer = models.CharField(max_length=64, help_text="a keyed hash: mwork.api.client.viewer")
    day = models.DateField(help_text="Almaty's")
    role = models.CharField(max_length=10, blank=True, help_text="the viewer's then; empty when nobody was signed in")
    city = models.CharField(max_length=100, blank=True, help_text="of the viewer's profile then; empty when unknown")

    counts: type["DailyCount"]
    days: type["CountedDay"]

    objects = DailyViewManager()

    class Meta:
        abstract = True
        constraints = [
            # The day first: one index keeps a view from counting twice, finds a subject's views of a day that is not
            # added up yet, and is walked by whoever adds a day up.
            models.UniqueConstraint(
                fields=["day", "subject", "viewer"], include=["role", "city"], name="%(class)s_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer} on {self.day}"


class DailyCount(models.Model):
    """How many looked at one subject on one day, from one role and city. Subclasses add the foreign key `subject`."""

    day = models.DateField(help_text="Almaty's")
    role = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=100, blank=True)
    views = models.PositiveIntegerField()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "day", "role", "city"], include=["views"], name="%(class)s_once_per_cell"
            ),
        ]
        indexes = [models.Index("day", name="%(class)s_day")]

    def __str__(self) -> str:
        return f"{self.subject_id} on {self.day}: {self.views}"


class CountedDayManager(models.Manager):
    def counted(self, first: date, last: date) -> set[date]:
        """The days of this stretch whose sums are written and true."""
        return set(self.filter(day__range=(first, last), counted_at__isnull=False).values_list("day", flat=True))

    def reopen(self, day: date) -> None:
        """Mark that the day's sums are short of a view that this transaction writes.

        Waits for whoever is adding the day up, who would not see the view, and makes them wait for us. Today is added
        up by nobody: it has no row, and its many views do not meet here.
        """
        if day < clock.today():
            self.bulk_create([self.model(day=day)], ignore_conflicts=True)
        for row in self.select_for_update().filter(day=day):
            row.counted_at = None
            row.save(update_fields=["counted_at"])


class CountedDay(models.Model):
    """A day whose views are added up; `counted_at` is null while they are not, or not any more."""

    day = models.DateField(primary_key=True)
    counted_at = models.DateTimeField(null=True)

    objects = CountedDayManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.day}"


def open_days(views: type[DailyView], at: datetime | None = None) -> list[date]:
    """The days that are over and not added up, among those whose views are still there."""
    at = at or timezone.now()
    last = clock.today(at - SETTLED_AFTER) - timedelta(days=1)
    first = oldest(at)
    counted = views.days.objects.counted(first, last)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if day not in counted]


def oldest(at: datetime | None = None) -> date:
    """The first day whose views are kept, so that it can be added up anew."""
    return clock.today(at) - VIEWS_KEPT_FOR


@transaction.atomic
def roll_up(views: type[DailyView], day: date, *, again: bool = False) -> int:
    """Write the sums of a day's views; how many view rows there were, 0 when it was done already.

    Safe to run twice and at once: the day's row is locked, whoever comes second finds it done. `again` adds up also
    what is done. Readers see the sums of before until the commit.
    """
    days, counts = views.days.objects, views.counts.objects
    days.bulk_create([views.days(day=day)], ignore_conflicts=True)
    counted = days.select_for_update().get(day=day)
    if counted.counted_at is not None and not again:
        return 0
    counts.filter(day=day).delete()
    with connection.cursor() as cursor:
        for after, upto in _stretches(views, day):
            cursor.execute(ADD_UP.format(**_tables(views)), [day, after, upto])
    counted.counted_at = timezone.now()
    counted.save(update_fields=["counted_at"])
    return counts.filter(day=day).aggregate(views=models.Sum("views", default=0))["views"]


def _stretches(views: type[DailyView], day: date):
    """The day's subjects in stretches (after, up to) that hold about AT_ONCE view rows each, by walking the index."""
    after, of_day = NIL, views.objects.filter(day=day).order_by("subject_id")
    while True:
        rows = of_day.filter(subject_id__gt=after).values_list("subject_id", flat=True)
        upto = next(iter(rows[AT_ONCE - 1 : AT_ONCE]), None)
        yield after, upto or LAST
        if upto is None:
            return
        after = upto


def purge(views: type[DailyView], at: datetime | None = None) -> int:
    """Delete the views and the sums that are past their time, in parts; returns how many views there were."""
    deleted, at = 0, at or timezone.now()
    old = views.objects.filter(day__lt=oldest(at))
    while ids := list(old.values_list("id", flat=True)[:DELETED_AT_ONCE]):
        deleted += views.objects.filter(id__in=ids).delete()[0]
    forgotten = clock.today(at) - COUNTS_KEPT_FOR
    views.days.objects.filter(day__lt=forgotten).delete()
    while ids := list(views.counts.objects.filter(day__lt=forgotten).values_list("id", flat=True)[:DELETED_AT_ONCE]):
        views.counts.objects.filter(id__in=ids).delete()
    return deleted


def tally(views: type[DailyView], subjects: models.QuerySet, first: date, last: date, *by: str) -> dict[str, dict]:
    """The views of these subjects from the first day to the last, grouped by each of the columns on its own:

    {"day": {date: views}, "city": {…}, …}. `by` names day, role, city or subject_id. Two queries.
    """
    counted = views.days.objects.counted(first, last)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    live = [day for day in days if day not in counted]
    sql, params = subjects.order_by().values("pk").query.sql_with_params()
    query = TALLY.format(
        **_tables(views), subjects=sql, columns=", ".join(by), sets=", ".join(f"({name})" for name in by)
    )
    found: dict[str, dict] = {name: defaultdict(int) for name in by}
    with connection.cursor() as cursor:
        cursor.execute(query, [*params, first, last, live, *params, live])
        for absent, *values, count in cursor:
            # GROUPING's bits say which columns a row is not grouped by, the first column's being the highest.
            place = next(number for number in range(len(by)) if not absent & 1 << (len(by) - 1 - number))
            found[by[place]][values[place]] += count
    return found


def _tables(views: type[DailyView]) -> dict[str, str]:
    return {"views": views._meta.db_table, "counts": views.counts._meta.db_table}

"""One owner's figures among many rows: indexes find them, and no big table is read as a whole."""

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from castings.analytics import for_employer, for_model, rollup
from castings.models import Casting, CastingViewCount, Response
from mwork import clock
from profiles.models import EmployerProfile, ModelProfile, ModelView, ModelViewCount

PEOPLE, COMPANIES, JOBS, DAYS = 1_500, 150, 1_500, 30
CITIES = ("Almaty", "Astana", "Shymkent")
BIG = {
    "castings_casting", "castings_response", "castings_castingview", "castings_castingviewcount", "profiles_modelview",
    "profiles_modelviewcount", "castings_citystanding",
}  # fmt: skip
VIEWS = """
INSERT INTO {table} (subject_id, viewer, day, role, city)
SELECT id, 'viewer ' || n, %s::date - n %% 100, (ARRAY['model', 'employer', ''])[1 + n %% 3], 'Almaty'
FROM {subjects}, generate_series(0, %s) n
"""


@pytest.fixture
def many_rows(db):
    """Models and castings, thirty views of each, ten responses to each casting; all but today added up."""
    now, today = timezone.now(), clock.today()
    people = User.objects.bulk_create(User(email=f"m{n}@example.kz", role="model") for n in range(PEOPLE))
    looks = {"birth_date": date(2000, 1, 1), "gender": "female", "height": 170}
    models = ModelProfile.objects.bulk_create(
        ModelProfile(user=user, name="Модель", city=CITIES[n % 3], **looks) for n, user in enumerate(people)
    )
    bosses = User.objects.bulk_create(User(email=f"e{n}@example.kz", role="employer") for n in range(COMPANIES))
    companies = EmployerProfile.objects.bulk_create(EmployerProfile(user=user, company_name="…") for user in bosses)
    jobs = Casting.objects.bulk_create(
        Casting(employer=companies[n % COMPANIES], title="Кастинг", city="Almaty", shoot_date=now, status="completed")
        for n in range(JOBS)
    )
    Response.objects.bulk_create(
        Response(casting=job, applicant=models[(n * 7 + k * 101) % PEOPLE], applied_at=now - timedelta(hours=n))
        for n, job in enumerate(jobs)
        for k in range(10)
    )
    with connection.cursor() as cursor:
        for table, subjects in (
            ("profiles_modelview", "profiles_modelprofile"),
            ("castings_castingview", "castings_casting"),
        ):
            cursor.execute(VIEWS.format(table=table, subjects=subjects), [today, DAYS - 1])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    rollup.roll_up(at=clock.day_start(today) + timedelta(hours=12))  # in a day's first hour yesterday is not added up
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert ModelView.objects.count() == DAYS * PEOPLE
    assert ModelViewCount.objects.count() == (DAYS - 1) * PEOPLE
    assert CastingViewCount.objects.filter(day=today - timedelta(days=1)).exists()


def scanned(sql: str) -> set[str]:
    """The tables that the query reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        waiting, found = [cursor.fetchone()[0]], set()
    waiting = [(waiting[0] if not isinstance(waiting[0], str) else json.loads(waiting[0]))[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        if node["Node Type"] == "Seq Scan":
            found.add(node["Relation Name"])
        waiting.extend(node.get("Plans", []))
    return found


def test_no_big_table_is_scanned_for_one_owners_figures(many_rows, subtests):
    for who, kind, figures in (("model", ModelProfile, for_model), ("employer", EmployerProfile, for_employer)):
        owner = kind.objects.select_related("user").order_by("id").first()
        with subtests.test(who), CaptureQueriesContext(connection) as queries:
            told = figures.figures(owner, 90, advanced=True)

            asked = [query["sql"] for query in queries if query["sql"].lstrip().startswith(("SELECT", "WITH"))]
            assert len(asked) >= 5
            assert {sql: scanned(sql) & BIG for sql in asked if scanned(sql) & BIG} == {}
            views = told["profile_views"] if who == "model" else told["views"]
            assert sum(row["views"] for row in told["daily"]) == views > 0

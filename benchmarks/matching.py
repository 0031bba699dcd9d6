# ruff: noqa: T201, PLC0415  it prints, and Django has to be set up before models are imported
"""Matching, both ways: database time and plans of models for a casting and of castings for a model.

python -m mwork.embedded python -m benchmarks.matching [MODELS CASTINGS]    in an empty database, which it migrates
"""

import os
import statistics
import sys
import time
from pathlib import Path

import django

MODELS, CASTINGS, ASKED, TRIES = 200_000, 100_000, 60, 3

# Few large cities and many small ones, as in the country; every tenth model says nothing of her categories; one of a
# hundred is banned.
PEOPLE = """
WITH people AS (
    INSERT INTO accounts_user
        (id, created_at, password, is_superuser, email, role, email_verified, language, ban_reason, banned_at)
    SELECT gen_random_uuid(), now() - n * interval '1 minute', '', false, 'm' || n || '@bench.kz', 'model', true, 'ru',
        '', CASE WHEN n % 100 = 0 THEN now() END
    FROM generate_series(1, %s) n RETURNING id, created_at
), drawn AS (
    SELECT *, (random() * 1000)::int AS city, (random() * 1000)::int AS lot, random() < 0.64 AS is_woman FROM people
)
INSERT INTO profiles_modelprofile
    (id, created_at, updated_at, user_id, name, bio, birth_date, gender, height, clothing_size, hair_color, eye_color,
     skin_tone, main_photo, city, country, languages, categories, experience, can_travel, visibility, is_promoted,
     promoted_until, rating, reviews_count, views_count)
SELECT gen_random_uuid(), created_at, created_at, id, 'Model', 'Runway, catalogues, commercials',
    current_date - (365 * (16 + 30 * random() ^ 2))::int, CASE WHEN is_woman THEN 'female' ELSE 'male' END,
    (CASE WHEN is_woman THEN 155 ELSE 165 END) + (random() * 30)::int, '', '', '', '', '',
    CASE WHEN city < 350 THEN 'Almaty' WHEN city < 550 THEN 'Astana' WHEN city < 670 THEN 'Shymkent'
        ELSE 'City ' || city % 60 END,
    'Kazakhstan', (ARRAY['Russian', 'Kazakh', 'English'])[1 + lot % 3 : 3],
    CASE WHEN lot % 10 = 0 THEN '{}' ELSE (ARRAY['fashion', 'commercial', 'editorial', 'runway', 'beauty', 'fitness',
        'promo', 'acting'])[1 + lot % 8 : 1 + lot % 8 + lot % 3] END,
    (ARRAY['beginner', 'intermediate', 'experienced', NULL])[1 + (random() * 3)::int], random() < 0.4,
    CASE WHEN random() < 0.95 THEN 'public' ELSE 'hidden' END, random() < 0.02, now() + interval '1 day',
    CASE WHEN random() < 0.5 THEN 0 ELSE round((3 + 2 * random())::numeric, 1) END, 0, 0
FROM drawn
"""
EMPLOYERS = """
WITH people AS (
    INSERT INTO accounts_user
        (id, created_at, password, is_superuser, email, role, email_verified, language, ban_reason, banned_at)
    SELECT gen_random_uuid(), now(), '', false, 'e' || n || '@bench.kz', 'employer', true,
        CASE WHEN n % 3 = 0 THEN 'kk' ELSE 'ru' END, '',
        CASE WHEN n % 100 = 0 THEN now() END
    FROM generate_series(1, 2000) n RETURNING id
)
INSERT INTO profiles_employerprofile
    (id, created_at, updated_at, user_id, company_name, description, website, contact_person, phone, city, country,
     logo, logo_thumbnail, is_verified, rating, reviews_count)
SELECT gen_random_uuid(), now(), now(), id, 'Company', '', '', '', '', '', 'Kazakhstan', '', '', false, 0, 0
FROM people
"""
JOBS = """
WITH employers AS (SELECT array_agg(id) AS ids FROM profiles_employerprofile),
drawn AS (
    SELECT n, (random() * 1000)::int AS city, (random() * 1000)::int AS lot, (random() * 1000)::int AS other,
        18 + (random() * 10)::int AS age,
        160 + (random() * 18)::int AS height
    FROM generate_series(1, %s) n
)
INSERT INTO castings_casting
    (id, created_at, updated_at, employer_id, title, description, category, city, address, shoot_date, duration_days,
     pay_min, pay_max, status, gender, min_age, max_age, min_height, max_height, experience, cover, cover_thumbnail,
     is_promoted, responses_count, views_count)
SELECT gen_random_uuid(), now() - n * interval '1 minute', now(), ids[1 + n % 2000], 'Casting ' || n,
    'People wanted for a day of shooting, with lunch and make-up.',
    CASE WHEN other % 10 = 0 THEN NULL ELSE (ARRAY['fashion', 'commercial', 'editorial', 'runway', 'beauty', 'fitness',
        'promo', 'acting'])[1 + other % 8] END,
    CASE WHEN city < 350 THEN 'Almaty' WHEN city < 550 THEN 'Astana' WHEN city < 670 THEN 'Shymkent'
        ELSE 'City ' || city % 60 END, '',
    now() + (n % 2000) * interval '1 hour' - interval '100 hours', 1, NULL,
    CASE WHEN other % 5 = 0 THEN NULL ELSE 10000 + other * 100 END,
    (ARRAY['active', 'active', 'active', 'completed', 'draft'])[1 + n % 5],
    (ARRAY['female', 'female', 'male', NULL])[1 + other % 4],
    CASE WHEN other % 3 > 0 THEN age END, CASE WHEN other % 3 > 0 THEN age + 3 + other % 10 END,
    CASE WHEN other % 7 < 4 THEN height END, CASE WHEN other % 7 = 3 THEN height + 12 END,
    CASE WHEN lot % 3 = 0 THEN (ARRAY['beginner', 'intermediate', 'experienced'])[1 + other % 3] END,
    '', '', false, 0, 0
FROM employers, drawn
"""

ANSWERS = """
INSERT INTO castings_response (id, created_at, updated_at, casting_id, applicant_id, message, portfolio_links, status,
    note, uses_bought, on_agency_plan, applied_at)
SELECT gen_random_uuid(), now(), now(), casting.id, model.id, '', '{}', 'pending', '', false, false, now()
FROM (SELECT id FROM castings_casting ORDER BY id LIMIT 5000) casting,
    (SELECT id FROM profiles_modelprofile ORDER BY id LIMIT 10) model
"""
BLOCKS = """
INSERT INTO accounts_block (id, created_at, blocker_id, blocked_id)
SELECT gen_random_uuid(), now(), one.id, other.id
FROM (SELECT id FROM accounts_user WHERE role = 'model' ORDER BY id LIMIT 100) one,
    (SELECT id FROM accounts_user WHERE role = 'employer' ORDER BY id LIMIT 20) other
"""


def main() -> None:
    os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")  # away, and not asked
    django.setup()
    from django.core.management import call_command

    models, castings = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (MODELS, CASTINGS)
    call_command("migrate", verbosity=0)
    make(models, castings)
    print(f"{models} models, {castings} castings")
    report("models for a casting", queries_for_castings())
    report("castings for a model", queries_for_models())


def make(models: int, castings: int) -> None:
    """The rows, on fresh statistics, as a running database has them."""
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        # Not asked here, and built at once it takes a tenth of the time.
        for name in ("model_search", "casting_search"):
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute(PEOPLE.replace(" % ", " %% "), [models])
        cursor.execute(EMPLOYERS)
        cursor.execute(JOBS.replace(" % ", " %% "), [castings])
        cursor.execute(ANSWERS)
        cursor.execute(BLOCKS)
        cursor.execute("VACUUM ANALYZE")
    print(f"made in {time.perf_counter() - began:.0f} s")


def queries_for_castings() -> list[tuple[str, list]]:
    """The queries for every so-manieth open casting, whatever it asks for."""
    from castings import candidates, ranking
    from castings.models import Casting

    rows = Casting.objects.active().select_related("employer__user").order_by("id")[:ASKED]
    return [candidates.models_query(row, ranking.facts_of_casting(row)) for row in rows]


def queries_for_models() -> list[tuple[str, list]]:
    from castings import candidates, ranking
    from mwork import clock
    from profiles.models import ModelProfile

    rows = ModelProfile.objects.order_by("id")[:ASKED]
    return [candidates.castings_query(row, ranking.facts_of_model(row, clock.today())) for row in rows]


def report(what: str, queries: list[tuple[str, list]]) -> None:
    """Planning and running, as EXPLAIN ANALYZE has them, and the whole round trip; the plan of the median one."""
    from castings.candidates import reading_indexes

    inside, outside, plans = [], [], []
    with reading_indexes() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
        busy = -processor(backend)
        for sql, params in queries * TRIES:
            began = time.perf_counter()
            cursor.execute(sql, params)
            rows = cursor.fetchall()
            outside.append((time.perf_counter() - began) * 1000)
        busy += processor(backend)
        for sql, params in queries * TRIES:
            cursor.execute(sql, params)
            rows = cursor.fetchall()
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0][0]
            inside.append(plan["Planning Time"] + plan["Execution Time"])
            plans.append((inside[-1], len(rows), (sql, params), plan))
    print(f"\n== {what}: {len(inside)} queries")
    for name, times in (("database", inside), ("round trip", outside)):
        times = sorted(times)
        print(f"{name}: p50 {statistics.median(times):.1f} ms, p99 {times[int(len(times) * 0.99)]:.1f} ms")
    print(f"processor of the database's process: {busy * 1000 / len(outside):.1f} ms a query on average")
    print(f"planning: p50 {statistics.median(plan['Planning Time'] for *_, plan in plans):.1f} ms")
    print("sequential scans:", sorted({name for *_, plan in plans for name in scanned(plan["Plan"])}))
    plans.sort(key=lambda each: each[0])
    for name, (took, rows, (sql, params), _plan) in (("median", plans[len(plans) // 2]), ("slowest", plans[-1])):
        print(f"\n-- the {name}: {took:.1f} ms, {rows} rows")
        with reading_indexes() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) {sql}", params)
            print("\n".join(shortened(line) for (line,) in cursor.fetchall()))


def processor(pid: int) -> float:
    """Seconds of processor that this process has used (Linux): what other work on the machine does not change."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def scanned(node: dict) -> list[str]:
    own = [node["Relation Name"]] if node["Node Type"] == "Seq Scan" and node.get("Actual Loops", 1) else []
    return own + [name for child in node.get("Plans", []) for name in scanned(child)]


def shortened(line: str) -> str:
    return line if len(line) < 200 else f"{line[:200]}…"


if __name__ == "__main__":
    main()

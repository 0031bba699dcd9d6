"""A market of any size, made by INSERT … SELECT generate_series: what the benchmarks measure on."""

from django.db import connection

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

# Ten thousand rooms of neighbours, each with the same number of messages, the last of them unread by one of the two.
ROOMS = """
WITH people AS (SELECT id, row_number() OVER (ORDER BY id) AS n FROM accounts_user WHERE role = 'model' LIMIT 20000)
INSERT INTO chat_room (id, created_at, first_id, second_id, last_seq, updated_at)
SELECT gen_random_uuid(), now(), one.id, other.id, %s, now() - one.n * interval '1 minute'
FROM people one JOIN people other ON other.n = one.n + 1 WHERE one.n % 2 = 1
"""
MEMBERS = """
INSERT INTO chat_membership (room_id, user_id, last_read_seq, may_answer)
SELECT id, first_id, last_seq, true FROM chat_room UNION ALL SELECT id, second_id, last_seq - 1, true FROM chat_room
"""
MESSAGES = """
INSERT INTO chat_message (id, created_at, room_id, seq, sender_id, kind, content, fingerprint)
SELECT gen_random_uuid(), now() - seq * interval '1 minute', room.id, seq,
    CASE WHEN seq % 2 = 0 THEN first_id ELSE second_id END, 'text', 'Good day, this is message ' || seq, ''
FROM chat_room room, generate_series(1, %s) seq
"""
SEARCHED = ("model_search", "casting_search", "message_search")


def fill(models: int, castings: int, messages: int = 0) -> None:
    """The rows, on fresh statistics, as a running database has them. `messages` is for all ten thousand rooms."""
    with connection.cursor() as cursor:
        built = [_dropped(cursor, name) for name in SEARCHED]  # built at once it takes a tenth of the time
        cursor.execute(_escaped(PEOPLE), [models])
        cursor.execute(EMPLOYERS)
        cursor.execute(_escaped(JOBS), [castings])
        cursor.execute(ANSWERS)
        cursor.execute(BLOCKS)
        if messages:
            cursor.execute(_escaped(ROOMS), [messages // 10_000])
            cursor.execute(MEMBERS)
            cursor.execute(_escaped(MESSAGES), [messages // 10_000])
        for definition in built:
            cursor.execute(definition)
        _settle(cursor)


def more_models(count: int) -> None:
    """So many models beside those that are there."""
    with connection.cursor() as cursor:
        built = [_dropped(cursor, "model_search")]
        cursor.execute(_escaped(PEOPLE).replace("'m' || n", "'more' || n"), [count])
        for definition in built:
            cursor.execute(definition)
        _settle(cursor)


def _settle(cursor) -> None:
    """Statistics, and pages that an index may answer for, as in a database that has run for a while."""
    # A page is seen by all only once the commits around its rows are on disk; before, no index answers alone.
    cursor.execute("SET synchronous_commit = on")
    cursor.execute("CHECKPOINT")
    cursor.execute("VACUUM ANALYZE")
    cursor.execute("RESET synchronous_commit")
    cursor.execute("CHECKPOINT")  # or the disk is busy with it while others are measured


def _escaped(sql: str) -> str:
    return sql.replace(" % ", " %% ")


def _dropped(cursor, index: str) -> str:
    """What makes the index again."""
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
    (definition,) = cursor.fetchone()
    cursor.execute(f"DROP INDEX {index}")
    return definition

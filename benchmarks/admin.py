# ruff: noqa: T201, PLC0415, S608, E501  it prints, Django has to be set up first, its SQL is long and takes nothing from outside
"""Database time of each change list of the admin at 100 000 rows a table.

python -m mwork.embedded python -m benchmarks.admin        in an empty database of its own, which it migrates
"""

import logging
import os
import statistics
import sys

import django
from django.core.management import call_command
from django.db import connection

ROWS, RUNS = 100_000, 5
N = f"generate_series(1, {ROWS}) n"
# A key as the program makes them: the time, a millisecond apart, then the number; so -id is the newest first.
ID = "(lpad(to_hex(1700000000000 + n), 12, '0') || '7000800000' || lpad(to_hex(n), 10, '0'))::uuid"
WHEN = "now() - n * interval '5 minutes'"


def key(number: str) -> str:
    return ID.replace("+ n", f"+ {number}").replace("to_hex(n)", f"to_hex({number})")


OTHER = key(f"(n * 7919) % {ROWS} + 1")  # some row of another table, far away in it

FILL = [
    f"""INSERT INTO accounts_user (id, created_at, password, is_superuser, email, role, email_verified, language, ban_reason)
        SELECT {ID}, {WHEN}, '', false, 'person' || n || '@bench.kz', CASE WHEN n % 10 = 0 THEN 'employer' ELSE 'model' END,
        true, 'ru', '' FROM {N}""",
    f"""INSERT INTO profiles_modelprofile (id, created_at, user_id, name, bio, birth_date, gender, height, clothing_size,
        hair_color, eye_color, skin_tone, city, country, languages, categories, can_travel, visibility, main_photo, rating,
        reviews_count, views_count, updated_at, is_promoted)
        SELECT {ID}, {WHEN}, {ID}, 'Model ' || n, '', '2003-05-14', 'female', 176, '', '', '', '', 'Almaty', 'Kazakhstan',
        '{{}}', '{{}}', false, 'public', '', 0, 0, 0, now(), false FROM {N}""",
    f"""INSERT INTO profiles_employerprofile (id, created_at, user_id, company_name, description, website, contact_person,
        phone, city, country, logo, logo_thumbnail, is_verified, rating, reviews_count, updated_at)
        SELECT {ID}, {WHEN}, {ID}, 'Company ' || n, '', '', '', '+7701' || lpad(n::text, 7, '0'), 'Almaty', 'Kazakhstan', '',
        '', n % 2 = 0, 0, 0, now() FROM {N}""",
    f"""INSERT INTO profiles_photo (id, created_at, profile_id, file, thumbnail, width, height, size, caption, is_main, "order")
        SELECT {ID}, {WHEN}, {OTHER}, 'a.webp', 'b.webp', 900, 1200, 1, '', true, 0 FROM {N}""",
    f"""INSERT INTO castings_casting (id, created_at, employer_id, title, description, city, address, shoot_date,
        duration_days, status, cover, cover_thumbnail, responses_count, views_count, updated_at, is_promoted, moderation,
        risk_score)
        SELECT {ID}, {WHEN}, {OTHER}, 'Casting ' || n, 'Text', 'Almaty', '', now() + interval '9 days', 1,
        CASE WHEN n % 3 = 0 THEN 'active' ELSE 'completed' END, '', '', 0, 0, now(), false,
        CASE WHEN n % 2 = 0 THEN 'none' ELSE 'approved' END, n % 90 FROM {N}""",
    f"""INSERT INTO castings_response (id, created_at, casting_id, applicant_id, message, portfolio_links, status, note,
        uses_bought, on_agency_plan, applied_at, updated_at)
        SELECT {ID}, {WHEN}, {OTHER}, {ID}, 'Hello', '{{}}', 'pending', '', false, false, {WHEN}, now() FROM {N}""",
    f"""INSERT INTO accounts_session (id, created_at, user_id, refresh_hash, previous_hash, device, last_seen_at, expires_at)
        SELECT {ID}, {WHEN}, {OTHER}, 'x', '', 'Chrome on Android', {WHEN}, now() + interval '7 days' FROM {N}""",
    f"""INSERT INTO accounts_block (id, created_at, blocker_id, blocked_id)
        SELECT {ID}, {WHEN}, {ID}, {key(f"n % {ROWS} + 1")} FROM {N}""",
    f"""INSERT INTO accounts_report (id, created_at, reporter_id, target_type, target_id, subject_id, reason, comment, evidence,
        status, outcome, settled_at)
        SELECT {ID}, {WHEN}, {ID}, 'casting', {OTHER}, {OTHER}, 'spam', 'Text', '{{}}',
        CASE WHEN n % 10 = 0 THEN 'open' ELSE 'resolved' END, '', CASE WHEN n % 10 = 0 THEN NULL ELSE now() END FROM {N}""",
    f"""INSERT INTO accounts_auditentry (id, created_at, actor_id, action, target_type, target_id, target_label, subject_id,
        reason, details)
        SELECT {ID}, {WHEN}, {key("1")}, 'hide', 'castings.casting', {ID}, 'Casting', {OTHER}, 'Because', '{{}}' FROM {N}""",
    f"""INSERT INTO billing_subscription (id, created_at, user_id, plan_id, started_at, expires_at, auto_renew,
        responses_bought)
        SELECT {ID}, {WHEN}, {ID}, 2, now(), now() + interval '30 days', true, 0 FROM {N}""",
    f"""INSERT INTO billing_payment (id, created_at, user_id, product, amount, status, responses, promotion_kind, is_recurring,
        needs_review, paid_at)
        SELECT {ID}, {WHEN}, {OTHER}, 'responses', 990, 'paid', 10, '', false, n % 1000 = 0, {WHEN} FROM {N}""",
    f"""INSERT INTO billing_paymentevent (id, created_at, payment_id, kind, verdict, reason, raw)
        SELECT {ID}, {WHEN}, {ID}, 'notice', 'granted', '', 'OutSum=990' FROM {N}""",
    f"""INSERT INTO billing_boughtresponses (id, created_at, user_id, movement, count, payment_id)
        SELECT {ID}, {WHEN}, {OTHER}, 'bought', 10, {ID} FROM {N}""",
    f"""INSERT INTO chat_room (id, created_at, first_id, second_id, last_seq, updated_at)
        SELECT {ID}, {WHEN}, least({ID}, {key(f"n % {ROWS} + 1")}), greatest({ID}, {key(f"n % {ROWS} + 1")}), 1, now() FROM {N}""",
    f"""INSERT INTO chat_message (id, created_at, room_id, seq, sender_id, kind, content, fingerprint)
        SELECT {ID}, {WHEN}, {ID}, 1, {ID}, 'text', 'Hello ' || n, '' FROM {N}""",
    f"""INSERT INTO chat_attachment (id, created_at, owner_id, file, thumbnail, name, content_type, size)
        SELECT {ID}, {WHEN}, {OTHER}, 'a', '', 'a.webp', 'image/webp', 1 FROM {N}""",
    f"""INSERT INTO notifications_notification (id, created_at, user_id, type, kind, data, key, is_read)
        SELECT {ID}, {WHEN}, {OTHER}, 'subscription', 'plan_ended', '{{}}', '', false FROM {N}""",
    f"""INSERT INTO notifications_delivery (id, created_at, user_id, notification_id, channel, status, attempts, last_error,
        next_try_at)
        SELECT {ID}, {WHEN}, {OTHER}, {ID}, 'email', 'sent', 1, '', now() FROM {N}""",
    f"""INSERT INTO notifications_device (id, created_at, user_id, token, platform)
        SELECT {ID}, {WHEN}, {OTHER}, 'token' || n, 'android' FROM {N}""",
    f"""INSERT INTO notifications_preferences (user_id, new_casting, new_response, response_status_change, new_message,
        casting_reminder, email, push, digest)
        SELECT {ID}, true, true, true, true, true, true, true, 'instant' FROM {N}""",
    f"""INSERT INTO notifications_announcement (casting_id, told, started_at) SELECT {ID}, 7, now() FROM {N}""",
    f"""INSERT INTO castings_invitation (id, created_at, casting_id, model_id, status)
        SELECT {ID}, {WHEN}, {OTHER}, {ID}, 'pending' FROM {N}""",
    f"""INSERT INTO castings_review (id, created_at, casting_id, author_id, employer_id, rating, comment, reply, is_hidden)
        SELECT {ID}, {WHEN}, {OTHER}, {ID}, {OTHER}, 1 + n % 5, 'Good', '', n % 50 = 0 FROM {N}""",
    f"""INSERT INTO castings_savedsearch (id, created_at, user_id, name, target, filters, alert, city_key, category, terms)
        SELECT {ID}, {WHEN}, {OTHER}, 'Search ' || n, 'castings', '{{}}', 'off', '', '', '[]' FROM {N}""",
    f"""INSERT INTO profiles_invitation (id, created_at, organization_id, email, role, language, digest, round, invited_at,
        expires_at, attempts)
        SELECT {ID}, {WHEN}, {OTHER}, 'guest' || n || '@bench.kz', 'viewer', 'ru', n::text, 1, {WHEN}, now(), 0 FROM {N}""",
    f"""INSERT INTO profiles_representation (id, created_at, organization_id, model_id, status, ended_by_model)
        SELECT {ID}, {WHEN}, {OTHER}, {ID}, 'pending', false FROM {N}""",
]
WORDS = {"accounts.user": "person77777", "castings.casting": "Casting 77777", "profiles.employerprofile": "0077777"}


def main() -> None:
    os.environ.setdefault("DEBUG", "true")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mwork.settings")
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")  # away: what is measured are the rows
    django.setup()
    logging.disable(logging.INFO)  # a line a request
    from django.contrib import admin  # here and below: only after django.setup()

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        for statement in FILL:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
    client = boss()
    print(f"{'list':<32} {'opens':>8} {'searched':>9}   ms of database time, medians of {RUNS}; queries")
    for model, page in sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label):
        label = model._meta.label_lower
        address = f"/admin/{label.replace('.', '/')}/"
        opened, count = cost(client, address)
        searched = cost(client, address, q=WORDS.get(label, "person77777"))[0] if page.search_fields else None
        print(f"{label:<32} {opened:>8.1f} {searched if searched is None else format(searched, '9.1f')}   {count}")
    for address in (
        "/admin/",
        "/admin/figures/",
        "/admin/figures/?days=365",
        "/admin/billing/payment/revenue/",
        "/admin/castings/casting/?queue=all&o=-3.9",
    ):
        print(f"{address:<42} {cost(client, address)[0]:>8.1f}")


def boss():
    from django.test import Client  # here and below: only after django.setup()

    from accounts.models import User

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_superuser("boss@bench.kz", "x"))
    return client


def cost(client, address: str, **query) -> tuple[float, int]:
    """Milliseconds that the page's queries took together, the median of RUNS, and how many they were."""
    from django.test.utils import CaptureQueriesContext

    times = []
    for _ in range(RUNS + 1):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address, query or None)
        if answer.status_code != 200:
            sys.exit(f"{address}: {answer.status_code}")
        times.append(sum(float(each["time"]) for each in queries) * 1000)
    return statistics.median(times[1:]), len(queries)  # the first one warms the cache


if __name__ == "__main__":
    main()

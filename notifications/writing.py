"""Telling many people, or one, the same thing: one statement writes it all.

Whoever wants to hear of it gets the notification, one more unread, a letter and a push for each device, or nothing.
"""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from psycopg.types.json import Jsonb

from notifications import live
from notifications.kinds import KINDS
from notifications.models import Channel, Delivery, DeliveryStatus, Device, Digest, Inbox, Notification, Preferences

# mwork.models.uuid7 in SQL: a random UUID with the milliseconds in front and the version's two open bits set.
UUID7 = """encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING
    substring(int8send(floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
    52, 1), 53, 1), 'hex')::uuid"""

TABLES = {
    "users": get_user_model()._meta.db_table,
    "notifications": Notification._meta.db_table,
    "inboxes": Inbox._meta.db_table,
    "preferences": Preferences._meta.db_table,
    "deliveries": Delivery._meta.db_table,
    "devices": Device._meta.db_table,
}

# Readers are locked as the foreign key would lock them, but at once: an account that closes at the same moment waits,
# and then erases what is written here. One that is closing already hears nothing, and nobody waits for it: it may wait
# for a casting that we hold. In one order, so that batches never deadlock over the inboxes.
STATEMENT = """
WITH readers AS (
    SELECT u.id, coalesce(p.email, true) AS email, coalesce(p.push, true) AS push,
        coalesce(p.digest, '{instant}') AS digest, {own} AS own
    FROM {users} u LEFT JOIN {preferences} p ON p.user_id = u.id {candidates} AND u.closed_at IS NULL AND {wanted}
    ORDER BY u.id FOR KEY SHARE OF u SKIP LOCKED
), told AS (
    INSERT INTO {notifications} (id, created_at, user_id, type, kind, data, key, actor_id, is_read)
    SELECT {uuid7}, %s, id, %s, %s, %s || own, %s, %s, false FROM readers
    ON CONFLICT DO NOTHING RETURNING id, user_id
), counted AS (
    INSERT INTO {inboxes} AS inbox (user_id, unread) SELECT user_id, 1 FROM told ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET unread = inbox.unread + 1
), going AS (
    SELECT told.id, told.user_id, '{email}' AS channel, NULL::uuid AS device_id,
        CASE WHEN readers.digest = '{daily}' AND NOT %s THEN '{held}' ELSE '{pending}' END AS status
    FROM told JOIN readers ON readers.id = told.user_id WHERE %s AND (readers.email OR %s)
    UNION ALL
    SELECT told.id, told.user_id, '{push}', device.id, '{pending}'
    FROM told JOIN readers ON readers.id = told.user_id JOIN {devices} device ON device.user_id = told.user_id
    WHERE %s AND readers.push
), sent AS (
    INSERT INTO {deliveries} (id, created_at, notification_id, user_id, channel, device_id, status, attempts,
        last_error, next_try_at)
    SELECT {uuid7}, %s, id, user_id, channel, device_id, status, 0, '', %s FROM going
    RETURNING id, status
)
SELECT (SELECT array_agg(id) FROM told), (SELECT array_agg(user_id) FROM told),
    (SELECT array_agg(id) FROM sent WHERE status = '{pending}')
"""


# Candidates are user ids alone, or each with a JSON object of her own.
PLAIN = ("WHERE u.id IN ({sql})", "'{{}}'::jsonb")
PERSONAL = ("JOIN ({sql}) AS candidates (id, own) ON candidates.id = u.id WHERE true", "candidates.own")


@dataclass(frozen=True)
class Told:
    """The notifications that were written, and the deliveries that wait to be sent."""

    notifications: list[UUID]
    deliveries: list[UUID]


@transaction.atomic(savepoint=False)
def write(
    candidates: QuerySet,
    kind: str,
    data: dict,
    *,
    key: str = "",
    actor: UUID | None = None,
    personal: bool = False,
) -> Told:
    """Tell those of the users whose ids the candidates are (one column) who want to hear it.

    With `personal` a second column holds what each one's data has beside; each user is then among them once.

    With a `key` each of them is told once: whoever was told already is left out. Whoever is online hears of it at once.
    """
    what, at = KINDS[kind], timezone.now()
    sql, params = candidates.query.sql_with_params()
    source, own = PERSONAL if personal else PLAIN
    wanted = f"coalesce(p.{what.preference}, true)" if what.preference else "true"
    statement = STATEMENT.format(
        **TABLES, uuid7=UUID7, candidates=source.format(sql=sql), own=own.format(), wanted=wanted,
        instant=Digest.INSTANT, daily=Digest.DAILY, held=DeliveryStatus.HELD, pending=DeliveryStatus.PENDING,
        email=Channel.EMAIL, push=Channel.PUSH,
    )  # fmt: skip
    by_email, by_push = Channel.EMAIL in what.channels, Channel.PUSH in what.channels and settings.FCM is not None
    values = [at, what.type, kind, Jsonb(data), key, actor, what.always, by_email, what.always, by_push, at, at]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, *values])
        notifications, users, deliveries = cursor.fetchone()
    live.after_commit(notifications or [], users or [])
    return Told(notifications or [], deliveries or [])

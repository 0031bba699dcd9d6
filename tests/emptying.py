"""Empties the database after a test with real commits.

Django's `flush` truncates every table and writes content types and permissions anew: a fifth of a second for each of
hundreds of tests. This deletes what is there, and leaves what the migrations wrote, or puts it back when a test changed
it.
"""

from django.db import connection
from django.test import TransactionTestCase

PRISTINE = "pristine"  # the schema with copies of what the migrations wrote

_KEEP = f"""
CREATE SCHEMA {PRISTINE};
DO $$
DECLARE
    name text;
    has_rows boolean;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO has_rows;
        IF has_rows THEN
            EXECUTE format('CREATE TABLE {PRISTINE}.%I AS TABLE public.%I', name, name);
        END IF;
    END LOOP;
END $$
"""

# The locks wait, as TRUNCATE would, for what a server of the test is still writing. Foreign keys are checked at the
# commit, so the order does not matter. Tables that refuse to be changed (the audit log) refuse through triggers.
_EMPTY = f"""
DO $$
DECLARE
    name text;
    is_kept boolean;
    is_dirty boolean;
    refuses boolean;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename LOOP
        EXECUTE format('LOCK TABLE public.%I IN SHARE ROW EXCLUSIVE MODE', name);
    END LOOP;
    FOR name, is_kept IN
        SELECT t.tablename, k.tablename IS NOT NULL FROM pg_tables t
        LEFT JOIN pg_tables k ON k.schemaname = '{PRISTINE}' AND k.tablename = t.tablename
        WHERE t.schemaname = 'public'
    LOOP
        IF is_kept THEN
            EXECUTE format(
                'SELECT EXISTS ((TABLE public.%1$I EXCEPT ALL TABLE {PRISTINE}.%1$I) UNION ALL'
                ' (TABLE {PRISTINE}.%1$I EXCEPT ALL TABLE public.%1$I))', name
            ) INTO is_dirty;
        ELSE
            EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO is_dirty;
        END IF;
        CONTINUE WHEN NOT is_dirty;
        refuses := EXISTS (
            SELECT FROM pg_trigger
            WHERE tgrelid = format('public.%I', name)::regclass AND NOT tgisinternal
            AND tgtype & 10 = 10  -- BEFORE DELETE
        );
        IF refuses THEN
            EXECUTE format('ALTER TABLE public.%I DISABLE TRIGGER USER', name);
        END IF;
        EXECUTE format('DELETE FROM public.%I', name);
        IF is_kept THEN
            EXECUTE format('INSERT INTO public.%1$I TABLE {PRISTINE}.%1$I', name);
        END IF;
        IF refuses THEN
            EXECUTE format('ALTER TABLE public.%I ENABLE TRIGGER USER', name);
        END IF;
    END LOOP;
END $$
"""


def keep_what_migrations_wrote() -> None:
    """To be called once, on a database that has nothing else in it."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP)


def empty(_case: TransactionTestCase | None = None) -> None:
    """The database as the migrations left it."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)


TransactionTestCase._fixture_teardown = empty

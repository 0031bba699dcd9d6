"""manage.py table_sums"""

from django.core.management.base import BaseCommand
from django.db import connection, transaction

TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname
"""
SEQUENCES = """
SELECT sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname = current_schema() ORDER BY sequencename
"""
# A sum over rows does not ask for their order, and needs no memory, however many there are.
SUM = "SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0) FROM {table} t"


class Command(BaseCommand):
    help = "Print rows and a checksum of every table: a copy of the database prints the same."

    def handle(self, **options):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            self.stdout.writelines(f"{line}\n" for line in sums(cursor))


def sums(cursor) -> list[str]:
    """`table rows checksum` for each table, then `sequence last_value` for each sequence."""
    lines = []
    cursor.execute(TABLES)
    for (table,) in cursor.fetchall():
        cursor.execute(SUM.format(table=f'"{table}"'))
        lines.append("{} {} {}".format(table, *cursor.fetchone()))
    cursor.execute(SEQUENCES)
    return lines + ["{} {}".format(*row) for row in cursor.fetchall()]

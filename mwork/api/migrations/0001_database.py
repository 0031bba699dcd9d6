"""What the database itself must bring: trigrams for search, and the planner's word on how many rows there are."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

ESTIMATED_ROWS = """
CREATE FUNCTION estimated_rows(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    RETURN (plan->0->'Plan'->>'Plan Rows')::bigint;
END $$
"""


class Migration(migrations.Migration):
    dependencies = []

    operations = [
        TrigramExtension(),
        migrations.RunSQL(ESTIMATED_ROWS, "DROP FUNCTION estimated_rows(text)"),
    ]

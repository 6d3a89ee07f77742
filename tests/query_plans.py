"""What the plans of SQLite for statements tell: whether one reads everything that is public."""

from django.db import connection


def query_plan(rows):
    """Return the steps of the plan of a queryset."""
    return [line.strip() for line in rows.explain().splitlines()]


def searches_by_status(sql):
    """Return the steps that read all entries of a status, in an index or the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return [step for _id, _parent, _unused, step in cursor.fetchall() if step.endswith("(status=?)")]

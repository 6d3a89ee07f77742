"""Counts of the choices of a facet, in one grouped query."""

from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import QuerySet


def count_choices(
    pairs: Sequence[QuerySet], entries: QuerySet, limit: int, selected: Collection[Any] = ()
) -> list[tuple[Any, int]]:
    """Return up to `limit` choices with their numbers of entries, the selected ones first, then the most frequent.

    Each of `pairs` returns a choice and the key of an entry, `entries` the keys of those that are counted. An entry counts
    once for a choice.
    """
    first, *others = [rows.order_by() for rows in pairs]
    connection = connections[entries.db]
    try:
        rows, values = _compile(first.union(*others, all=True) if others else first, connection)
        keys, more = _compile(entries.order_by().values("pk"), connection)
    except EmptyResultSet:
        return []
    is_selected = f"choice IN ({', '.join(['%s'] * len(selected))})" if selected else "FALSE"
    # Querysets cannot group the rows of a union.
    statement = f"""WITH pair (choice, entry) AS MATERIALIZED ({rows})
        SELECT choice, count(DISTINCT entry) AS size FROM pair WHERE entry IN ({keys}) GROUP BY choice
        ORDER BY CASE WHEN {is_selected} THEN 0 ELSE 1 END, size DESC, choice LIMIT {limit}"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, *more, *selected])
        return cursor.fetchall()


def _compile(queryset: QuerySet, connection: Any) -> tuple[str, Sequence[Any]]:
    sql, values = queryset.query.get_compiler(connection=connection).as_sql()
    return sql, values

"""The search index in the database, kept by the database itself: created, removed, compared with the documents, rebuilt.

It stands on the table of search documents alone. Triggers and an index on an expression keep it, so that it is right
whoever writes a document, in whichever way. It holds the public documents: a draft costs nothing until it is published.

Migration 0003 creates it. A change of these statements is a migration of its own, and those that they replace move into
the migration that created them, as the first ones stand in 0002.
"""

from typing import Any

from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext_lazy as _


class RecordType(models.IntegerChoices):
    """The records that have documents; as numbers below 8, which are a part of a document's number in the index."""

    ENTRY = 0, _("entry")


DOCUMENTS = "timeline_searchdocument"
# The number of a document in FTS5, which goes through hits from the lowest on: what begins latest is lowest, the undated
# highest; of one day the highest key, which is below 2^25. The type of record is in between. The shorter the numbers,
# the smaller the index.
_KEY_BITS, _TYPE_BITS = 25, 3
_NUMBER = f"""(
        (3652059 - coalesce(CAST(julianday(sort_earliest) - julianday('0001-01-01') AS integer), -1)) * {1 << _KEY_BITS + _TYPE_BITS}
        + record_type * {1 << _KEY_BITS} + {(1 << _KEY_BITS) - 1} - record)"""
# The key of the record and its type in that number.
KEY = f"{(1 << _KEY_BITS) - 1} - (rowid & {(1 << _KEY_BITS) - 1})"
TYPE = f"(rowid >> {_KEY_BITS} & {(1 << _TYPE_BITS) - 1})"

# The pairs of a text, apart by spaces, as hex; the last character stands alone. By portions of 32 characters, because
# substr() counts from the beginning each time. CROSS JOIN keeps the order, and with it what is adjacent.
_PAIRS = """(
        WITH RECURSIVE portion(at, piece) AS (
            SELECT 1, substr({text}, 1, 33)
            UNION ALL SELECT at + 32, substr({text}, at + 32, 33) FROM portion WHERE length(piece) = 33)
        SELECT group_concat(hex(substr(piece, number, 2)), ' ')
        FROM portion CROSS JOIN timeline_one_to_32 WHERE number <= length(piece))"""

_INDEXED = "record_type, record, title, summary, rest, sort_earliest"
_CHANGED = " OR ".join(
    [
        "(new.public_from IS NULL) IS NOT (old.public_from IS NULL)",
        *(f"new.{column} IS NOT old.{column}" for column in _INDEXED.split(", ")),
    ]
)
_INSERT_ROW = """INSERT INTO timeline_search (rowid, title, summary, rest, marked)
            SELECT number, title, summary, rest, marked FROM timeline_search_pairs WHERE id = new.id"""
_DELETE_ROW = """INSERT INTO timeline_search (timeline_search, rowid, title, summary, rest, marked)
            SELECT 'delete', number, title, summary, rest, marked FROM timeline_search_pairs WHERE id = old.id"""

_SQLITE = (
    "CREATE TABLE timeline_one_to_32 (number integer PRIMARY KEY)",
    "INSERT INTO timeline_one_to_32 VALUES " + ", ".join(f"({number})" for number in range(1, 33)),
    # The pairs of titles are there once more, marked, so that what has a word in its title is found without a look at all
    # the others that have it. Nothing else begins with the mark: it is not a digit of hex.
    f"""CREATE VIEW timeline_search_pairs AS
    SELECT id, number, title, summary, rest, 't' || replace(title, ' ', ' t') AS marked
    FROM (SELECT id, {_NUMBER} AS number, {_PAIRS.format(text="title")} AS title,
        {_PAIRS.format(text="summary")} AS summary, {_PAIRS.format(text="rest")} AS rest
    FROM {DOCUMENTS} WHERE public_from IS NOT NULL)""",
    # What is hex means nothing to a tokenizer. The text is not kept again: the view has it.
    """CREATE VIRTUAL TABLE timeline_search USING fts5(title, summary, rest, marked,
        content='timeline_search_pairs', content_rowid='number', columnsize=0, tokenize='ascii')""",
    f"""CREATE TRIGGER timeline_search_inserted AFTER INSERT ON {DOCUMENTS} WHEN new.public_from IS NOT NULL BEGIN
        {_INSERT_ROW};
    END""",
    f"""CREATE TRIGGER timeline_search_deleted BEFORE DELETE ON {DOCUMENTS} WHEN old.public_from IS NOT NULL BEGIN
        {_DELETE_ROW};
    END""",
    f"""CREATE TRIGGER timeline_search_leaving BEFORE UPDATE OF public_from, {_INDEXED} ON {DOCUMENTS}
    WHEN old.public_from IS NOT NULL AND ({_CHANGED}) BEGIN
        {_DELETE_ROW};
    END""",
    f"""CREATE TRIGGER timeline_search_coming AFTER UPDATE OF public_from, {_INDEXED} ON {DOCUMENTS}
    WHEN new.public_from IS NOT NULL AND ({_CHANGED}) BEGIN
        {_INSERT_ROW};
    END""",
    f"CREATE INDEX timeline_search_public_from ON {DOCUMENTS} (public_from) WHERE public_from IS NOT NULL",
    "INSERT INTO timeline_search (timeline_search) VALUES ('rebuild')",
)
_SQLITE_REMOVED = (
    "DROP INDEX IF EXISTS timeline_search_public_from",
    "DROP TRIGGER IF EXISTS timeline_search_inserted",
    "DROP TRIGGER IF EXISTS timeline_search_deleted",
    "DROP TRIGGER IF EXISTS timeline_search_leaving",
    "DROP TRIGGER IF EXISTS timeline_search_coming",
    "DROP TABLE IF EXISTS timeline_search",
    "DROP VIEW IF EXISTS timeline_search_pairs",
    "DROP TABLE IF EXISTS timeline_one_to_32",
)

_POSTGRESQL = (
    # The cost keeps the planner from asking this of each row instead of the index; at a higher one it would compile
    # every search (JIT), which takes longer than the search. The pairs of the title are there once more behind a mark,
    # which nothing else begins with that anybody looks for: no word has a newline.
    """CREATE FUNCTION timeline_grams(title text, summary text, rest text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 400 AS $$
        SELECT array_to_tsvector(ARRAY(
            SELECT mark || character || following
            FROM (VALUES ('', title), ('', summary), ('', rest), (chr(10) || '1', title)) AS part(mark, piece),
                unnest(string_to_array(piece, NULL), string_to_array(substr(piece, 2), NULL) || ARRAY[''])
                    AS pair(character, following)
            WHERE character IS NOT NULL))
    $$""",
    f"""CREATE INDEX timeline_search ON {DOCUMENTS} USING gin (timeline_grams(title, summary, rest))
    WITH (fastupdate = off) WHERE public_from IS NOT NULL""",
    f"""CREATE INDEX timeline_search_newest ON {DOCUMENTS} (sort_earliest DESC NULLS LAST, record_type, record DESC)
    WHERE public_from IS NOT NULL""",
)
_POSTGRESQL_REMOVED = (
    "DROP INDEX IF EXISTS timeline_search_newest",
    "DROP INDEX IF EXISTS timeline_search",
    "DROP FUNCTION IF EXISTS timeline_grams(text, text, text)",
)


def create(connection: Any) -> None:
    """Create the index over the documents that are there, and what keeps it."""
    _execute(connection, _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL)


def remove(connection: Any) -> None:
    """Remove the index and what keeps it."""
    _execute(connection, _SQLITE_REMOVED if connection.vendor == "sqlite" else _POSTGRESQL_REMOVED)


def rebuild(connection: Any) -> None:
    """Create everything anew, what keeps the index included."""
    with transaction.atomic(using=connection.alias):
        remove(connection)
        create(connection)


def optimize(connection: Any) -> None:
    """Join the pieces that many written documents left, as one is searched sooner; takes as long as reading and writing it.

    PostgreSQL does the like by itself.
    """
    if connection.vendor == "sqlite":
        _execute(connection, ("INSERT INTO timeline_search (timeline_search) VALUES ('optimize')",))


def is_consistent(connection: Any) -> bool:
    """Whether the index says just what the documents say, and what keeps it is there."""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid = to_regclass('timeline_search')"
            )
            return bool(cursor.fetchone()[0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master")
        there = {sql for (sql,) in cursor.fetchall()}
    # One of another version agrees with its own view, and with nothing that is asked of it.
    if not {statement for statement in _SQLITE if statement.startswith("CREATE")} <= there:
        return False
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            # With 1, FTS5 compares itself with its content, the view; without, only with itself.
            cursor.execute(
                "INSERT INTO timeline_search (timeline_search, rank) VALUES ('integrity-check', 1)"
            )
    except DatabaseError:
        return False
    return True


def _execute(connection: Any, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

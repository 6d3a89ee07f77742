"""The search index: created, removed, rebuilt and compared with the documents.

The database updates it, by triggers and an index on an expression of the search documents, so
that it is right however a document is written. It has public documents only: a draft costs
nothing until it is published.

Migration 0002 creates it, as these statements are now. A change of them needs a migration that rebuilds
the index of existing databases, as 0009 does.
"""

from django.db import DatabaseError, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _


class RecordType(models.IntegerChoices):
    """The types of record that have documents: entries and, above, those of reference records.

    Values are below 8 to fit into the rowid of the index.
    """

    ENTRY = 0, _("entry")
    SOURCE = 1, _("source")
    PHASE = 2, _("phase")
    TOPIC = 3, _("topic")
    ORGANIZATION = 4, _("organization")
    AREA = 5, _("area")


DOCUMENTS = "timeline_searchdocument"
# Titles are indexed a second time, each pair with a mark, so that hits in titles are found without reading all other
# hits. Nothing else begins with it: "t" is no hexadecimal digit, and a newline, which PostgreSQL has before it, is in no
# word.
SQLITE_TITLE_MARK, POSTGRESQL_TITLE_MARK = "t", "1"
# The rowid in FTS5, which returns hits by ascending rowid and can skip to a range of them: type of record, entries
# last; the latest start date first, undated records last; within a day, the highest key (below 2^25) first.
# Smaller numbers make a smaller index.
_KEY_BITS, _DAY_BITS = 25, 22
_HIGHEST_KEY, _TYPE_AT = (1 << _KEY_BITS) - 1, _KEY_BITS + _DAY_BITS
_NUMBER = f"""(
        (7 - record_type) * {1 << _TYPE_AT} + {_HIGHEST_KEY} - record
        + (3652059 - coalesce(CAST(julianday(sort_earliest) - julianday('0001-01-01') AS integer), -1)) * {1 << _KEY_BITS})"""
# The key and the type of a record, extracted from the rowid.
KEY, TYPE = f"{_HIGHEST_KEY} - (rowid & {_HIGHEST_KEY})", f"7 - (rowid >> {_TYPE_AT})"


def rowids(record_type: RecordType | None) -> str:
    """Return the condition on rowids for records of this type, or for all reference records."""
    first = (7 - (record_type or RecordType.ENTRY)) << _TYPE_AT
    return (
        f"rowid < {first}"
        if record_type is None
        else f"rowid BETWEEN {first} AND {first + (1 << _TYPE_AT) - 1}"
    )


# The pairs of adjacent characters of a text as hex, separated by spaces; the last character is alone. The
# text is processed in portions of 32 characters, since substr() counts from the start each time. CROSS JOIN
# preserves the order and therefore adjacency.
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
    f"""CREATE VIEW timeline_search_pairs AS
    SELECT id, number, title, summary, rest, '{SQLITE_TITLE_MARK}' || replace(title, ' ', ' {SQLITE_TITLE_MARK}') AS marked
    FROM (SELECT id, {_NUMBER} AS number, {_PAIRS.format(text="title")} AS title,
        {_PAIRS.format(text="summary")} AS summary, {_PAIRS.format(text="rest")} AS rest
    FROM {DOCUMENTS} WHERE public_from IS NOT NULL)""",
    # Tokenizers leave hex unchanged. The table has no copy of the text: its content is the view.
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

# Reference records have an index of their own: a word may be in almost all entries.
_GIN = {"timeline_search_entries": "= 0", "timeline_search_references": "> 0"}
_POSTGRESQL = (
    # The cost prevents the planner from calling this function for each row instead of using the index. A
    # higher cost would trigger JIT compilation, which takes longer than the search.
    f"""CREATE FUNCTION timeline_grams(title text, summary text, rest text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 400 AS $$
        SELECT array_to_tsvector(ARRAY(
            SELECT mark || character || following
            FROM (VALUES ('', title), ('', summary), ('', rest), (chr(10) || '{POSTGRESQL_TITLE_MARK}', title)) AS part(mark, piece),
                unnest(string_to_array(piece, NULL), string_to_array(substr(piece, 2), NULL) || ARRAY[''])
                    AS pair(character, following)
            WHERE character IS NOT NULL))
    $$""",
    *(
        f"""CREATE INDEX {name} ON {DOCUMENTS} USING gin (timeline_grams(title, summary, rest))
    WITH (fastupdate = off) WHERE public_from IS NOT NULL AND record_type {types}"""
        for name, types in _GIN.items()
    ),
    f"""CREATE INDEX timeline_search_newest_first ON {DOCUMENTS} (record_type DESC, sort_earliest DESC NULLS LAST, record DESC)
    WHERE public_from IS NOT NULL""",
)
_POSTGRESQL_INDEXES = (*_GIN, "timeline_search_newest_first")
_POSTGRESQL_REMOVED = (
    *(f"DROP INDEX IF EXISTS {name}" for name in _POSTGRESQL_INDEXES),
    "DROP FUNCTION IF EXISTS timeline_grams(text, text, text)",
)


def create(connection: BaseDatabaseWrapper) -> None:
    """Create the index of the existing documents, and its triggers."""
    _execute(connection, _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Remove the index and its triggers."""
    _execute(connection, _SQLITE_REMOVED if connection.vendor == "sqlite" else _POSTGRESQL_REMOVED)


def rebuild(connection: BaseDatabaseWrapper) -> None:
    """Remove and create the index and its triggers."""
    with transaction.atomic(using=connection.alias):
        remove(connection)
        create(connection)


def optimize(connection: BaseDatabaseWrapper) -> None:
    """Merge the segments that many writes left, for faster searches. Reads and writes the whole index.

    PostgreSQL does this by itself.
    """
    if connection.vendor == "sqlite":
        _execute(connection, ("INSERT INTO timeline_search (timeline_search) VALUES ('optimize')",))


def is_consistent(connection: BaseDatabaseWrapper) -> bool:
    """Whether the index is that of these statements and matches the documents."""
    # The index of another version is consistent with its own function or view but does not fit the queries.
    if connection.vendor != "sqlite":
        sources = _select(
            connection,
            "SELECT prosrc FROM pg_proc WHERE oid = to_regprocedure('timeline_grams(text, text, text)')",
        )
        names = ", ".join(f"to_regclass('{name}')" for name in _POSTGRESQL_INDEXES)
        valid = f"SELECT indexrelid FROM pg_index WHERE indisvalid AND indexrelid IN ({names})"
        return sources == {_POSTGRESQL[0].split("$$")[1]} and len(_select(connection, valid)) == 3
    there = _select(connection, "SELECT sql FROM sqlite_master")
    if not {statement for statement in _SQLITE if statement.startswith("CREATE")} <= there:
        return False
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            # With rank 1, FTS5 compares the index with its content, the view; without, only with itself.
            cursor.execute(
                "INSERT INTO timeline_search (timeline_search, rank) VALUES ('integrity-check', 1)"
            )
    except DatabaseError:
        return False
    return True


def _select(connection: BaseDatabaseWrapper, statement: str) -> set[object]:
    """Return the values of the only column."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {value for (value,) in cursor.fetchall()}


def _execute(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

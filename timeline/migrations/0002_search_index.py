"""The first index of search, on the table of entries, as it was made until 0003. Django knows neither FTS5 tables nor triggers."""

from django.db import migrations

# The number of a row in FTS5, which goes through hits from the lowest on: what begins latest is lowest, the undated highest;
# of one day the highest key, which is below 2^25. The shorter the numbers, the smaller the index.
_NEWEST = f"""(
    (3652059 - coalesce(CAST(julianday(sort_earliest) - julianday('0001-01-01') AS integer), -1)) * {1 << 25} + {(1 << 25) - 1} - id)"""

# The pairs of a text, apart by spaces, as hex; the last character stands alone. By portions of 32 characters, because
# substr() counts from the beginning each time. CROSS JOIN keeps the order, and with it what is adjacent.
_PAIRS = """(
    WITH RECURSIVE portion(at, piece) AS (
        SELECT 1, substr({text}, 1, 33)
        UNION ALL SELECT at + 32, substr({text}, at + 32, 33) FROM portion WHERE length(piece) = 33)
    SELECT group_concat(hex(substr(piece, number, 2)), ' ')
    FROM portion CROSS JOIN timeline_one_to_32 WHERE number <= length(piece))"""

_INDEXED = "id, status, search_text, sort_earliest"
_CHANGED = "(" + " OR ".join(f"new.{column} IS NOT old.{column}" for column in _INDEXED.split(", ")) + ")"
_COMING = """INSERT INTO timeline_entry_search (rowid, title, summary, rest, marked)
            SELECT newest, title, summary, rest, marked FROM timeline_entry_pairs WHERE id = new.id"""
_LEAVING = """INSERT INTO timeline_entry_search (timeline_entry_search, rowid, title, summary, rest, marked)
            SELECT 'delete', newest, title, summary, rest, marked FROM timeline_entry_pairs WHERE id = old.id"""

_SQLITE = (
    "CREATE TABLE timeline_one_to_32 (number integer PRIMARY KEY)",
    "INSERT INTO timeline_one_to_32 VALUES " + ", ".join(f"({number})" for number in range(1, 33)),
    # The pairs of titles are there once more, marked, so that what has a word in its title is found without a look at all
    # the others that have it. Nothing else begins with the mark: it is not a digit of hex.
    f"""CREATE VIEW timeline_entry_pairs AS
    SELECT id, newest, title, summary, rest, 't' || replace(title, ' ', ' t') AS marked
    FROM (SELECT id, newest, {_PAIRS.format(text="title")} AS title, {_PAIRS.format(text="summary")} AS summary,
        {_PAIRS.format(text="rest")} AS rest
    FROM (SELECT id, newest, substr(text, 1, first - 1) AS title, substr(text, first + 1, second - first - 1) AS summary,
            substr(text, second + 1) AS rest
        FROM (SELECT id, newest, text, first, first + instr(substr(text, first + 1) || char(10), char(10)) AS second
            FROM (SELECT id, {_NEWEST} AS newest, search_text AS text, instr(search_text || char(10), char(10)) AS first
                FROM timeline_entry WHERE status = 'published'))))""",
    # What is hex means nothing to a tokenizer. The text is not kept again: the view has it.
    """CREATE VIRTUAL TABLE timeline_entry_search USING fts5(title, summary, rest, marked,
        content='timeline_entry_pairs', content_rowid='newest', columnsize=0, tokenize='ascii')""",
    f"""CREATE TRIGGER timeline_entry_search_inserted AFTER INSERT ON timeline_entry WHEN new.status = 'published' BEGIN
        {_COMING};
    END""",
    f"""CREATE TRIGGER timeline_entry_search_deleted BEFORE DELETE ON timeline_entry WHEN old.status = 'published' BEGIN
        {_LEAVING};
    END""",
    f"""CREATE TRIGGER timeline_entry_search_leaving BEFORE UPDATE OF {_INDEXED} ON timeline_entry
    WHEN old.status = 'published' AND {_CHANGED} BEGIN
        {_LEAVING};
    END""",
    f"""CREATE TRIGGER timeline_entry_search_coming AFTER UPDATE OF {_INDEXED} ON timeline_entry
    WHEN new.status = 'published' AND {_CHANGED} BEGIN
        {_COMING};
    END""",
    "CREATE INDEX timeline_entry_public_from ON timeline_entry (published_at) WHERE status = 'published'",
    "INSERT INTO timeline_entry_search (timeline_entry_search) VALUES ('rebuild')",
)
_SQLITE_REMOVED = (
    "DROP INDEX IF EXISTS timeline_entry_public_from",
    "DROP TRIGGER IF EXISTS timeline_entry_search_inserted",
    "DROP TRIGGER IF EXISTS timeline_entry_search_deleted",
    "DROP TRIGGER IF EXISTS timeline_entry_search_leaving",
    "DROP TRIGGER IF EXISTS timeline_entry_search_coming",
    "DROP TABLE IF EXISTS timeline_entry_search",
    "DROP VIEW IF EXISTS timeline_entry_pairs",
    "DROP TABLE IF EXISTS timeline_one_to_32",
)

_POSTGRESQL = (
    # The cost keeps the planner from asking this of each row instead of the index; at a higher one it would compile
    # every search (JIT), which takes longer than the search. The pairs of the title line are there once more behind a
    # mark, which nothing else begins with that anybody looks for: no word has a newline.
    """CREATE FUNCTION timeline_grams(body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 400 AS $$
        SELECT array_to_tsvector(ARRAY(
            SELECT mark || character || following
            FROM (VALUES ('', body), (chr(10) || '1', split_part(body, chr(10), 1))) AS part(mark, piece),
                unnest(string_to_array(piece, NULL), string_to_array(substr(piece, 2), NULL) || ARRAY[''])
                    AS pair(character, following)
            WHERE character IS NOT NULL))
    $$""",
    """CREATE INDEX timeline_entry_search ON timeline_entry USING gin (timeline_grams(search_text))
    WITH (fastupdate = off) WHERE status = 'published'""",
    """CREATE INDEX timeline_entry_newest ON timeline_entry (sort_earliest DESC NULLS LAST, id DESC)
    WHERE status = 'published'""",
)
_POSTGRESQL_REMOVED = (
    "DROP INDEX IF EXISTS timeline_entry_newest",
    "DROP INDEX IF EXISTS timeline_entry_search",
    "DROP FUNCTION IF EXISTS timeline_grams(text)",
)


def create(connection):
    _execute(connection, _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL)


def remove(connection):
    _execute(connection, _SQLITE_REMOVED if connection.vendor == "sqlite" else _POSTGRESQL_REMOVED)


def _execute(connection, statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: create(schema_editor.connection),
            lambda apps, schema_editor: remove(schema_editor.connection),
        )
    ]

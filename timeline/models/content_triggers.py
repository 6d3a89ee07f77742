"""The triggers that raise the content version, so that no way of writing can bypass it.

They are on every table of the app except those of PRIVATE. They are created after each migration and removed before the
next, since SQLite loses the triggers of a table that a migration recreates, and refuses to rename one that others name.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from timeline.models.account_settings import AccountSettings
from timeline.models.assignments import Assignment
from timeline.models.batches import ImportBatch
from timeline.models.comments import Comment, Mention
from timeline.models.import_jobs import ImportJob
from timeline.models.open_forms import OpenForm
from timeline.models.prepared import ImportMapping, PreparedImport
from timeline.models.previewed_rows import PreviewedRow
from timeline.models.queued_mails import PasswordResetRequest, QueuedMail
from timeline.models.records import Record, models_with_status
from timeline.models.revisions import Revision
from timeline.models.search_documents import SearchDocument
from timeline.models.sent_forms import SentForm

TABLE = "timeline_content_version"
# What visitors never see.
PRIVATE: frozenset[type[models.Model]] = frozenset(
    {
        AccountSettings,
        Assignment,
        Comment,
        ImportBatch,
        ImportJob,
        ImportMapping,
        Mention,
        OpenForm,
        PasswordResetRequest,
        PreparedImport,
        PreviewedRow,
        QueuedMail,
        SentForm,
    }
)
# The rows of these models that are public or were.
CONDITIONS: dict[type[models.Model], str] = {
    **dict.fromkeys(models_with_status(), "{row}.published_at IS NOT NULL"),
    SearchDocument: "{row}.public_from IS NOT NULL",
    # Not those of working copies and drafts.
    Revision: "{row}.applied AND {row}.status NOT IN ('draft', 'review')",
}

_PREFIX = "timeline_content_"
# By event, the rows that a trigger can read.
_EVENTS = {"INSERT": ("new",), "UPDATE": ("old", "new"), "DELETE": ("old",)}

# For each row: it costs less than to find out whether it is the first of the transaction. Writers wait for each other
# anyway.
_RAISE_ON_SQLITE = (
    f"UPDATE {TABLE} SET number = number + 1, changed_at = strftime('%Y-%m-%d %H:%M:%f', 'now')"
)
# Once in a transaction, which inserts a row. It adds up all other rows in it, except those that another transaction is
# adding up. So no transaction waits for another, and the sum of all rows grows with each that is committed.
_RAISE_ON_POSTGRESQL = f"""
    BEGIN
        IF current_setting('{TABLE}.is_raised', true) = 'yes' THEN
            RETURN;
        END IF;
        WITH earlier AS (
            DELETE FROM {TABLE} WHERE id IN (SELECT id FROM {TABLE} FOR UPDATE SKIP LOCKED) RETURNING number
        )
        INSERT INTO {TABLE} (number, changed_at) SELECT coalesce(sum(number), 0) + 1, clock_timestamp() FROM earlier;
        PERFORM set_config('{TABLE}.is_raised', 'yes', true);
    END"""
_FUNCTION = f"{_PREFIX}version_raise"

# The sum of the numbers, the latest time, and the number of rows. On PostgreSQL, a reading within a transaction also ends
# the change: what the transaction writes later has another number.
READ = {
    "sqlite": f"SELECT sum(number), max(changed_at), count(*) FROM {TABLE}",
    "postgresql": f"""SELECT sum(number), max(changed_at), count(*), set_config('{TABLE}.is_raised', '', true)
        FROM {TABLE}""",
}


def content_models() -> list[type[models.Model]]:
    """Return the models with rows that visitors see, those of many-to-many tables included."""
    found = apps.get_app_config("timeline").get_models(include_auto_created=True)
    return [model for model in found if model not in PRIVATE]


def create(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers and raise the version, unless all triggers are there as this version of the code has them."""
    if are_complete(connection):
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        remove(connection)
        for statement, _stored in _definitions(connection).values():
            cursor.execute(statement)
        cursor.execute(_RAISE_ON_SQLITE if connection.vendor == "sqlite" else f"SELECT {_FUNCTION}()")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Remove all triggers, also those of other versions of the code."""
    with connection.cursor() as cursor:
        for name in _existing(connection):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER {name}")
            elif " ON " not in name:
                # With its triggers.
                cursor.execute(f"DROP FUNCTION {name} CASCADE")


def are_complete(connection: BaseDatabaseWrapper) -> bool:
    """Whether every table has its triggers, as this version of the code has them."""
    definitions = _definitions(connection)
    return _existing(connection) == {name: stored for name, (_statement, stored) in definitions.items()}


def _existing(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the definition of each trigger and function in the database."""
    if connection.vendor == "sqlite":
        statement = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, %s) = %s"
    else:
        statement = """
            SELECT proname::text, prosrc FROM pg_proc
            WHERE pronamespace = current_schema()::regnamespace AND left(proname, %s) = %s
            UNION ALL
            SELECT tgname::text || ' ON ' || relname, tgenabled::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
            WHERE relnamespace = current_schema()::regnamespace AND left(tgname, %s) = %s"""
    with connection.cursor() as cursor:
        cursor.execute(statement, [len(_PREFIX), _PREFIX] * (statement.count("%s") // 2))
        return dict(cursor.fetchall())


def _definitions(connection: BaseDatabaseWrapper) -> dict[str, tuple[str, str]]:
    """Return by name the statement of each trigger and function, and what the database stores of it."""
    sql = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    tables = set(connection.introspection.table_names())
    models_of_tables = [model for model in content_models() if model._meta.db_table in tables]
    return (
        {name: (statement, stored) for name, statement, stored in sql(models_of_tables)}
        if TABLE in tables
        else {}
    )


def _on_sqlite(content: list[type[models.Model]]) -> Iterator[tuple[str, str, str]]:
    for model in content:
        table = model._meta.db_table
        for event, rows in _EVENTS.items():
            name = f"{_PREFIX}{table.removeprefix('timeline_')}_{event.lower()}"
            condition = _condition(model, rows)
            statement = f"CREATE TRIGGER {name} AFTER {event} ON {table} WHEN {condition} BEGIN {_RAISE_ON_SQLITE}; END"
            yield name, statement, statement


def _on_postgresql(content: list[type[models.Model]]) -> Iterator[tuple[str, str, str]]:
    def function(name: str, type: str, body: str) -> tuple[str, str, str]:
        return name, f"CREATE FUNCTION {name}() RETURNS {type} LANGUAGE plpgsql AS $${body}$$", body

    def trigger(name: str, table: str, event: str, each: str, called: str) -> tuple[str, str, str]:
        statement = (
            f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {called}()"
        )
        return f"{name} ON {table}", statement, "O"

    yield function(_FUNCTION, "void", _RAISE_ON_POSTGRESQL)
    truncated = f"{_PREFIX}truncated"
    yield function(truncated, "trigger", f" BEGIN PERFORM {_FUNCTION}(); RETURN NULL; END ")
    for model in content:
        table = model._meta.db_table
        name = f"{_PREFIX}{table.removeprefix('timeline_')}_changed"
        # The row before an insertion and that after a deletion are NULL.
        condition = _condition(model, ("old", "new"))
        body = f" BEGIN IF {condition} THEN PERFORM {_FUNCTION}(); END IF; RETURN NULL; END "
        yield function(name, "trigger", body)
        yield trigger(f"{_PREFIX}changed", table, "INSERT OR UPDATE OR DELETE", "ROW", name)
        yield trigger(truncated, table, "TRUNCATE", "STATEMENT", truncated)


def _condition(model: type[models.Model], rows: tuple[str, ...]) -> str:
    """Return the condition that visitors can see one of the rows, or could."""
    conditions = [CONDITIONS[model]] if model in CONDITIONS else []
    if owner := owner_column(model):
        # A part of a record is as public as the record.
        column, table = owner
        is_public = f"SELECT 1 FROM {table} WHERE id = {{row}}.{column} AND published_at IS NOT NULL"
        conditions.append(f"EXISTS ({is_public})")
    of_one = " AND ".join(conditions) or "1 = 1"
    return " OR ".join(f"({of_one.format(row=row)})" for row in rows)


def owner_column(model: type[models.Model]) -> tuple[str, str] | None:
    """Return the column with the record of which a row of this model is a part, and its table; None for other models.

    It is the first that refers to a record and has no rule of deletion of its own: the part is deleted with the record.
    """
    for field in model._meta.local_concrete_fields:
        if not isinstance(field, models.ForeignKey) or not issubclass(field.related_model, Record):
            continue
        if field.remote_field.on_delete in (models.CASCADE, models.DO_NOTHING):
            owner = field.related_model._meta.get_field("status").model
            return field.column, owner._meta.db_table
    return None

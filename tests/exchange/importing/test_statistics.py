"""After a large import PostgreSQL knows how many rows its tables have; it is not left to plan for empty ones."""

import pytest
from django.db import connection

from tests.dry_runs import content
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.importing.statistics import LARGE_IMPORT
from timeline.models import Topic

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="Of PostgreSQL only"),
    pytest.mark.django_db(transaction=True),
]


def topics(number):
    return content(topics=[{"slug": f"topic-{one}", "title": f"主题{one}"} for one in range(number)])


def known_rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [Topic._meta.db_table])
        return cursor.fetchone()[0]


@pytest.fixture(autouse=True)
def no_automatic_statistics():
    statement = (
        f"ALTER TABLE {connection.ops.quote_name(Topic._meta.db_table)} SET (autovacuum_enabled = {{}})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.format("false"))
        cursor.execute(f"ANALYZE {connection.ops.quote_name(Topic._meta.db_table)}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(statement.format("true"))


def test_the_rows_of_a_large_import_are_known_after_it():
    import_files(topics(LARGE_IMPORT))
    assert known_rows() == LARGE_IMPORT


def test_a_small_import_and_a_dry_run_leave_statistics_to_the_database():
    import_files(topics(LARGE_IMPORT - 1))
    import_files(topics(LARGE_IMPORT), dry_run=True)
    assert known_rows() < LARGE_IMPORT - 1


def test_rows_that_change_nothing_count_nothing():
    import_files(topics(LARGE_IMPORT - 1))
    import_files(topics(LARGE_IMPORT - 1))
    assert known_rows() < LARGE_IMPORT - 1

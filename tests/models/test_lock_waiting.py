"""A block that does not wait for the lock of the database."""

import pytest
from django.db import OperationalError, connection

from tests.factories import make_topic
from tests.sqlite_files import in_a_file, somebody_writing
from timeline.models import Topic
from timeline.models.lock_waiting import without_waiting

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="Only SQLite locks the whole database."),
]


def busy_timeout():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        return cursor.fetchone()[0]


def test_whoever_does_not_wait_fails_where_somebody_writes_and_waits_again_afterwards(tmp_path):
    path = tmp_path / "site.sqlite3"
    make_topic()
    with in_a_file(path):
        timeout = busy_timeout()
        with somebody_writing(path), without_waiting():
            assert busy_timeout() == 0
            with pytest.raises(OperationalError):
                Topic.objects.update(title="甲")
        assert busy_timeout() == timeout

"""Outside a transaction, as each request is: a known page is answered without a query, a change is seen in a second."""

import contextlib
import sqlite3

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_topic
from tests.servers import connection_url, serving, serving_sqlite, until
from timeline.models import content_version


@pytest.mark.django_db(transaction=True)
def test_a_known_page_is_answered_without_a_query(client, monkeypatch):
    content_version.forget()
    monkeypatch.setattr(content_version, "MAX_AGE", 3600)
    page = client.get("/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/", headers={"if-none-match": page["ETag"]}).status_code == 304
    assert len(captured) == 0
    make_topic()
    content_version.forget()
    assert client.get("/", headers={"if-none-match": page["ETag"]}).status_code == 200


def tags(server):
    """Return the validators with which the workers answer, of several requests."""
    heads = [server.answer("GET /about/") for _time in range(20)]
    return {line for head in heads for line in head.splitlines() if line.lower().startswith("etag")}


def is_seen_by_all_workers(server, before):
    return until(lambda: not tags(server) & before and len(tags(server)) == 1)


@pytest.mark.long
def test_every_worker_sees_what_another_program_writes_to_sqlite(tmp_path):
    with serving_sqlite(tmp_path, "--workers", "2") as server:
        before = tags(server)
        assert len(before) == 1
        with contextlib.closing(sqlite3.connect(tmp_path / "chronicle.sqlite3")) as other, other:
            other.execute(
                "INSERT INTO timeline_formeraddress (\"table\", slug, record) VALUES ('topic', 'former', 1)"
            )
        assert is_seen_by_all_workers(server, before)


@pytest.mark.long
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is asked above")
@pytest.mark.django_db(transaction=True)
def test_every_worker_sees_what_another_process_writes_to_postgresql(tmp_path):
    database = connection_url(connection)
    with serving(tmp_path, database, "--workers", "2") as server:
        before = tags(server)
        assert len(before) == 1
        make_topic()
        assert is_seen_by_all_workers(server, before)

"""Monitors learn whether the process answers and whether it can serve the site; visitors find no such pages."""

import json

import pytest
from django.db import OperationalError

from tests.servers import serving_sqlite
from tests.wsgi import ask
from timeline.operation import health
from timeline.operation.disk import free_bytes
from timeline.operation.health import PROCESS, READINESS, READINESS_CHECKS, HealthPages
from timeline.operation.monitors import FORWARDING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]


def visitors_page(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"a page of Django"]


@pytest.fixture
def pages():
    return HealthPages(visitors_page)


def away():
    raise OperationalError("the server closed the connection")


def test_the_process_answers_without_a_query_whatever_the_host(pages, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = ask(pages, PROCESS, HTTP_HOST="nowhere.invalid")
    assert answer.status == 200
    assert json.loads(answer.body) == {"status": "ok", "checks": {"process": "ok"}}
    assert answer.headers["cache-control"] == "no-store"


def test_a_site_that_can_be_served_is_ready(pages, django_assert_num_queries):
    free_bytes()  # PostgreSQL is asked once in a process where its data are
    # The ping, the table of migrations and its rows, the version.
    with django_assert_num_queries(4):
        answer = ask(pages, READINESS, HTTP_HOST="nowhere.invalid")
    assert answer.status == 200
    assert json.loads(answer.body)["checks"] == dict.fromkeys(READINESS_CHECKS, "ok")


def test_readiness_is_asked_of_the_database_once_a_second(pages, django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(health, "MAX_AGE", 3600)
    ask(pages, READINESS)
    with django_assert_num_queries(0):
        assert ask(pages, READINESS).status == 200


@pytest.mark.parametrize("path", [PROCESS, READINESS])
@pytest.mark.parametrize("header", FORWARDING)
def test_a_visitor_who_comes_through_a_proxy_finds_no_such_page(pages, path, header):
    assert ask(pages, path, **{header: "203.0.113.7"}).body == b"a page of Django"


@pytest.mark.parametrize("address", ["/", "/readyz/", "/en/readyz"])
def test_every_other_address_is_answered_by_django(pages, address):
    assert ask(pages, address).body == b"a page of Django"


def test_nothing_can_be_sent_to_them(pages):
    assert ask(pages, PROCESS, "POST").body == b"a page of Django"


def test_head_has_no_body(pages):
    answer = ask(pages, PROCESS, "HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_while_the_database_is_away_the_process_answers_and_is_not_ready(pages, monkeypatch, caplog):
    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", lambda *arguments: away())
    answer = ask(pages, READINESS)
    assert answer.status == 503
    checks = json.loads(answer.body)["checks"]
    assert (checks["database"], checks["content_version"]) == ("failing", "failing")
    assert "Not ready, database: the server closed the connection" in caplog.text
    # Who may have asked learns no more than that.
    assert b"connection" not in answer.body
    assert ask(pages, PROCESS).status == 200


def test_a_database_from_before_a_migration_is_not_ready(pages):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="timeline").order_by("-id")[0].delete()
    assert json.loads(ask(pages, READINESS).body)["checks"]["migrations"] == "pending"


def test_a_database_that_a_later_version_has_migrated_is_ready_so_that_the_workers_of_this_one_still_serve(
    pages,
):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.create(app="timeline", name="9999_later")
    assert ask(pages, READINESS).status == 200


def test_without_room_on_the_disk_the_site_is_not_ready(pages, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("Usage", (), {"free": 10**6}))
    assert json.loads(ask(pages, READINESS).body)["checks"]["disk"] == "full"


def test_only_one_thread_waits_for_the_database(pages, monkeypatch):
    monkeypatch.setattr(health, "PATIENCE", 0.01)
    with pages._lock:
        answer = ask(pages, READINESS)
    assert (answer.status, json.loads(answer.body)["checks"]) == (503, {"database": "slow"})


@pytest.mark.long
@pytest.mark.any_database
def test_the_server_answers_monitors_and_has_no_such_pages_for_visitors(tmp_path):
    with serving_sqlite(tmp_path) as server:
        for path in (PROCESS, READINESS):
            with server.sent(f"GET {path}") as connection:
                assert connection.recv(1000).startswith(b"HTTP/1.1 200")
            assert (
                server.answer(
                    f"GET {path}", "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\n"
                ).split()[1]
                == "404"
            )

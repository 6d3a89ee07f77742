"""Prometheus reads the figures of the site; visitors find no such page, and what cannot be read is left out."""

import datetime

import pytest
from django.db import OperationalError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from tests import factories as make
from tests.servers import serving_sqlite, until
from tests.wsgi import ask
from timeline.models import ImportJob, PreparedImport, QueuedMail, content_version
from timeline.models.import_jobs import JobState
from timeline.operation import metrics
from timeline.operation.backup_files import new_name
from timeline.operation.metrics import PATH, MetricsPage
from timeline.operation.monitors import FORWARDING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]


def visitors_page(environ, start_response):
    start_response("404 Not Found", [("Content-Type", "text/plain")])
    return [b"a page of Django"]


@pytest.fixture
def page():
    return MetricsPage(visitors_page)


def figures(body):
    """Return the values by name and labels, as a client of Prometheus reads them."""
    families = text_string_to_metric_families(body.decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


def figures_of(page):
    return figures(ask(page, PATH, HTTP_HOST="nowhere.invalid").body)


@pytest.mark.parametrize("header", FORWARDING)
def test_a_visitor_who_comes_through_a_proxy_finds_no_such_page(page, header):
    assert ask(page, PATH, **{header: "203.0.113.7"}).body == b"a page of Django"


@pytest.mark.parametrize("address", ["/", "/metrics/", "/en/metrics"])
def test_every_other_address_is_answered_by_django(page, address):
    assert ask(page, address).body == b"a page of Django"


def test_it_is_text_that_nobody_stores(page):
    answer = ask(page, PATH)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["cache-control"] == "no-store"
    assert ask(page, PATH, "HEAD").body == b""


def test_a_site_that_is_well_has_all_figures(page, settings, tmp_path):
    settings.BACKUP_FOLDER = str(tmp_path)
    found = figures_of(page)
    for check in ("database", "migrations", "content_version", "disk"):
        assert found["chronicle_ready", check] == 1
    assert found["chronicle_import_jobs", "failed"] == 0
    assert found["chronicle_mails_waiting",] == 0
    assert found["chronicle_backups",] == 0
    assert any(name[0] == "chronicle_disk_free_bytes" for name in found)
    # Nothing stands for a backup that is not there.
    assert ("chronicle_newest_backup_age_seconds",) not in found


def test_jobs_are_counted_by_state_and_the_oldest_tells_how_long_it_waits(page):
    user = make.make_editor()
    an_hour = timezone.now() - datetime.timedelta(hours=1)
    for state in (JobState.FAILED, JobState.FAILED, JobState.QUEUED):
        prepared = PreparedImport.objects.create(created_by=user, name="a.csv", content=b"")
        ImportJob.objects.create(
            token=prepared.token, prepared=prepared, created_by=user, state=state, queued_at=an_hour
        )
    found = figures_of(page)
    assert found["chronicle_import_jobs", "failed"] == 2
    assert found["chronicle_import_jobs", "queued"] == 1
    assert 3600 <= found["chronicle_import_jobs_waiting_seconds",] < 3700


def test_mails_that_wait_are_counted(page):
    QueuedMail.objects.create(user=make.make_editor(), subject="a", body="b")
    assert figures_of(page)["chronicle_mails_waiting",] == 1


def test_the_content_version_counts_changes(page):
    make.make_milestone()
    assert figures_of(page)["chronicle_content_version",] == content_version.read().number > 0


def test_the_newest_backup_tells_its_age(page, settings, tmp_path):
    settings.BACKUP_FOLDER = str(tmp_path)
    for hours in (30, 3):
        moment = timezone.now() - datetime.timedelta(hours=hours)
        (tmp_path / new_name(moment, encrypted=False)).touch()
    found = figures_of(page)
    assert found["chronicle_backups",] == 2
    assert 3 * 3600 - 1 <= found["chronicle_newest_backup_age_seconds",] < 3 * 3600 + 100


def test_a_folder_of_backups_that_is_gone_leaves_its_figures_out(page, settings, tmp_path):
    settings.BACKUP_FOLDER = str(tmp_path / "gone")
    found = figures_of(page)
    assert ("chronicle_backups",) not in found
    assert found["chronicle_ready", "database"] == 1


def test_while_the_database_is_away_the_rest_is_told(page, monkeypatch):
    def away(*arguments):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", away)
    found = figures_of(page)
    assert found["chronicle_ready", "database"] == 0
    assert ("chronicle_content_version",) not in found
    assert any(name[0] == "chronicle_disk_free_bytes" for name in found)


def test_the_database_is_asked_once_a_second(page, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(metrics, "MAX_AGE", 3600)
    ask(page, PATH)
    with django_assert_num_queries(0):
        assert ask(page, PATH).status == 200


def test_only_one_thread_waits_for_the_database(page, monkeypatch):
    monkeypatch.setattr(metrics, "PATIENCE", 0.01)
    with page._lock:
        answer = ask(page, PATH)
    assert answer.status == 200
    assert b"chronicle_ready" not in answer.body


@pytest.mark.long
@pytest.mark.any_database
def test_all_workers_of_a_server_count_together_and_visitors_find_no_figures(tmp_path):
    with serving_sqlite(tmp_path, "--workers", "2") as server:
        for _time in range(40):
            assert server.answer("GET /en/about/", "Connection: close\r\n").startswith("HTTP/1.1 200")

        def counted():
            with server.sent(f"GET {PATH}", "Connection: close\r\n") as connection:
                received = b""
                while data := connection.recv(65536):
                    received += data
            return figures(received.partition(b"\r\n\r\n")[2]).get(
                ("chronicle_requests_total", "2xx", "timeline:about")
            )

        # A kept page is answered in far less than its count takes to be written.
        assert until(lambda: counted() == 40)
        assert server.answer(f"GET {PATH}", "X-Forwarded-For: 203.0.113.7\r\n").split()[1] == "404"

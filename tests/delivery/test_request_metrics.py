"""Requests are counted by view and class of status, in few series whatever is asked for, by all workers together."""

import os
import subprocess
import sys

import pytest

from tests.factories import ROOT
from tests.moments import Content
from tests.wsgi import Pages, ask
from timeline.delivery.page_cache import PageCache
from timeline.delivery.request_metrics import (
    KEPT,
    NO_VIEW,
    REGISTRY,
    STATIC,
    VIEW,
    CountedRequests,
    new_folder,
)

pytestmark = pytest.mark.usefixtures("kept_connection")


def answering(status, view=None, **environ_too):
    def application(environ, start_response):
        environ.update(environ_too)
        if view:
            environ[VIEW] = view
        start_response(status, [])
        return [b""]

    return CountedRequests(application)


def requests(view, status):
    return REGISTRY.get_sample_value("chronicle_requests_total", {"view": view, "status": status}) or 0


def timed(answered):
    return REGISTRY.get_sample_value("chronicle_request_seconds_count", {"answered": answered}) or 0


@pytest.mark.parametrize(
    ("status", "counted"), [("200 OK", "2xx"), ("304 Not Modified", "3xx"), ("404 Not Found", "4xx")]
)
def test_a_request_counts_for_its_view_and_the_class_of_its_status(status, counted):
    before = requests("timeline:about", counted)
    assert ask(answering(status, "timeline:about")).status == int(status[:3])
    assert requests("timeline:about", counted) == before + 1


def test_an_application_that_fails_counts_as_a_server_error():
    def application(environ, start_response):
        raise RuntimeError

    before = requests(NO_VIEW, "5xx")
    with pytest.raises(RuntimeError):
        ask(CountedRequests(application))
    assert requests(NO_VIEW, "5xx") == before + 1


def test_addresses_without_a_view_add_no_series():
    ask(answering("404 Not Found"), "/wp-login.php")
    series = sum(len(metric.samples) for metric in REGISTRY.collect())
    for number in range(20):
        ask(answering("404 Not Found"), f"/wp-{number}.php")
    assert sum(len(metric.samples) for metric in REGISTRY.collect()) == series


def test_static_files_kept_pages_and_others_are_timed_apart():
    before = {name: timed(name) for name in ("kept", "made", STATIC)}
    ask(answering("200 OK"), "/static/css/site.css")
    ask(answering("200 OK", "timeline:about", **{KEPT: True}))
    ask(answering("200 OK", "timeline:about"))
    assert {name: timed(name) - count for name, count in before.items()} == {"kept": 1, "made": 1, STATIC: 1}


def test_a_kept_page_counts_for_the_view_that_made_it(monkeypatch):
    content = Content()
    pages = Pages(content)
    pages.before = lambda environ: environ.update({VIEW: "timeline:made"})
    cache = CountedRequests(PageCache(pages, 2**20, content.moment))
    before = timed("kept")
    for _time in range(3):
        ask(cache)
    assert pages.made == 1
    assert requests("timeline:made", "2xx") == 3
    assert timed("kept") == before + 2


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "view"), [("/en/about/", "timeline:about"), ("/admin/", "admin:index")])
def test_django_tells_the_name_of_the_view(client, address, view):
    assert client.get(address).wsgi_request.META[VIEW] == view


@pytest.mark.django_db
def test_an_unknown_address_has_no_view(client):
    assert VIEW not in client.get("/wp-login.php").wsgi_request.META


def test_a_count_that_cannot_be_written_costs_no_answer(monkeypatch, caplog):
    def fail(*labels):
        raise OSError("No space left on device")

    monkeypatch.setattr("timeline.delivery.request_metrics.REQUESTS.labels", fail)
    assert ask(answering("200 OK")).status == 200
    assert "cannot be counted" in caplog.text


def test_the_folder_of_a_server_is_private_and_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    folder = new_folder("127.0.0.1-8000")
    (folder / "counter_1.db").touch()
    assert new_folder("127.0.0.1-8000") == folder
    assert list(folder.iterdir()) == []
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_server_that_starts_takes_nothing_from_another_at_its_address(tmp_path, monkeypatch):
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    with subprocess.Popen(["sleep", "60"]) as other:
        running = tmp_path / f"chronicle-metrics-{os.geteuid()}-127.0.0.1-8000-{other.pid}"
        running.mkdir()
        (running / "counter_1.db").touch()
        assert new_folder("127.0.0.1-8000") != running
        assert [*running.iterdir()]
        other.kill()
    # Its number is that of no process any more.
    folder = new_folder("127.0.0.1-8000")
    assert [*tmp_path.iterdir()] == [folder]


def test_a_folder_that_somebody_has_prepared_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    folder = new_folder("8000")
    folder.rmdir()
    (tmp_path / "elsewhere").mkdir()
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        new_folder("8000")


COUNTING = """
import django
django.setup()
from prometheus_client import generate_latest
from timeline.delivery.request_metrics import REQUESTS, registry
REQUESTS.labels("timeline:about", "2xx").inc()
print(generate_latest(registry()).decode())
"""


def test_several_processes_count_together(tmp_path):
    settings = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    printed = ""
    for _process in range(2):
        command = [sys.executable, "-c", COUNTING]
        printed = subprocess.run(
            command, cwd=ROOT, env=os.environ | settings, check=True, capture_output=True, text=True
        ).stdout
    assert 'chronicle_requests_total{status="2xx",view="timeline:about"} 2.0' in printed

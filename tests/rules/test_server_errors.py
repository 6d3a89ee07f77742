"""A server error fails the test in which it happens. The cases run in a pytest process of their own."""

import os
import subprocess
import sys

import pytest

from tests.factories import ROOT

CASES = """
import logging
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path

from ningbo_site.urls import urlpatterns as pages

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def fails(request):
    raise ValueError


def breaks_off(request):
    def content():
        yield b"half"
        raise ValueError
    return StreamingHttpResponse(content())


urlpatterns = [
    path("fails/", fails),
    path("breaks-off/", breaks_off),
    path("refuses/", lambda request: HttpResponse(status=503)),
    *pages,
]
visitor = Client(raise_request_exception=False)


@pytest.fixture(scope="module")
def walked():
    logging.getLogger("django.request").error("a walk that many tests share met a failure")


def test_by_the_client():
    visitor.get("/fails/")


def test_by_a_status():
    visitor.get("/refuses/")


def test_by_a_stream():
    with pytest.raises(ValueError):
        b"".join(visitor.get("/breaks-off/").streaming_content)


def test_by_a_server(live_server):
    with pytest.raises(HTTPError):
        urlopen(f"{live_server.url}/fails/")


def test_with_the_log_taken_away():
    logging.getLogger("django.request").disabled = True
    visitor.get("/fails/")
    logging.getLogger("django.request").disabled = False


def test_in_a_fixture(walked):
    pass


def test_without_a_failure():
    assert visitor.get("/nowhere/").status_code == 404


@pytest.mark.expected_server_error
def test_expected():
    visitor.get("/fails/")


@pytest.mark.expected_server_error
def test_expected_in_vain():
    visitor.get("/admin/login/")


@pytest.mark.expected_server_error
@pytest.mark.skip
def test_expected_and_skipped():
    pass
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases")
    (folder / "test_cases.py").write_text(CASES, encoding="utf-8")
    options = [
        "-c",
        str(ROOT / "pyproject.toml"),
        "-p",
        "tests.server_errors",
        "-p",
        "no:cacheprovider",
        "--no-migrations",
        "-rA",
        "-q",
    ]
    # SQLite in memory: on a server, two workers would create the same test database at the same time.
    environment = os.environ | {"TEST_DATABASE_URL": ""}
    command = [sys.executable, "-m", "pytest", *options, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    return done.stdout


def went_wrong(outcome: str, name: str) -> bool:
    return any(line.startswith("ERROR") and f"::test_{name} " in f"{line} " for line in outcome.splitlines())


@pytest.mark.parametrize(
    "name",
    [
        "by_the_client",
        "by_a_status",
        "by_a_stream",
        "by_a_server",
        "with_the_log_taken_away",
        "in_a_fixture",
        "expected_in_vain",
    ],
)
def test_a_failure_that_no_test_expected_fails_the_test(outcome, name):
    assert went_wrong(outcome, name), outcome


@pytest.mark.parametrize("name", ["without_a_failure", "expected", "expected_and_skipped"])
def test_what_is_expected_or_no_failure_fails_nothing(outcome, name):
    assert not went_wrong(outcome, name), outcome


def test_the_report_says_what_failed(outcome):
    assert "Internal Server Error: /fails/" in outcome
    assert "Streaming response broke off: /breaks-off/" in outcome

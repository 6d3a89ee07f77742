"""Logging of errors: an id on the page and in the log, log lines safe from forgery, mails without secrets."""

import io
import logging
import re
import sys
import threading

import pytest
from django.core import mail
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from ningbo_site import urls
from ningbo_site.request_logging import (
    ID_ALPHABET,
    MAIL_THREAD,
    MAX_MAILS,
    ErrorMailHandler,
    RequestFilter,
    RequestFormatter,
    username_of,
)
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

FORGED = "2026-01-01T00:00:00+0800 ERROR 0123456789AB - django.request forged"


ROW = "DETAIL: Failing row contains (pbkdf2_sha256$hash)"


def fails(request):
    request.user.is_authenticated  # noqa: B018
    request.POST.get("title")
    raise ValueError(f"broken\n{FORGED}\n{ROW}")


def streams(request):
    def content():
        yield b"the first half"
        raise ValueError("no second half")

    return StreamingHttpResponse(content())


def warns(request):
    logging.getLogger("timeline.anything").warning("from %s", "anywhere")
    return HttpResponse()


handler500 = urls.handler500
urlpatterns = [
    path("fails/", fails),
    path("admin/fails/", fails),
    path("streams/", streams),
    path("warns/", warns),
    *urls.urlpatterns,
]


@pytest.fixture
def log():
    """Capture what the site logs to standard error."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RequestFilter())
    handler.setFormatter(RequestFormatter())
    logging.getLogger().addHandler(handler)
    yield stream.getvalue
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


def test_every_answer_has_an_id_that_can_be_read_out(client):
    ids = [client.get(address)["X-Request-ID"] for address in ("/", "/nowhere/", "/admin/", "/?q=%00")]
    assert len({*ids}) == 4
    assert all(re.fullmatch(f"[{ID_ALPHABET}]{{12}}", text) for text in ids)


@pytest.mark.expected_server_error
def test_a_failure_is_logged_with_its_traceback_under_the_id_that_the_page_shows(visitor, log):
    answer = visitor.get("/fails/")
    key = answer["X-Request-ID"]
    assert answer.status_code == 500
    assert key in answer.content.decode()
    line, *traceback = log().splitlines()
    assert re.fullmatch(
        rf"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[+]0800 ERROR {key} - django.request Internal Server Error: /fails/",
        line,
    )
    assert any("in fails" in text for text in traceback)
    assert "    ValueError: broken" in traceback


@pytest.mark.expected_server_error
def test_nothing_that_is_logged_can_pass_for_another_line(visitor, log):
    visitor.get("/fails/")
    visitor.get(f"/nowhere%0A{FORGED}/")
    visitor.get(f"/nowhere%E2%80%A8{FORGED}%1B[2J/")
    starts = [line for line in re.split("[\n\r\u2028\x85]", log()) if line and not line.startswith("    ")]
    assert len(starts) == 3
    assert not any(line.startswith("2026-01-01T00:00:00") for line in starts)
    assert "\x1b" not in log()


def test_a_name_with_a_line_break_stays_in_its_line(log):
    request = RequestFactory().get("/")
    request.user = make.make_user(username=f"wang\n{FORGED}")
    logging.getLogger("django.request").warning("refused", extra={"request": request})
    assert log().count("\n") == 1
    assert "wang\\n" in log()


@pytest.mark.expected_server_error
def test_the_log_says_whose_request_failed(visitor, log):
    visitor.force_login(make.make_editor(username="wang"))
    visitor.get("/fails/")
    assert " wang django.request Internal Server Error" in log()


def test_the_log_does_not_ask_the_database_who_it_was(rf, client, log, django_assert_num_queries):
    client.force_login(make.make_editor(username="wang"))
    with django_assert_num_queries(0):
        assert client.get("/warns/").status_code == 200
    assert re.search(r"WARNING [0-9A-Z]{12} - timeline.anything from anywhere", log())


def test_an_account_that_cannot_be_read_does_not_break_the_log():
    class Broken:
        @property
        def is_authenticated(self):
            raise RuntimeError

    request = RequestFactory().get("/")
    request.user = Broken()
    assert username_of(request) == "-"


def test_outside_a_request_the_log_says_so(client, log):
    client.get("/")
    logging.getLogger("timeline").warning("a command")
    assert "WARNING - - timeline a command" in log()


@pytest.mark.expected_server_error
def test_a_download_that_breaks_off_is_logged_under_its_id(client, log):
    answer = client.get("/streams/")
    content = answer.streaming_content
    assert next(content) == b"the first half"
    with pytest.raises(ValueError, match="no second half"):
        next(content)
    assert (
        f" ERROR {answer['X-Request-ID']} - django.request Streaming response broke off: /streams/" in log()
    )
    assert "    ValueError: no second half" in log()


@pytest.mark.parametrize(
    ("address", "host", "words"),
    [
        ("/nowhere/", "testserver", "Not Found: /nowhere/"),
        ("/", "elsewhere.example", "Invalid HTTP_HOST header: 'elsewhere.example'"),
        ("/admin/?q=%00", "testserver", "NUL in the address or a cookie: /admin/"),
    ],
)
def test_a_refused_request_is_one_warning_without_a_traceback_and_without_a_mail(
    client, log, settings, address, host, words
):
    settings.ADMINS = [("", "admin@chronicle.example")]
    client.get(address, headers={"host": host})
    (line,) = log().splitlines()
    assert " WARNING " in line
    assert words in line
    assert not mail.outbox


def test_a_refusal_with_a_cause_says_what_and_where_it_was(client, log):
    client.force_login(make.make_editor())
    assert client.get("/admin/timeline/milestone/add/?phase=abc").status_code == 400
    (line,) = log().splitlines()
    assert re.search(r"\[ValueError: Field 'id' expected a number but got 'abc'\., .+\.py:\d+\]$", line)


# The request id of a proxy


def test_only_a_proxy_that_is_trusted_gives_the_id(client, settings):
    given = {"X-Request-ID": "0b5d3c2e9f6a4d1b8c7e"}
    assert client.get("/", headers=given)["X-Request-ID"] != given["X-Request-ID"]
    settings.BEHIND_PROXY = True
    assert client.get("/", headers=given)["X-Request-ID"] == given["X-Request-ID"]


@pytest.mark.parametrize(
    "given", ["", "short", "a" * 65, "0b5d3c2e\n9f6a", "<b>0b5d3c2e9f6a</b>", "０b5d3c2e9f6a"]
)
def test_an_id_of_another_form_is_not_taken_from_a_proxy(client, settings, given):
    settings.BEHIND_PROXY = True
    answer = client.get("/", HTTP_X_REQUEST_ID=given)
    assert re.fullmatch(f"[{ID_ALPHABET}]{{12}}", answer["X-Request-ID"])


# Mails


@pytest.fixture
def administrator(settings):
    """Somebody to whom errors are mailed, none of which was mailed before."""
    settings.ADMINS = [("", "admin@chronicle.example")]
    for handler in logging.getLogger().handlers:
        if isinstance(handler, ErrorMailHandler):
            handler._mailed.clear()


def mails():
    """What was mailed, after the threads that send it have ended."""
    for thread in threading.enumerate():
        if thread.name == MAIL_THREAD:
            thread.join()
    return mail.outbox


@pytest.mark.expected_server_error
def test_an_error_is_mailed_with_its_id_and_what_helps_to_find_it(visitor, administrator):
    visitor.force_login(make.make_editor(username="wang"))
    answer = visitor.post("/admin/fails/?step=2", {"title": "题名"})
    (message,) = mails()
    assert message.to == ["admin@chronicle.example"]
    for words in (
        answer["X-Request-ID"],
        "POST /admin/fails/",
        "User: wang",
        "title",
        "in fails",
        "ValueError: broken",
    ):
        assert words in message.body


@pytest.mark.expected_server_error
def test_an_error_mail_holds_nothing_that_was_typed_and_no_secret(visitor, administrator):
    visitor.force_login(make.make_editor())
    secrets = {
        "password": "correct-horse", "code": "123456", "title": "未公开的题名", "csrfmiddlewaretoken": "token-of-a-form",
    }  # fmt: skip
    visitor.post(
        "/admin/fails/?next=typed-into-the-address",
        secrets,
        # Granian passes its process environment to the application.
        DATABASE_URL="postgres://chronicle:database-password@db/chronicle",
        HTTP_AUTHORIZATION="Basic authorization",
    )
    (message,) = mails()
    sent = f"{message.subject}\n{message.body}"
    session = visitor.cookies["sessionid"].value
    for secret in (
        *secrets.values(),
        "database-password",
        session,
        "authorization",
        "pbkdf2",
        "into-the-address",
    ):
        assert secret not in sent
    assert not message.alternatives


@pytest.mark.expected_server_error
def test_a_mail_server_that_fails_takes_no_answer_away(visitor, administrator, settings, log, monkeypatch):
    settings.EMAIL_BACKEND = "no.such.backend"
    monkeypatch.setattr(logging, "raiseExceptions", False)
    assert visitor.get("/fails/").status_code == 500
    assert "Internal Server Error: /fails/" in log()


@pytest.mark.expected_server_error
def test_the_same_error_is_mailed_once_and_another_one_too(visitor, administrator):
    for _time in range(3):
        visitor.get("/fails/")
    logging.getLogger("timeline").error("another")
    assert len(mails()) == 2


def test_errors_without_end_are_not_mailed_without_end(administrator):
    for number in range(MAX_MAILS + 5):
        # Each of these is raised at a place of its own.
        try:
            exec(compile("\n" * number + "1 / 0", "made", "exec"))
        except ZeroDivisionError:
            logging.getLogger("timeline").exception("broken")
    assert len(mails()) == MAX_MAILS


def test_a_traceback_without_a_request_is_mailed_too(administrator):
    try:
        raise LookupError("a command failed")
    except LookupError:
        logging.getLogger("timeline").error("import\nsecond line", exc_info=sys.exc_info())
    (message,) = mails()
    assert "LookupError: a command failed" in message.body
    assert "second line" not in message.body

"""Limits of requests: read-only pages accept no body, forms have limits, and each refusal names its limit."""

import contextlib
import io
import threading
import wsgiref.util

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import clear_url_caches, reverse
from django.utils.http import urlencode

from ningbo_site.request_limits import RequestLimitsMiddleware, body_limit
from ningbo_site.wsgi import application
from tests import factories as make
from tests.connections import kept_connection
from tests.forms import address, opened

pytestmark = pytest.mark.django_db

URLENCODED = "application/x-www-form-urlencoded"
KEPT = "kept in this browser"


@pytest.fixture(scope="module", autouse=True)
def addresses_made_anew():
    """Clear the URL caches, because the addresses of a site in English must not leak into other modules."""
    yield
    clear_url_caches()


@pytest.fixture(autouse=True)
def in_english(settings):
    """Use English, the language of the source strings."""
    settings.LANGUAGE_CODE = "en"
    settings.LANGUAGES = [("en", "English"), ("zh-hans", "简体中文"), ("zh-hant", "繁體中文")]


@pytest.fixture
def editor(client):
    client.force_login(make.make_editor())
    return client


class Unread:
    """A body that must not be read."""

    def read(self, size=-1):
        raise AssertionError("the body was read")

    readline = read


def send(client, path, method="POST", length="1000", content_type=URLENCODED, **headers):
    """Send a request whose body fails the test when it is read."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_TYPE": content_type,
        "wsgi.input": Unread(),
    }
    return client.request(**environ, **({"CONTENT_LENGTH": length} if length else {}), **headers)


def said(answer):
    return answer.content.decode()


# Read-only pages


@pytest.mark.parametrize(
    "path", ["/", "/about/", "/zh-hant/", "/entries.xlsx", "/nowhere/", "/static/css/site.css"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_public_address_can_only_be_read(client, path, method):
    answer = send(client, path, method, length="600000000")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
    assert "can only be read" in said(answer) or path.startswith("/zh-hant")
    assert KEPT not in said(answer)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_body_sent_to_a_page_for_reading_is_not_read(client, editor, method):
    for path in ("/", "/admin/", address("add")):
        assert send(client, path, method, length="600000000").status_code < 406


def test_the_admin_takes_nothing_but_forms(editor):
    answer = send(editor, address("add"), "PUT")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, OPTIONS, POST"


def test_an_address_with_too_many_parameters_is_refused_before_it_is_read(client):
    answer = client.get("/?" + "&".join(f"topic={number}" for number in range(1001)))
    assert answer.status_code == 400
    assert "at most 1000 parameters" in said(answer)
    most = "&".join(f"topic={number}" for number in range(999))
    assert client.get(f"/?{most}", follow=True).status_code == 200


# Lengths


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/admin/login/", "64.0 KB"),
        ("/admin/second-factor/", "64.0 KB"),
        ("/admin/auth/user/add/", "64.0 KB"),
        ("/admin/nowhere/", "64.0 KB"),
        (reverse("admin:timeline_milestone_add"), "2.5 MB"),
        (reverse("admin:timeline_milestone_changelist"), "2.5 MB"),
        (reverse("admin:timeline_importbatch_upload"), "64.0 MB"),
    ],
)
def test_what_is_declared_too_long_is_refused_unread_with_the_limit(editor, path, size):
    answer = send(editor, path, length=str(70_000_000))
    assert answer.status_code == 413
    assert f"at most {size}" in said(answer).replace("\xa0", " ")


def test_a_form_too_long_is_still_in_the_browser_and_one_link_away(editor):
    path = address("add")
    answer = send(editor, f"{path}", length="3000000")
    assert KEPT in said(answer)
    assert f'href="{path}"' in said(answer)


@pytest.mark.parametrize("path", ["/admin/login/", reverse("admin:timeline_importbatch_upload")])
def test_what_no_browser_keeps_is_not_said_to_be_kept(editor, path):
    assert KEPT not in said(send(editor, path, length="70000000"))


def test_the_refusal_is_in_the_language_of_the_admin(editor, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    answer = send(editor, address("add"), length="3000000")
    assert '<html lang="zh-Hans">' in said(answer)


@pytest.mark.parametrize("headers", [{"length": ""}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_a_form_that_does_not_say_its_length_is_refused_unread(editor, headers):
    assert send(editor, address("add"), **headers).status_code == 411


@pytest.mark.parametrize("length", ["-1", "1e3", "９", "1" * 16, "0x10"])
def test_a_length_that_is_no_number_is_refused_unread(editor, length):
    assert send(editor, address("add"), length=length).status_code == 400


def test_a_form_of_a_visitor_leads_to_the_log_in_unread(client, settings):
    for path in (address("add"), reverse("admin:timeline_importbatch_upload"), address("changelist")):
        answer = send(client, path)
        assert answer.status_code == 302
        assert answer["Location"] == f"/admin/login/?next={path}"


def test_a_form_of_an_account_without_the_admin_leads_to_the_log_in_unread(client, settings):
    client.force_login(make.make_user())
    assert send(client, address("add")).status_code == 302


def test_a_log_in_of_the_usual_length_is_read(client):
    make.make_editor(username="wang", password="correct-horse-battery")
    form = {"username": "wang", "password": "correct-horse-battery"}
    assert client.post("/admin/login/", form).status_code == 302


def test_an_upload_may_be_as_long_as_the_file_that_it_may_hold(settings):
    assert body_limit("timeline_importbatch_upload") > settings.CONTENT_FILE_MAX_BYTES
    file = SimpleUploadedFile("milestones.csv", b"slug,title\n" + b"a" * 3 * 2**20)
    editor = Client()
    editor.force_login(make.make_editor())
    assert (
        editor.post(reverse("admin:timeline_importbatch_upload"), {"file": file, "empty": "keep"}).status_code
        == 302
    )


def test_a_text_of_many_bytes_within_an_upload_is_refused(editor):
    answer = editor.post(reverse("admin:timeline_importbatch_upload"), {"note": "长" * 900_000})
    assert answer.status_code == 413
    assert "form may have at most 2.5" in said(answer)


# Rows, fields, files, keys


def with_citations(editor, draft, count):
    source = make.make_source()
    form = opened(editor, draft) | {"citations-TOTAL_FORMS": str(count)}
    for number in range(count):
        form |= {
            f"citations-{number}-source": source.pk, f"citations-{number}-locator": f"¶{number}",
            f"citations-{number}-number": str(number + 1), f"citations-{number}-date": "", f"citations-{number}-remark": "",
            f"citations-{number}-id": "", f"citations-{number}-entry": draft.pk, f"citations-{number}-weight": "0",
        }  # fmt: skip
    return form


@pytest.mark.parametrize("most", [60, pytest.param(600, marks=pytest.mark.long)])
def test_an_entry_with_as_many_citations_as_the_limit_can_be_saved(editor, settings, most):
    assert settings.FORM_MAX_ROWS == 600
    settings.FORM_MAX_ROWS = most
    draft = make.make_milestone()
    answer = editor.post(address("change", draft.pk), with_citations(editor, draft, most))
    assert answer.status_code == 302
    assert draft.citations.count() == most


@pytest.mark.parametrize("name", ["citations-TOTAL_FORMS", "citations-INITIAL_FORMS", "anything-TOTAL_FORMS"])
def test_a_form_with_more_rows_is_refused_before_any_is_built(editor, name, django_assert_num_queries):
    draft = make.make_milestone()
    form = opened(editor, draft)
    # The session, the account and its second factor; the form itself makes no query.
    with django_assert_num_queries(3):
        answer = editor.post(address("change", draft.pk), form | {name: "601"})
    assert answer.status_code == 400
    assert "at most 600 rows" in said(answer)
    assert KEPT in said(answer)
    assert f'href="{address("change", draft.pk)}"' in said(answer)


@pytest.mark.parametrize(
    "count",
    [
        "",
        "-1",
        "²",
        "9" * 5000,
        *(pytest.param(count, marks=pytest.mark.long) for count in ("abc", "1.5", "９", " 1")),
    ],
)
def test_a_form_whose_rows_are_no_count_is_refused(editor, count):
    draft = make.make_milestone()
    answer = editor.post(
        address("change", draft.pk), opened(editor, draft) | {"citations-TOTAL_FORMS": count}
    )
    assert answer.status_code == 400
    assert "how many rows" in said(answer)


def test_the_first_of_two_counts_is_looked_at_too(editor):
    draft = make.make_milestone()
    form = opened(editor, draft) | {"citations-TOTAL_FORMS": ["601", "0"]}
    assert editor.post(address("change", draft.pk), form).status_code == 400


@pytest.mark.parametrize(
    ("content_type", "most"),
    [(None, 100), pytest.param(None, 10_000, marks=pytest.mark.long), (URLENCODED, 10_000)],
)
def test_a_form_with_too_many_fields_is_refused_with_the_limit(editor, settings, content_type, most):
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS == 10_000
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = most
    form = {f"field{number}": "" for number in range(most + 1)}
    sent = {"data": form} if content_type is None else {"data": urlencode(form), "content_type": content_type}
    answer = editor.post(address("add"), **sent)
    assert answer.status_code == 413
    assert f"at most {most} fields" in said(answer)
    assert KEPT in said(answer)


def test_a_form_with_too_many_files_is_refused_with_the_limit(editor):
    files = {f"file{number}": SimpleUploadedFile("a.txt", b"a") for number in range(11)}
    answer = editor.post(address("add"), files)
    assert answer.status_code == 413
    assert "at most 10 files" in said(answer)


@pytest.mark.parametrize(
    "form",
    [
        {"ids": ",".join(map(str, range(5001)))},
        {"_read": "1" + "," * 5000},
        {"_selected_action": [str(number) for number in range(5001)]},
        {"ids": ["1,2"] * 2501},
    ],
    ids=["one field", "marks", "chosen in a list", "several fields"],
)
def test_a_form_that_names_too_many_records_is_refused_with_the_limit(editor, form):
    answer = editor.post(address("changelist"), urlencode(form, doseq=True), content_type=URLENCODED)
    assert answer.status_code == 400
    assert "At most 5000 records" in said(answer)


def test_commas_in_a_text_count_for_nothing(editor):
    draft = make.make_milestone()
    form = opened(editor, draft) | {"body": "," * 6000}
    assert editor.post(address("change", draft.pk), form).status_code == 302


def asked(path, method="GET", content_type=""):
    """Return status and headers of a response of the WSGI application, which the test client bypasses."""
    target, _mark, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": target,
        "QUERY_STRING": query,
        "CONTENT_TYPE": content_type,
    }
    environ |= {"CONTENT_LENGTH": "3" if method == "POST" else "", "wsgi.input": io.BytesIO(b"x=1")}
    wsgiref.util.setup_testing_defaults(environ)
    answer = []
    with (
        kept_connection(),
        contextlib.closing(application(environ, lambda *start: answer.extend(start))) as body,
    ):
        b"".join(body)
    return int(answer[0].split()[0]), dict(answer[1])


@pytest.mark.parametrize("charset", ["zip", "idna", "unicode_escape", "utf-7", "gbk", "hex", "no-such"])
@pytest.mark.parametrize("path", ["/?q=a", "/admin/login/?next=/admin/"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_charset_than_utf_8_is_a_400_with_all_headers(charset, path, method):
    status, headers = asked(path, method, f"text/plain; charset={charset}")
    assert status == 400
    assert "Content-Security-Policy" in headers
    assert headers["X-Frame-Options"] == "DENY"


def test_utf_8_may_be_named():
    assert asked("/", content_type="text/html; charset=UTF-8")[0] == 200


def test_many_parameters_with_a_charset_are_a_400():
    status, headers = asked(
        "/?" + "&".join(f"a{number}=1" for number in range(1001)), content_type="a/b; charset=gbk"
    )
    assert status == 400
    assert "Content-Security-Policy" in headers


def test_small_forms_are_answered_a_few_at_a_time_and_pages_meanwhile(settings, rf: RequestFactory):
    arrived, finish = threading.Semaphore(0), threading.Event()

    def answer(request):
        if request.method == "POST":
            arrived.release()
            finish.wait(60)
        return HttpResponse()

    limits, codes = RequestLimitsMiddleware(answer), []

    def log_in():
        codes.append(limits(rf.post("/admin/login/", {"username": "wang"})).status_code)

    clients = [threading.Thread(target=log_in) for _client in range(settings.SMALL_FORMS_AT_ONCE)]
    for client in clients:
        client.start()
        arrived.acquire(timeout=60)
    log_in()
    assert codes == [429]
    assert limits(rf.get("/admin/login/")).status_code == 200
    finish.set()
    for client in clients:
        client.join()
    log_in()
    assert codes == [429, *[200] * settings.SMALL_FORMS_AT_ONCE, 200]

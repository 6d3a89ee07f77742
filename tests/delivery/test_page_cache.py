"""The page cache before an application that counts: what is kept, for whom, how long, and what is served in a failure."""

import datetime
import threading

import pytest

from tests.moments import MIDNIGHT, Content
from tests.wsgi import Pages, ask
from timeline.delivery import page_cache
from timeline.delivery.page_cache import PageCache
from timeline.models import content_version

pytestmark = pytest.mark.usefixtures("kept_connection")

SESSION = {"HTTP_COOKIE": "theme=dark; sessionid=a"}


@pytest.fixture
def content(monkeypatch):
    # No second passes on a slow machine.
    monkeypatch.setattr(content_version, "MAX_AGE", 3600)
    return Content()


@pytest.fixture
def pages(content):
    return Pages(content)


@pytest.fixture
def cache(pages, content):
    return PageCache(pages, 2**20, content.moment)


def test_a_page_is_made_once(cache, pages):
    first, second = ask(cache), ask(cache)
    assert first.body == second.body == b"page 1"
    assert pages.made == 1


def test_the_answer_is_that_of_the_application_but_for_what_belongs_to_one_request(cache):
    first, second = ask(cache), ask(cache)
    assert first.headers.pop("x-request-id") == "1"
    assert second == first


@pytest.mark.parametrize(
    "other",
    [
        {"address": "/other/"},
        {"address": "/?q=a"},
        {"HTTP_HOST": "localhost"},
        {"wsgi.url_scheme": "https"},
        {"HTTP_ACCEPT_ENCODING": "gzip"},
    ],
)
def test_another_address_host_scheme_or_encoding_is_another_page(cache, pages, other):
    ask(cache)
    assert ask(cache, **other).body == b"page 2"
    assert ask(cache, **other).body == b"page 2"


def test_only_behind_a_proxy_the_forwarded_scheme_counts(content, settings):
    for settings.BEHIND_PROXY, made in ((True, 2), (False, 1)):
        pages = Pages(content)
        cache = PageCache(pages, 2**20, content.moment)
        for scheme in ("https", "http"):
            ask(cache, HTTP_X_FORWARDED_PROTO=scheme)
        assert pages.made == made


def test_encodings_are_told_apart_by_what_makes_a_difference(cache, pages):
    for header in ("gzip, br", "br, gzip, zstd", "gzip;q=0.5, br;q=0.9"):
        ask(cache, HTTP_ACCEPT_ENCODING=header)
    assert pages.made == 1


def test_head_is_answered_from_the_page(cache, pages):
    page = ask(cache)
    head = ask(cache, method="HEAD")
    assert (head.status, head.body, pages.made) == (200, b"", 1)
    assert head.headers == {name: value for name, value in page.headers.items() if name != "x-request-id"}


def test_head_alone_keeps_nothing(cache, pages):
    ask(cache, method="HEAD")
    ask(cache)
    assert pages.made == 2


def test_a_client_that_has_the_page_is_told_so(cache, pages):
    tag = ask(cache).headers["etag"]
    for sent in (tag, f'"other", {tag}'):
        answer = ask(cache, HTTP_IF_NONE_MATCH=sent)
        assert (answer.status, answer.body) == (304, b"")
        assert {*answer.headers} == {"etag", "cache-control", "vary"}
    assert ask(cache, HTTP_IF_NONE_MATCH='"other"').status == 200
    assert pages.made == 1


@pytest.mark.parametrize(
    "request_", [{}, {"method": "HEAD"}, {"HTTP_IF_NONE_MATCH": "*"}, {"HTTP_ACCEPT_ENCODING": "br"}]
)
@pytest.mark.parametrize(
    "known", [SESSION, {"HTTP_COOKIE": "csrftoken=a"}, {"HTTP_AUTHORIZATION": "Basic a"}]
)
def test_who_may_be_known_is_answered_by_django(cache, pages, known, request_):
    ask(cache)
    assert ask(cache, **request_, **known).status == 200
    assert pages.made == 2
    # Nor is that answer kept for others.
    assert ask(cache).body == b"page 1"


def test_another_cookie_makes_nobody_known(cache, pages):
    ask(cache)
    assert ask(cache, HTTP_COOKIE="theme=dark").body == b"page 1"


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "PUT", "DELETE"])
def test_other_methods_are_answered_by_django(cache, pages, method):
    ask(cache)
    assert ask(cache, method=method).body == b"page 2"
    assert ask(cache).body == b"page 1"


@pytest.mark.parametrize(
    "special", [{"CONTENT_LENGTH": "3"}, {"HTTP_TRANSFER_ENCODING": "chunked"}, {"HTTP_RANGE": "bytes=0-1"}]
)
def test_a_body_or_a_part_is_a_matter_for_django(cache, pages, special):
    ask(cache)
    assert ask(cache, **special).body == b"page 2"


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "no-store"},
        {"Cache-Control": "max-age=60"},
        {"Cache-Control": None},
        {"Vary": "Accept-Encoding, Cookie"},
        {"Set-Cookie": "csrftoken=a"},
        {"Content-Length": None},
        {"Content-Length": str(2**19)},
    ],
)
def test_what_is_not_public_or_of_unknown_or_great_length_is_not_kept(cache, pages, headers):
    pages.headers = headers
    for number in (1, 2):
        assert ask(cache).body == f"page {number}".encode()


@pytest.mark.parametrize("status", ["404 Not Found", "301 Moved Permanently", "500 Internal Server Error"])
def test_nothing_but_pages_is_kept(cache, pages, status):
    pages.status = status
    for number in (1, 2):
        assert ask(cache).body == f"page {number}".encode()


def test_a_change_of_the_content_is_visible(cache, content):
    ask(cache)
    content.change(number=2)
    assert ask(cache).body == b"page 2"


def test_what_somebody_with_a_session_sends_is_visible_at_once(cache, content):
    ask(cache)
    content.number = 2
    assert ask(cache).body == b"page 1"
    ask(cache, method="POST", HTTP_COOKIE="csrftoken=a")
    assert ask(cache).body == b"page 1"
    ask(cache, method="POST", **SESSION)
    assert ask(cache).body != b"page 1"


def test_a_page_is_made_anew_after_midnight(cache, content):
    content.change(now=MIDNIGHT - datetime.timedelta.resolution)
    before = ask(cache)
    content.now = MIDNIGHT
    after = ask(cache)
    assert after.body == b"page 2"
    assert after.headers["etag"] != before.headers["etag"]


def test_lifetimes_are_those_of_the_request_and_not_of_the_making(cache, content, settings):
    settings.SHARED_CACHE_SECONDS = 60
    assert "s-maxage=60" in ask(cache).headers["cache-control"]
    content.change(now=MIDNIGHT - datetime.timedelta(seconds=5))
    assert "s-maxage=5, stale-while-revalidate=0" in ask(cache).headers["cache-control"]


def test_a_file_without_a_moment_stays(cache, pages, content):
    pages.has_state, pages.headers = False, {"Cache-Control": "max-age=60, public"}
    ask(cache)
    content.change(number=2)
    assert ask(cache).headers["cache-control"] == "max-age=60, public"
    content.change(is_away=True)
    assert "warning" not in ask(cache).headers
    assert pages.made == 1


def test_many_addresses_that_are_asked_for_once_leave_what_is_asked_for_again(pages, content):
    cache = PageCache(pages, 16 * 4_000, content.moment)
    ask(cache)
    ask(cache)
    for number in range(100):
        ask(cache, f"/?q={number}")
    assert cache.pages.bytes <= 16 * 4_000
    assert ask(cache).body == b"page 1"


def ask_at_once(cache, count, **environ):
    """Send as many requests at once, and return the bodies of the answers when all have come."""
    start, bodies = threading.Barrier(count), []

    def request():
        start.wait()
        bodies.append(ask(cache, **environ).body)

    threads = [threading.Thread(target=request) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return bodies


def test_a_hundred_requests_at_once_make_a_page_once(cache, pages):
    assert {*ask_at_once(cache, 100)} == {b"page 1"}
    assert pages.made == 1


def test_if_one_client_has_the_page_another_request_makes_it_for_the_rest(cache, pages):
    is_making, go_on = threading.Event(), threading.Event()

    def before(environ):
        pages.status = "304 Not Modified" if "HTTP_IF_NONE_MATCH" in environ else "200 OK"
        if pages.status != "200 OK":
            is_making.set()
            go_on.wait()

    pages.before = before
    first = threading.Thread(target=ask, args=[cache], kwargs={"HTTP_IF_NONE_MATCH": "a"})
    first.start()
    is_making.wait()
    others = [threading.Thread(target=ask, args=[cache]) for _number in range(20)]
    for thread in others:
        thread.start()
    go_on.set()
    for thread in (first, *others):
        thread.join()
    assert pages.made == 2


def test_who_waits_too_long_makes_the_page_alone(cache, pages, monkeypatch):
    monkeypatch.setattr(page_cache, "PATIENCE", 0.01)
    is_making, go_on = threading.Event(), threading.Event()

    def before(environ):
        if pages.made == 1:
            is_making.set()
            go_on.wait()

    pages.before = before
    first = threading.Thread(target=ask, args=[cache])
    first.start()
    is_making.wait()
    assert ask(cache).status == 200
    assert pages.made == 2
    go_on.set()
    first.join()


def test_after_an_error_in_the_making_the_next_request_tries_again(cache, pages):
    def before(environ):
        if pages.made == 1:
            raise RuntimeError

    pages.before = before
    with pytest.raises(RuntimeError):
        ask(cache)
    assert ask(cache).body == b"page 2"
    assert ask(cache).body == b"page 2"


def test_without_the_database_the_last_good_page_is_served_and_says_so(cache, content):
    before = ask(cache)
    content.change(number=2)
    content.change(is_away=True)
    for method in ("GET", "HEAD"):
        answer = ask(cache, method=method)
        assert answer.status == 200
        assert answer.body == (before.body if method == "GET" else b"")
        assert answer.headers["warning"] == '110 - "Response is Stale"'
        assert answer.headers["cache-control"] == "no-cache"
    content.change(is_away=False)
    assert ask(cache).body == b"page 2"


def test_a_page_that_was_never_made_fails_without_the_database(cache, pages, content):
    content.change(is_away=True)
    pages.status = "503 Service Unavailable"
    assert ask(cache).status == 503


def test_if_the_database_fails_before_a_change_was_known_the_page_from_before_is_served(
    cache, pages, content
):
    before = ask(cache)
    content.change(is_away=True)
    pages.status = "503 Service Unavailable"
    answer = ask(cache)
    assert (answer.status, answer.body) == (200, before.body)
    assert "warning" in answer.headers


def test_what_may_have_been_withdrawn_is_not_served_when_the_database_fails(cache, pages, content):
    ask(cache)
    ask(cache, "/other/")
    content.change(number=2)
    assert ask(cache, "/other/").status == 200
    content.change(is_away=True)
    pages.status = "503 Service Unavailable"
    assert ask(cache, "/other/").status == 200
    assert ask(cache).status == 503


def test_an_error_of_the_software_is_not_hidden(cache, pages, content):
    ask(cache)
    content.change(number=2)
    pages.status = "500 Internal Server Error"
    assert ask(cache).status == 500


def test_a_page_from_the_day_before_yesterday_is_not_served(cache, content, monkeypatch):
    ask(cache)
    content.change(is_away=True)
    monkeypatch.setattr(page_cache, "STALE_IF_ERROR", -1)
    assert "warning" not in ask(cache).headers


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "301 Moved Permanently"])
def test_a_page_that_is_gone_is_served_in_no_encoding_when_the_database_fails(cache, pages, content, status):
    for encodings in ("", "gzip", "br", "gzip, br"):
        ask(cache, HTTP_ACCEPT_ENCODING=encodings)
    content.change(number=2)
    pages.status = status
    ask(cache)
    content.change(is_away=True)
    pages.status = "503 Service Unavailable"
    for encodings in ("", "gzip", "br", "gzip, br"):
        assert ask(cache, HTTP_ACCEPT_ENCODING=encodings).status == 503

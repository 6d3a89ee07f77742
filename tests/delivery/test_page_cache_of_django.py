"""The page cache before the site itself: its answers are those of Django, and nobody sees what is not for them."""

import gzip

import brotli
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories as make
from tests.world import addresses, files, site_files
from tests.wsgi import ask
from timeline.delivery.current_moment import CurrentMoment
from timeline.delivery.page_cache import PageCache
from timeline.models import content_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]

# What differs between two answers of Django, the length because each gzip has some random bytes.
OF_ONE_ANSWER = ("x-request-id", "content-length")


@pytest.fixture(scope="module")
def django():
    return get_wsgi_application()


@pytest.fixture
def moment(monkeypatch):
    monkeypatch.setattr(content_version, "MAX_AGE", 3600)
    return CurrentMoment()


@pytest.fixture
def cache(django, moment):
    return PageCache(django, 2**26, moment)


@pytest.fixture(scope="module")
def public(module_world):
    return [*addresses(module_world), "/en/", "/zh-hant/"]


def unpacked(answer):
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress}
    return unpack.get(answer.headers.get("content-encoding"), bytes)(answer.body)


def compared(answer):
    return {name: value for name, value in answer.headers.items() if name not in OF_ONE_ANSWER}


@pytest.mark.parametrize("encodings", ["", "gzip", "gzip, deflate, br, zstd"])
def test_every_page_is_the_one_of_django_in_each_encoding(cache, django, public, encodings):
    for address in public:
        own = ask(django, address, HTTP_ACCEPT_ENCODING=encodings)
        ask(cache, address, HTTP_ACCEPT_ENCODING=encodings)
        with CaptureQueriesContext(connection) as captured:
            answer = ask(cache, address, HTTP_ACCEPT_ENCODING=encodings)
        assert len(captured) == 0, address
        assert answer.status == own.status == 200, address
        assert compared(answer) == compared(own), address
        assert unpacked(answer) == unpacked(own), address
        assert "x-request-id" not in answer.headers


def test_an_answer_without_a_page_has_the_headers_that_it_has_from_django(cache, django, public):
    for address in public:
        tag = ask(cache, address).headers["etag"]
        own = ask(django, address, HTTP_IF_NONE_MATCH=tag)
        answer = ask(cache, address, HTTP_IF_NONE_MATCH=tag)
        assert (answer.status, own.status) == (304, 304), address
        assert compared(answer) == compared(own), address


def test_files_and_the_feed_are_answered(cache, module_world):
    for address in [*files(), *site_files(), "/favicon.ico"]:
        assert [ask(cache, address).status for _time in range(2)] == [200, 200], address


def test_the_sitemap_is_kept_until_the_content_changes(cache, moment, module_world):
    kept = ask(cache, "/sitemap-topics-1.xml")
    assert ask(cache, "/sitemap-topics-1.xml").body == kept.body
    make.make_topic(slug="a-new-topic")
    moment.forget()
    assert b"/topics/a-new-topic/" in ask(cache, "/sitemap-topics-1.xml").body


def test_an_unknown_host_is_refused_although_the_page_is_kept_for_another(cache, module_world):
    for host in ("testserver", "testserver", "unknown.example"):
        answer = ask(cache, HTTP_HOST=host)
    assert answer.status == 400
    assert ask(cache).status == 200


def test_another_form_of_an_address_leads_to_the_page_that_is_kept(cache, module_world):
    for _time in range(2):
        assert ask(cache, "/?utm_source=mail&kind=policy").headers["location"] == "/?kind=policy"


@pytest.mark.parametrize("name", ["index", "login", "jsi18n", "timeline_policy_changelist"])
def test_nothing_of_the_admin_is_kept(cache, name):
    for _time in range(2):
        ask(cache, reverse(f"admin:{name}"))
    assert cache.pages.bytes == 0


def test_an_editor_sees_a_change_before_visitors_do(cache, moment, module_world):
    editor = Client()
    editor.force_login(make.make_editor())
    session = {"HTTP_COOKIE": f"sessionid={editor.cookies['sessionid'].value}"}
    ask(cache)
    make.make_policy(title="新的计划", published=True)
    assert "新的计划" in ask(cache, **session).body.decode()
    assert "新的计划" not in ask(cache).body.decode()
    moment.forget()
    assert "新的计划" in ask(cache).body.decode()


def test_an_entry_that_an_editor_withdraws_is_gone_at_once(cache):
    entry = make.make_policy(published=True)
    editor = Client()
    editor.force_login(make.make_editor())
    session = {"HTTP_COOKIE": f"sessionid={editor.cookies['sessionid'].value}"}
    address = entry.get_absolute_url()
    assert ask(cache, address).status == ask(cache, address).status == 200
    entry.withdraw(by=make.make_editor(username="other"), comment="重复")
    assert ask(cache, address).status == 200
    # The answer to the form that withdrew it.
    ask(cache, "/admin/", method="POST", **session)
    assert ask(cache, address).status == 410

"""Public pages say until when they are current and are not sent twice; nothing else is stored by a cache."""

import dataclasses
import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import http_date

from tests import factories as make
from tests.world import addresses, files, site_files
from timeline.delivery.public_caching import STALE_IF_ERROR, Moment, PageState
from timeline.models.content_version import ContentVersion

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime.datetime(2026, 3, 5, 12, tzinfo=SHANGHAI)


def state(now=NOON, *, address="https://chronicle.example/", **kw):
    """The state of a page whose content changed a day before noon."""
    version = ContentVersion(7, NOON - datetime.timedelta(days=1), True, None, None)
    return PageState(address, Moment(dataclasses.replace(version, **kw), now))


def lifetimes(shown):
    parts = shown.moment.cache_control.split(", ")
    assert parts[:2] == ["public", "max-age=0"]
    assert parts[4] == f"stale-if-error={STALE_IF_ERROR}"
    return [int(part.partition("=")[2]) for part in parts[2:4]]


def test_a_page_is_fresh_for_as_long_as_the_settings_say(settings):
    assert lifetimes(state()) == [1, 1]
    settings.SHARED_CACHE_SECONDS = 60
    assert lifetimes(state()) == [60, 60]
    settings.SHARED_CACHE_SECONDS = 0
    assert lifetimes(state()) == [0, 0]


@pytest.mark.parametrize(
    ("left", "expected"), [(200, [60, 60]), (100, [60, 40]), (40, [40, 0]), (0.5, [0, 0])]
)
def test_no_page_is_served_from_a_cache_after_the_day_or_the_next_publication(settings, left, expected):
    settings.SHARED_CACHE_SECONDS = 60
    midnight = datetime.datetime(2026, 3, 6, tzinfo=SHANGHAI)
    left = datetime.timedelta(seconds=left)
    assert lifetimes(state(midnight - left)) == expected
    assert lifetimes(state(next_publication=NOON + left)) == expected


def test_the_validator_differs_by_address_content_and_day():
    shown = [
        state(),
        state(address="https://chronicle.example/en/"),
        state(number=8),
        state(changed_at=NOON),
        state(last_publication=NOON),
        state(NOON + datetime.timedelta(days=1)),
    ]
    assert len({one.etag for one in shown}) == len(shown)
    assert state(NOON + datetime.timedelta(hours=1)).etag == state().etag


def test_a_page_was_modified_at_midnight_if_not_later():
    midnight = datetime.datetime(2100, 3, 5, tzinfo=SHANGHAI)
    noon = midnight + datetime.timedelta(hours=12)
    assert state(noon).moment.last_modified == http_date(midnight.timestamp())
    assert state(noon, changed_at=noon).moment.last_modified == http_date(noon.timestamp())
    assert state(noon, changed_at=noon, is_settled=False).moment.last_modified == ""


def get(client, address, **headers):
    """Return the response, whose file, if it is one, is read and closed."""
    response = client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response.getvalue()
    return response


@pytest.fixture(scope="module")
def public(module_world):
    return [*addresses(module_world), *files(), *site_files(), "/en/", "/zh-hant/"]


def test_every_public_page_has_the_headers_for_caches_alone(client, public):
    for address in public:
        response = get(client, address)
        assert response.status_code == 200, address
        assert response["ETag"].startswith('W/"'), address
        assert response["Cache-Control"].startswith("public, max-age=0, s-maxage="), address
        assert response["Vary"] == "Accept-Encoding", address
        assert "Last-Modified" in response, address
        assert not response.cookies, address


def test_head_has_the_headers_of_get(client, module_world):
    page, head = client.get("/"), client.head("/")
    assert {**head.headers, "X-Request-ID": ""} == {**page.headers, "X-Request-ID": ""}


def test_an_editor_gets_the_headers_of_a_visitor(client, public):
    editor = Client()
    editor.force_login(make.make_editor())
    for address in public:
        visitors, editors = get(client, address), get(editor, address)
        for name in ("ETag", "Cache-Control", "Vary", "Last-Modified"):
            assert editors[name] == visitors[name], address


def test_a_page_that_the_client_has_is_not_made_again(client, public):
    for address in public:
        page = get(client, address)
        for headers in (
            {"if_none_match": page["ETag"]},
            {"if_none_match": f'"other", {page["ETag"]}'},
            {"if_modified_since": page["Last-Modified"]},
        ):
            with CaptureQueriesContext(connection) as captured:
                response = get(client, address, **headers)
            assert (response.status_code, response.content) == (304, b""), address
            # For the version, in English to know whether there are pages in it as well. Outside a test it is known, as
            # `test_public_caching_of_a_process.py` shows.
            assert len(captured) == (2 if address.startswith("/en/") else 1)
            for name in ("ETag", "Cache-Control", "Vary", "Last-Modified"):
                assert response[name] == page[name], address


@pytest.mark.parametrize(
    "headers",
    [
        {"if-none-match": '"other"'},
        {"if-none-match": "*"},
        {"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        {"if-modified-since": "yesterday"},
    ],
)
def test_a_client_with_another_state_gets_the_page(client, module_world, headers):
    assert client.get("/", headers=headers).status_code == 200


def test_the_validator_counts_before_the_time(client, module_world):
    page = client.get("/")
    headers = {"if-none-match": '"other"', "if-modified-since": page["Last-Modified"]}
    assert client.get("/", headers=headers).status_code == 200


def test_after_a_change_every_page_is_sent_again(client, public):
    known = {address: get(client, address)["ETag"] for address in public}
    make.make_topic()
    for address, tag in known.items():
        assert get(client, address, if_none_match=tag).status_code == 200, address


def test_a_draft_is_no_reason_to_send_a_page_again(client, public):
    known = {address: get(client, address)["ETag"] for address in public}
    make.make_policy(title="草稿")
    for address, tag in known.items():
        assert get(client, address, if_none_match=tag).status_code == 304, address


@pytest.mark.parametrize("name", ["login", "index", "jsi18n", "timeline_policy_changelist"])
def test_no_page_of_the_admin_is_stored(client, name):
    address = reverse(f"admin:{name}")
    assert "no-store" in client.get(address)["Cache-Control"]
    client.force_login(make.make_editor())
    assert "no-store" in client.get(address)["Cache-Control"]


def test_a_page_that_does_not_exist_has_no_validator(client):
    response = client.get("/policies/none/")
    assert (response.status_code, response["Cache-Control"]) == (404, "no-cache")
    assert "ETag" not in response


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("/?utm_source=mail", "/"),
        ("/?&", "/"),
        ("/en/?kind=policy&q=a b", "/en/?q=a+b&kind=policy"),
        ("/feed/?q=&kind=policy", "/feed/?kind=policy"),
        ("/entries.json?page=2", "/entries.json"),
        ("/about/?page=2", "/about/"),
        ("/policies/none/?utm_source=mail", "/policies/none/"),
    ],
)
def test_another_form_of_an_address_leads_to_the_canonical_one(client, given, canonical):
    response = client.get(given)
    assert (response.status_code, response["Location"]) == (301, canonical)
    assert response["Cache-Control"] == "no-cache"
    assert get(client, canonical).status_code in (200, 404)


@pytest.mark.parametrize("address", ["/", "/?q=%E5%AE%81&order=relevance", "/?kind=unknown", "/?page=2013"])
def test_a_canonical_address_is_answered(client, address):
    assert client.get(address).status_code == 200


def test_the_admin_keeps_its_parameters(client):
    client.force_login(make.make_editor())
    assert client.get("/admin/timeline/policy/?q=x&q=").status_code == 200

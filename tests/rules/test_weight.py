"""What visitors download: compressed where it is safe, and within the budget of the front page."""

import gzip

import brotli
import pytest
from django.conf import settings

from bench import pages, site
from tests import factories as make
from tests.world import addresses, make_world
from timeline.models import Entry

pytestmark = pytest.mark.django_db

GZIP = {"accept-encoding": "gzip"}
BROWSER = {"accept-encoding": "gzip, deflate, br, zstd"}


def test_a_timeline_of_few_entries_weighs_at_most_20_kb_with_all_that_it_loads(visitor):
    site.bring_content([make.CONTENT, make.OTHER_CONTENT])
    for prefix in site.LANGUAGES.values():
        found = pages.downloads(visitor, f"{prefix}/")
        assert {each.kind for each in found} >= {"text/html", "text/css", "image/svg+xml"}
        assert pages.weight(found) <= 20_000, found
        assert pages.scripts(found) <= 10_000, found


def test_a_timeline_of_200_short_entries_weighs_at_most_36_kb(visitor, tmp_path):
    pages.bring_made_content(200, tmp_path / "made", [make.CONTENT, make.OTHER_CONTENT])
    assert Entry.objects.published().count() == 200
    found = pages.downloads(visitor, "/")
    assert pages.weight(found) <= 36_000, found


def test_no_page_loads_more_than_10_kb_of_javascript(visitor):
    for address in addresses(make_world()):
        assert pages.scripts(pages.downloads(visitor, address)) <= 10_000, address


def test_a_page_is_compressed_for_whoever_takes_it_so(client):
    make.make_policy(title="计划" * 50, published=True)
    plain, gzipped, brotlied = (client.get("/", headers=headers) for headers in ({}, GZIP, BROWSER))
    assert gzipped["Content-Encoding"] == "gzip"
    assert gzip.decompress(gzipped.content) == plain.content
    assert brotlied["Content-Encoding"] == "br"
    assert brotli.decompress(brotlied.content) == plain.content
    assert brotlied["Content-Length"] == str(len(brotlied.content))
    assert len(brotlied.content) < len(gzipped.content)
    assert "Content-Encoding" not in plain
    for answer in (plain, gzipped, brotlied):
        assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize("accepted", ["br;q=0", "identity", "zstd", "brotli"])
def test_a_page_is_not_compressed_as_nobody_asked(client, accepted):
    assert "Content-Encoding" not in client.get("/", headers={"accept-encoding": accepted})


def test_a_page_of_an_error_is_compressed_too(client):
    assert client.get("/nowhere/", headers=BROWSER)["Content-Encoding"] == "br"


def test_a_page_for_somebody_known_is_not_compressed(client):
    client.force_login(make.make_editor())
    for address in ("/", "/admin/", "/admin/timeline/policy/add/"):
        assert "Content-Encoding" not in client.get(address, headers=BROWSER), address


def test_a_page_that_hands_out_a_token_is_not_compressed(client):
    answer = client.get("/admin/login/", headers=BROWSER)
    assert settings.CSRF_COOKIE_NAME in answer.cookies
    assert "Content-Encoding" not in answer

"""Pages are compressed for anonymous visitors, who all get the same content."""

import gzip

import brotli
import pytest
from django.conf import settings

from tests import factories as make
from timeline.delivery.compression import accepted_encodings

pytestmark = pytest.mark.django_db

GZIP = {"accept-encoding": "gzip"}
BROWSER = {"accept-encoding": "gzip, deflate, br, zstd"}


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


@pytest.mark.parametrize("name", ["entries.xlsx", "entries.zip"])
def test_a_download_that_is_compressed_as_it_is_is_left_so(client, name):
    make.make_policy(title="计划" * 50, published=True)
    answer = client.get(f"/{name}", headers=BROWSER)
    assert answer.getvalue()[:2] == b"PK"
    answer.close()
    assert "Content-Encoding" not in answer


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


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("gzip, deflate, br, zstd", "br, gzip"),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", "br, gzip"),
        ("gzip", "gzip"),
        ("gzip;q=0, br", "br"),
        ("br;q=0.0", ""),
        ("", ""),
    ],
)
def test_two_headers_with_the_same_encodings_are_the_same(header, accepted):
    assert accepted_encodings(header) == accepted

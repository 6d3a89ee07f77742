"""nginx serves a snapshot as the server would: statuses, headers, redirects, pages of lists, compression."""

import gzip
import http.client
from pathlib import Path

import pytest
from django.test import Client, override_settings

from tests import factories as make
from tests.nginx import running_nginx
from tests.ports import free_port
from tests.snapshots import PREFIXES, broken_links, export_site, page_file, public
from tests.world import add_entries, addresses, files, make_world, site_files
from timeline.delivery.snapshot.nginx import common_headers, configuration
from timeline.delivery.snapshot.rendering import Rendered
from timeline.public import paging
from timeline.values.bibliography.registry import FILES

# Those that a web server chooses itself, and one that differs in each response.
OF_THE_SERVER = {"cache-control", "content-length", "etag", "last-modified", "vary", "x-request-id"}


def test_headers_of_every_page_are_in_one_order():
    headers = {"X-B": "1", "ETag": "x", "Content-Security-Policy": "b 'self'; a"}
    assert [*common_headers(headers).items()] == [
        ("Content-Security-Policy", "a; b 'self'"),
        ("X-B", "1"),
    ]


def test_values_are_quoted():
    headers = {
        "Content-Type": "text/csv",
        "Content-Disposition": 'attachment; filename="a.csv"',
        "Link": "<$>",
    }
    file = Rendered("/a.csv", "/a.csv", 200, headers)
    text = configuration("https://a.example", Path("/srv/a b"), {}, [file], {})
    assert 'root "/srv/a b/public";' in text
    assert r'"attachment; filename=\"a.csv\"";' in text
    assert '"<%24>";' in text


def test_the_files_of_references_of_all_records_have_one_location():
    files = [
        Rendered(
            path,
            path,
            200,
            {"Content-Type": "text/x", "Content-Disposition": f'attachment; filename="{name}"'},
        )
        for path, name in (
            ("/topics/a/cite.bib", "a.bib"),
            ("/topics/b/cite.bib", "b.bib"),
            ("/a.csv", "x.csv"),
        )
    ]
    text = configuration("https://a.example", Path("/srv/a"), {}, files, {})
    assert text.count("cite") == 1
    assert r'location ~ "^/topics/(?<snapshot_slug>[0-9a-z-]+)/cite\.bib$" {' in text
    assert r'set $snapshot_disposition "attachment; filename=\"${snapshot_slug}.bib\"";' in text
    assert "location = /a.csv {" in text


def test_pictures_have_one_block_however_many_there_are():
    pictures = [
        Rendered(
            f"/goals/{number}/preview.png", f"/goals/{number}/preview.png", 200, {"Content-Type": "image/png"}
        )
        for number in range(9)
    ]
    text = configuration("https://a.example", Path("/srv"), {}, pictures, {})
    assert text.count("preview") == 1
    assert 'location ~ "/preview\\.png$" {' in text


@pytest.fixture(scope="module")
def site(module_records, collected, tmp_path_factory):
    """The folder of a snapshot with a list in pages, its world, and a function that requests an address of nginx."""
    folder, world = tmp_path_factory.mktemp("snapshot") / "a site", make_world()
    add_entries(world, "已撤下", status="withdrawn")
    world.topic.slug = "new-slug"
    world.topic.save()
    make.make_policy(published=True, date="2019")
    port = free_port()
    with override_settings(**collected), pytest.MonkeyPatch.context() as patch:
        patch.setattr(paging, "MAX_PAGE_ENTRIES", 1)
        export_site(folder)
        block = f"server {{ listen 127.0.0.1:{port}; include '{folder}/current/nginx.conf'; }}"
        with running_nginx(tmp_path_factory.mktemp("nginx"), port, block):

            def get(address, **headers):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
                connection.request("GET", address, headers=headers)
                response = connection.getresponse()
                body = response.read()
                connection.close()
                return response, body

            yield folder, world, get


def headers_of(items):
    given = {name.lower(): value for name, value in items}
    policy = given.get("content-security-policy", "")
    return {
        name: sorted(policy.split("; ")) if name == "content-security-policy" else value
        for name, value in given.items()
        if name not in OF_THE_SERVER | {"server", "date", "connection", "accept-ranges"}
    }


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.django_db
def test_pages_and_files_have_the_status_type_and_headers_of_the_server(site):
    _folder, world, get = site
    world.entries = [entry for entry in world.entries if entry.status == "published"]
    for extension in FILES:
        for address in (
            f"{world.entries[0].get_absolute_url()}cite.{extension}",
            f"/about/chronicle.{extension}",
        ):
            served, (copied, body) = Client().get(address), get(address)
            assert (copied.status, body) == (200, served.content)
            assert headers_of(copied.getheaders()) == headers_of(served.headers.items()), address
    pictures = ["/preview.png", f"{world.origin.get_absolute_url()}preview.png"]
    shown = (*addresses(world), *files(), *pictures)
    translated = [prefix + address for prefix in PREFIXES for address in shown]
    for address in [*translated, *site_files(), "/favicon.ico"]:
        served, (copied, _body) = Client().get(address), get(address)
        served.getvalue()  # Of a stream, so that the test client closes it.
        assert copied.status == 200, address
        assert headers_of(copied.getheaders()) == headers_of(served.headers.items()), address
        assert copied.headers["Cache-Control"] == "no-cache"


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.django_db
def test_static_files_are_immutable(site):
    folder, _world, get = site
    names = [path.relative_to(public(folder)) for path in public(folder).glob("static/**/*.*")]
    types = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    for name in names:
        if name.suffix in types:
            copied, _body = get(f"/{name}")
            assert copied.headers["Content-Type"].startswith(types[name.suffix])
            assert "immutable" in copied.headers["Cache-Control"]
            assert "default-src" in copied.headers["Content-Security-Policy"]
            assert "Content-Language" not in copied.headers


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.django_db
def test_pages_are_sent_compressed(site):
    folder, _world, get = site
    copied, body = get("/en/", **{"Accept-Encoding": "gzip"})
    assert copied.headers["Content-Encoding"] == "gzip"
    assert copied.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(body) == page_file(folder, "/en/").read_bytes()
    again, _body = get("/en/", **{"Accept-Encoding": "gzip", "If-None-Match": copied.headers["ETag"]})
    assert again.status == 304


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.django_db
def test_former_addresses_and_missing_slashes_are_redirects(site):
    folder, _world, get = site
    former = [line.split("\t") for line in (folder / "current" / "redirects.tsv").read_text().splitlines()]
    for address, target in [
        *former,
        ("/about", "/about/"),
        ("/en", "/en/"),
        ("/about?page=2", "/about/?page=2"),
    ]:
        copied, _body = get(address)
        assert (copied.status, copied.headers["Location"]) == (301, target)
        assert copied.headers["Cache-Control"] == "no-cache"


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.django_db
def test_a_withdrawn_entry_is_410_and_says_so(site):
    folder, _world, get = site
    gone = (folder / "current" / "gone.txt").read_text().splitlines()
    assert gone
    for address in gone:
        copied, body = get(address)
        assert copied.status == 410
        assert "已撤下reason" in body.decode()
        assert "default-src" in copied.headers["Content-Security-Policy"]


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.django_db
def test_what_does_not_exist_is_404_in_its_language(site):
    _folder, _world, get = site
    for prefix, tag in zip(PREFIXES, ("zh-Hans", "zh-Hant", "en"), strict=True):
        for address in (
            "/nowhere/",
            "/policies/",
            "/policies/none/?page=2",
            "/x.html",
            "/x/%2e%2e/nginx.conf",
        ):
            copied, body = get(prefix + address)
            assert copied.status == 404, address
            assert f'<html lang="{tag}">' in body.decode()
            assert copied.headers["Content-Language"] == tag


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.django_db
def test_a_page_of_a_list_has_its_address_on_the_site_and_a_path(site):
    folder, _world, get = site
    copied, body = get("/page-2019/")
    assert copied.status == 200
    assert body == get("/?page=2019")[1] != get("/")[1]
    assert broken_links(public(folder)) == set()
    for other in ("/?page=none", "/?page=../../../x", "/?page=%2e%2e", "/?utm_source=mail"):
        assert get(other)[1] == get("/")[1]

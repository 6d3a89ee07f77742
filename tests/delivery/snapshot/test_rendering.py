"""Addresses are requested of the application itself, and what it answers is written."""

import logging

import pytest

from tests import factories as make
from tests.connections import kept_connection
from tests.snapshots import SITE
from tests.world import files
from timeline.delivery.snapshot.rendering import Renderer, SnapshotError, rendering

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_connection():
    with kept_connection():
        yield


@pytest.fixture
def renderer(tmp_path, visitor):
    make.make_chronicle(title="测试编年")
    return Renderer(SITE, tmp_path / "state", None)


def test_a_page_is_written_and_says_what_it_links_to(renderer):
    policy = make.make_policy(published=True, date="2013")
    page = renderer.render(policy.get_absolute_url())
    assert (page.status, page.media_type, page.is_new) == (200, "text/html", True)
    assert {"/", "/en/policies/" + policy.slug + "/", "/feed/"} <= page.links
    assert policy.title in (renderer.state / "public" / page.path[1:] / "index.html").read_text()


def test_an_address_is_named_only_where_it_is_found_first(renderer):
    assert "/about/" in renderer.render("/").links
    assert "/about/" not in renderer.render("/goals/").links


@pytest.mark.parametrize("address", files())
def test_a_file_is_written_as_it_is_served(renderer, client, address):
    make.make_policy(published=True, date="2013")
    file = renderer.render(address)
    written = (renderer.state / "public" / file.path[1:]).read_bytes()
    assert written == client.get(address).getvalue()


def test_a_style_sheet_is_written_with_its_time_to_live(renderer):
    (styles,) = (link for link in renderer.render("/").links if link.endswith(".css"))
    file = renderer.render(styles)
    assert file.media_type == "text/css"
    assert "immutable" in file.headers["Cache-Control"]
    assert (renderer.state / "public" / styles[1:]).is_file()


def test_a_page_that_does_not_exist_is_not_written(renderer):
    assert renderer.render("/policies/none/").status == 404
    assert not renderer.state.exists()


def test_the_error_page_of_a_language_is_written(renderer):
    page = renderer.render("/en/404.html")
    assert page.status == 404
    assert {"/404.html", "/zh-hant/404.html"} <= page.links
    assert 'lang="en"' in (renderer.state / "public" / "en" / "404.html").read_text()


def test_a_former_address_is_a_redirect(renderer):
    topic = make.make_topic(slug="former")
    topic.slug = "ports"
    topic.save()
    page = renderer.render("/topics/former/")
    assert (page.status, page.headers["Location"]) == (301, "/topics/ports/")


def test_pages_are_requested_as_over_the_scheme_of_the_site(settings, tmp_path):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 60
    assert Renderer(SITE, tmp_path, None).headers("/")[0] == 301
    status, headers = Renderer(SITE.replace("http", "https"), tmp_path, None).headers("/")
    assert status == 200
    assert headers["Strict-Transport-Security"].startswith("max-age=60")


@pytest.mark.expected_server_error
def test_a_page_that_fails_ends_the_export_with_its_address(renderer, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "not-collected"
    with pytest.raises(SnapshotError, match="/about/"):
        renderer.render("/about/")


def test_missing_pages_are_no_warnings(renderer, caplog):
    with caplog.at_level(logging.WARNING), rendering(renderer, 1) as render_all:
        assert [page.status for page in render_all(["/404.html", "/policies/none/"])] == [404, 404]
    assert caplog.records == []

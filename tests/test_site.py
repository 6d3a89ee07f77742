"""Rules that hold for every page, model and address, those to come included."""

import re

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.world import add_entries, addresses, files, make_world, texts_of
from timeline.models import Entry
from timeline.models.named import Named

pytestmark = pytest.mark.django_db

HIDDEN = ["draft", "review", "scheduled", "withdrawn"]
MARKER = "尚未公开的内容"


@pytest.mark.parametrize("status", HIDDEN)
def test_an_entry_that_is_not_published_is_nowhere_public(client, status):
    world = make_world()
    public = addresses(world)
    hidden = add_entries(world, MARKER, status=status)
    for address in public:
        response = client.get(address)
        assert response.status_code == 200, address
        page = response.content.decode()
        assert MARKER not in page, address
        for entry in hidden:
            assert entry.get_absolute_url() not in page, (address, entry.kind)
    for address in files():
        response = client.get(address)
        assert response.status_code == 200, address
        for text in texts_of(response):
            assert MARKER not in text, address
            for entry in hidden:
                assert entry.slug not in text, (address, entry.kind)


@pytest.mark.parametrize("status", ["draft", "review", "scheduled"])
def test_an_entry_that_never_was_public_has_no_page(client, status):
    for entry in add_entries(make_world(), MARKER, status=status):
        response = client.get(entry.get_absolute_url())
        assert (response.status_code, response["Cache-Control"]) == (404, "no-cache")


def test_a_withdrawn_entry_keeps_its_address_and_says_why_but_not_what_it_said(client):
    for entry in add_entries(make_world(), MARKER, status="withdrawn"):
        response = client.get(entry.get_absolute_url())
        page = response.content.decode()
        assert response.status_code == 410
        # It may be published again, and a browser would keep a 410 for good.
        assert response["Cache-Control"] == "no-cache"
        assert f"{MARKER}reason" in page
        assert f"{MARKER}summary" not in page
        assert f"{MARKER}body" not in page


@pytest.mark.parametrize("status", HIDDEN)
def test_staff_see_an_unpublished_entry_at_its_address_marked_and_never_cached(client, status):
    entries = add_entries(make_world(), MARKER, status=status)
    client.force_login(make.make_editor())
    for entry in entries:
        response = client.get(entry.get_absolute_url())
        page = response.content.decode()
        assert response.status_code == 200
        assert f"{MARKER}summary" in page
        assert 'name="robots" content="noindex"' in page
        assert "no-store" in response["Cache-Control"]


def test_every_public_address_answers_in_a_fixed_number_of_queries(client):
    world = make_world()
    public = [prefix + address for address in addresses(world) for prefix in ("", "/zh-hant", "/en")]

    def queries() -> dict[str, int]:
        counts = {}
        for address in public:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200, address
            counts[address] = len(captured)
        return counts

    add_entries(world, "第二")
    few = queries()
    for number in range(6):
        add_entries(world, f"再加{number}")
    assert queries() == few
    assert max(few.values()) <= 22


def test_every_link_on_every_page_leads_somewhere(client):
    world = make_world()
    seen, waiting = set(), {"/"}
    while waiting:
        address = waiting.pop()
        seen.add(address)
        response = client.get(address)
        assert response.status_code == 200, address
        if not response["Content-Type"].startswith("text/html"):
            assert response.getvalue()
            continue
        links = re.findall(r'<a[^>]* href="(/[^"#]*)', response.content.decode())
        waiting |= {link for link in links if not link.startswith("/static/")} - seen
    # Every page is reached by links alone, in every language.
    assert {prefix + address for address in addresses(world) for prefix in ("", "/zh-hant", "/en")} <= seen


def test_no_page_has_inline_code(client):
    world = make_world()
    for address in [*addresses(world), "/nowhere/"]:
        page = client.get(address).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", page), address


@pytest.mark.parametrize(("prefix", "language"), [("", "zh-Hans"), ("/zh-hant", "zh-Hant"), ("/en", "en")])
def test_every_page_says_its_language_and_has_one_heading_and_a_title(client, prefix, language):
    for address in addresses(make_world()):
        response = client.get(prefix + address)
        page = response.content.decode()
        assert f'<html lang="{language}">' in page
        assert response["Content-Language"] == language
        assert len(re.findall(r"<h1[ >]", page)) == 1, address
        assert re.search(r"<title>\s*\S", page), address


def test_headings_never_skip_a_level(client):
    for address in addresses(make_world()):
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", client.get(address).content.decode())]
        for above, below in zip(levels, levels[1:], strict=False):
            assert below <= above + 1, (address, levels)


def test_ids_on_a_page_are_unique(client):
    for address in addresses(make_world()):
        ids = re.findall(r'\sid="([^"]+)"', client.get(address).content.decode())
        assert len(ids) == len(set(ids)), address


def test_every_model_has_a_natural_key():
    for model in apps.get_app_config("timeline").get_models():
        assert callable(getattr(model, "natural_key", None)), model
        assert callable(getattr(model._default_manager, "get_by_natural_key", None)), model


def test_every_model_reads_in_chinese():
    for model in apps.get_app_config("timeline").get_models():
        assert re.search(r"[\u4e00-\u9fff]", str(model._meta.verbose_name)), model
        for field in model._meta.get_fields():
            if not field.auto_created and getattr(field, "editable", False):
                assert re.search(r"[\u4e00-\u9fff]", str(field.verbose_name)), (
                    f"{model.__name__}.{field.name}"
                )
                help_text = str(getattr(field, "help_text", ""))
                assert not help_text or re.search(r"[\u4e00-\u9fff]", help_text), (
                    f"{model.__name__}.{field.name}"
                )


def test_everything_named_has_an_address_in_the_admin_and_in_public():
    for model in apps.get_app_config("timeline").get_models():
        if issubclass(model, Named) and model.__name__ not in ("Chronicle", "Entry"):
            assert callable(getattr(model, "get_absolute_url", None)), model


def test_nobody_sees_drafts_by_default():
    make_world()
    assert set(Entry.objects.visible_to(AnonymousUser())) == set(Entry.objects.published())

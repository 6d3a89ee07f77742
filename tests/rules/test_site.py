"""Rules for every page, model and address, including those added later."""

import copy
import html
import re

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from tests import factories as make
from tests.forms import address_of
from tests.statuses import HIDDEN, SCHEDULED
from tests.world import add_entries, add_references, addresses, files, site_files, texts_of
from timeline.editing.working_copies import save_working_copy
from timeline.i18n.languages import language_of_path
from timeline.models import Chronicle, Entry
from timeline.models.named import TitleSlugModel
from timeline.public import urls
from timeline.rows.tables import table_of
from timeline.values.bibliography.registry import FILES
from timeline.workflow import ENDED, UNPUBLISHED, Status

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

# The same in both scripts.
MARKER = "尚未公布之文"
PREFIXES = ("", "/zh-hant", "/en")
TAGS = {"zh-hans": "zh-Hans", "zh-hant": "zh-Hant", "en": "en"}


# All languages have the same views and templates, so all but the first are left to the long tests.
IN_TIME = [PREFIXES[0], *(pytest.param(prefix, marks=pytest.mark.long) for prefix in PREFIXES[1:])]
in_each_language = pytest.mark.parametrize("prefix", IN_TIME)


@pytest.fixture(scope="module")
def hidden(module_world):
    """Records of each non-public status, entries of which refer to public ones too; and working copies of public records."""
    with transaction.atomic():
        world = copy.deepcopy(module_world)
        found = {
            status: [
                *add_entries(copy.deepcopy(world), MARKER, status=status),
                *add_references(world, MARKER, status=status),
            ]
            for status in HIDDEN
        }
        for record in (Chronicle.objects.get(), world.origin, *world.references.values()):
            row = table_of(type(record)).whole_row_of(record)
            texts = {
                name: f"{MARKER}{name}" for name in ("title", "title_en", "about", "summary") if name in row
            }
            save_working_copy(record, row | texts, by=world.user)
        yield found
        transaction.set_rollback(True)


@pytest.fixture(scope="module", params=IN_TIME)
def said(request, hidden, module_world):
    """The text of every public page and file in one language while there are hidden records, by address."""
    texts, client, prefix = {}, Client(), request.param
    of_site = [] if prefix else site_files()
    for address in [*(prefix + one for one in (*addresses(module_world), *files())), *of_site]:
        response = client.get(address)
        assert response.status_code == 200, address
        is_file = address.removeprefix(prefix) in files()
        texts[address] = texts_of(response) if is_file else [response.content.decode()]
    return texts


@pytest.fixture(scope="module", params=IN_TIME)
def pages(request, module_world):
    """Every public page of the world in one language, by address."""
    found = {
        request.param + address: Client().get(request.param + address) for address in addresses(module_world)
    }
    assert {address: page.status_code for address, page in found.items() if page.status_code != 200} == {}
    return found


@pytest.mark.parametrize("status", HIDDEN)
def test_a_record_that_is_not_published_is_nowhere_public(hidden, said, status):
    for address, texts in said.items():
        for text in texts:
            assert MARKER not in text, address
            for record in hidden[status]:
                # Files identify records by slug, not by address.
                is_file = any(address.endswith(file) for file in files())
                name = f"{record.slug}\b" if is_file else re.escape(record.get_absolute_url())
                assert not re.search(name, text), (address, type(record))


@pytest.mark.parametrize("status", [*UNPUBLISHED, SCHEDULED])
def test_a_record_that_never_was_public_has_no_page(client, hidden, status):
    for record in hidden[status]:
        response = client.get(record.get_absolute_url())
        assert (response.status_code, response["Cache-Control"]) == (404, "no-cache")


@pytest.mark.parametrize("status", HIDDEN)
def test_no_part_file_or_picture_of_a_hidden_record_has_an_address(client, hidden, status):
    for record in hidden[status]:
        prefix = resolve(record.get_absolute_url()).url_name.removesuffix("detail")
        for pattern in urls.urlpatterns:
            if pattern.name.startswith(prefix) and [*pattern.pattern.converters] == ["slug"]:
                address = reverse(f"timeline:{pattern.name}", args=[record.slug])
                ended = status in ENDED and address == record.get_absolute_url()
                assert client.get(address).status_code == (410 if ended else 404), address


@pytest.mark.parametrize("status", HIDDEN)
def test_a_hidden_record_is_neither_found_nor_proposed_nor_a_condition(client, hidden, status):
    typed = [MARKER, f"{MARKER}title", f"{MARKER[:-1]}件title"]
    answers = [
        client.get(address, {"q": text}).content.decode() for address in ("/", "/records/") for text in typed
    ]
    for record in hidden[status]:
        condition = record.get_absolute_url().split("/")[1].removesuffix("s")
        answers.append(client.get("/", {condition: record.slug}).content.decode())
        for text in answers:
            assert f'href="{record.get_absolute_url()}' not in text
        assert f"{MARKER}title" not in answers.pop()


@pytest.mark.parametrize("status", ENDED)
def test_a_record_no_longer_public_keeps_its_address_and_says_why_but_not_what_it_said(
    client, hidden, status
):
    for record in hidden[status]:
        response = client.get(record.get_absolute_url())
        page = response.content.decode()
        assert response.status_code == 410
        # The record may be published again, and browsers cache a 410 by default.
        assert response["Cache-Control"] == "no-cache"
        assert f"{MARKER}reason" in page
        assert f"<title>{Status(status).label} ·" in page
        for column in ("summary", "body", "description", "note", "remark"):
            assert f"{MARKER}{column}" not in page


@pytest.mark.parametrize("status", HIDDEN)
def test_staff_see_an_unpublished_entry_in_the_admin_marked_and_never_cached(client, hidden, status):
    client.force_login(make.make_editor())
    for entry in hidden[status]:
        if not isinstance(entry, Entry):
            continue
        response = client.get(address_of("draft_preview", entry))
        page = response.content.decode()
        assert response.status_code == 200
        assert f"{MARKER}summary" in page
        assert 'name="robots" content="noindex"' in page
        assert "no-store" in response["Cache-Control"]


def test_a_public_address_answers_everybody_alike_and_never_looks_who_it_is(hidden, module_world):
    """So that any cache may stand before it."""
    hidden_pages = [record.get_absolute_url() for records in hidden.values() for record in records]
    visitor, editor = Client(), Client()
    editor.force_login(make.make_editor())
    for address in [*addresses(module_world), *hidden_pages, *files(), *site_files()]:
        answers = [one.get(address) for one in (visitor, editor)]
        for answer in answers:
            assert not answer.wsgi_request.session.accessed, address
            assert "cookie" not in answer.get("Vary", "").lower(), address
            assert not answer.cookies, address
        texts = [texts_of(answer) if address in files() else answer.content for answer in answers]
        assert (answers[0].status_code, texts[0]) == (answers[1].status_code, texts[1]), address


@in_each_language
def test_every_public_address_answers_in_a_fixed_number_of_queries(client, world, prefix):
    public = [prefix + address for address in addresses(world)]

    def queries() -> dict[str, int]:
        counts = {}
        for address in public:
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200, address
            counts[address] = len(captured)
        return counts

    add_entries(world, "第二")
    few = queries()
    add_entries(world, "再加")
    assert queries() == few
    assert max(few.values()) <= 37


def without_language(link):
    path = link.partition("?")[0]
    return path if language_of_path(path) == "zh-hans" else f"/{path.split('/', 2)[2]}"


@in_each_language
def test_every_link_on_every_page_leads_somewhere(client, world, prefix):
    seen, elsewhere, waiting = set(), set(), {f"{prefix}/"}
    while waiting:
        address = waiting.pop()
        seen.add(address)
        response = client.get(address)
        assert response.status_code == 200, address
        if not response["Content-Type"].startswith("text/html"):
            # Consume the whole stream. It may be empty: a format of lines has none if no record matches.
            response.getvalue()
            continue
        if "&" in address:
            # Of several conditions, the pages of which lead to those of fewer.
            continue
        for link in map(html.unescape, re.findall(r'<a[^>]* href="(/[^"#]*)', response.content.decode())):
            if language_of_path(link) == language_of_path(prefix):
                if not link.startswith("/static/"):
                    waiting |= {link.replace("&amp;", "&")} - seen
            else:
                elsewhere.add(without_language(link))
    # Files of references have one address, which pages in every language lead to.
    of_references = {link for link in elsewhere if link.rpartition(".")[2] in FILES}
    assert {client.get(link).status_code for link in of_references} <= {200}
    elsewhere -= of_references
    # Links reach every page, and every page that is linked in another language is linked in this one.
    assert {prefix + address for address in addresses(world)} <= seen
    assert elsewhere <= {without_language(address) for address in seen}


def test_no_page_has_inline_code(client, pages):
    for address, response in {**pages, "/nowhere/": client.get("/nowhere/")}.items():
        # Structured data is no code: browsers do not execute it, nor does the policy restrict it.
        page = re.sub(r'<script type="application/ld\+json">[^<]*</script>', "", response.content.decode())
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", page), address


def test_every_page_says_its_language_and_has_one_heading_and_a_title(pages):
    for address, response in pages.items():
        tag = TAGS[language_of_path(address)]
        page = response.content.decode()
        assert f'<html lang="{tag}">' in page
        assert response["Content-Language"] == tag
        assert len(re.findall(r"<h1[ >]", page)) == 1, address
        assert re.search(r"<title>\s*\S", page), address


def test_headings_never_skip_a_level(pages):
    for address, response in pages.items():
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", response.content.decode())]
        for above, below in zip(levels, levels[1:], strict=False):
            assert below <= above + 1, (address, levels)


def test_ids_on_a_page_are_unique(pages):
    for address, response in pages.items():
        ids = re.findall(r'\sid="([^"]+)"', response.content.decode())
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
        if issubclass(model, TitleSlugModel) and model.__name__ not in ("Chronicle", "Entry"):
            assert callable(getattr(model, "get_absolute_url", None)), model


def test_nobody_sees_drafts_by_default(world):
    add_entries(world, MARKER, status="draft")
    assert Entry.objects.published()
    assert set(Entry.objects.visible_to(AnonymousUser())) == set(Entry.objects.published())

"""The admins of reference records: counts of entries, sources, and the default admin."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from tests.admin_lists import rows
from tests.factories import make_organization, make_source
from tests.forms import fields_of
from tests.world import add_entries, make_world
from timeline.admin.reference import CITATION_INLINES, ReferenceAdmin, SourceAdmin
from timeline.models import REFERENCES, Area, Entry, Organization, OrganizationCitation, Phase, Source, Topic
from timeline.models.kinds import fields_naming

pytestmark = pytest.mark.django_db


def test_reference_lists_count_the_entries_that_refer_to_each(editor_client):
    world = make_world()
    add_entries(world, "一")
    add_entries(world, "二", status="draft")
    counted = {
        "phase": (world.phase, Entry.objects.filter(phase=world.phase).count()),
        "topic": (world.topic, Entry.objects.filter(topics=world.topic).count()),
        # Three policies, three milestones and three designations refer to the organization. The area is one of three
        # milestones, and both the designee and a further area of three designations.
        "organization": (world.organization, 9),
        "area": (world.area, 6),
        "source": (world.source, Entry.objects.filter(citations__source=world.source).distinct().count()),
    }
    for noun, (record, number) in counted.items():
        (row,) = [row for row in rows(editor_client, noun) if row.startswith(f"{record.title} ")]
        assert row.split()[-2] == str(number), noun


def test_every_model_has_a_screen_and_the_shared_one_counts_too():
    assert all(isinstance(admin.site.get_model_admin(model), ReferenceAdmin) for model in REFERENCES)
    world = make_world()
    shared = ReferenceAdmin(Organization, admin.site)
    row = shared.with_columns(shared.get_queryset(None)).get(pk=world.organization.pk)
    assert shared.entry_count(row) == 3
    assert shared.list_display == ["title", "stage", "entry_count", "last_change"]
    assert [inline.model for inline in shared.get_inlines(None, None)] == [OrganizationCitation]
    assert ReferenceAdmin(Source, admin.site).get_inlines(None, None) == []


def test_the_number_of_entries_leads_to_them_where_any_entry_can_refer_to_the_record():
    models = (Phase, Topic, Organization, Source)
    filters = [admin.site.get_model_admin(model).entry_filter for model in models]
    assert filters == ["phase__id__exact", "topics__id__exact", "", ""]


@pytest.mark.parametrize("model", REFERENCES, ids=lambda model: model._meta.model_name)
def test_columns_of_all_entries_or_of_kinds_name_a_record_and_never_both(model):
    # With both, an entry would be counted twice.
    owners = {field.model for field in fields_naming(model)}
    assert Entry not in owners or owners == {Entry}


def test_a_record_that_cites_has_its_sources_on_its_screen(editor_client):
    assert {Phase, Topic, Organization, Area} == {*CITATION_INLINES}
    world = make_world()
    for record in (world.phase, world.topic, world.organization, world.area, world.source):
        page = editor_client.get(
            reverse(f"admin:timeline_{record._meta.model_name}_change", args=[record.pk])
        ).content.decode()
        assert ('id="citations-group"' in page) == (type(record) in CITATION_INLINES)


def test_the_title_of_a_topic_or_a_source_is_not_explained_as_that_of_a_document(editor_client):
    told = {}
    for name in ("policy", "topic", "source"):
        page = editor_client.get(reverse(f"admin:timeline_{name}_add")).content.decode()
        told[name] = re.search(r'id="id_title_helptext">\s*<div>(.*?)</div>', page, re.S)[1]
    assert len({*told.values()}) == 3


def test_a_text_that_is_too_long_is_refused_with_its_length_and_kept(editor_client):
    address = reverse("admin:timeline_area_add")
    page = editor_client.get(address).content.decode()
    assert "maxlength" not in page
    form = fields_of(page) | {
        "title": "长" * 360,
        "citations-TOTAL_FORMS": "1",
        "citations-0-source": str(make_source().pk),
        "citations-0-number": "1",
        "citations-0-weight": "0",
        "citations-0-quotation": "引" * 80,
    }
    page = editor_client.post(address, form).content.decode()
    assert "长" * 360 in page
    assert "引" * 80 in page
    assert "最多300个字，现有360个字。" in page
    assert "最多60个字，现有80个字。" in page


def test_the_form_of_a_citation_asks_for_the_words_of_the_source_apart_from_those_of_the_editors(
    editor_client,
):
    page = editor_client.get(reverse("admin:timeline_area_add")).content.decode()
    names = re.findall(r'name="citations-__prefix__-([a-z_]+)"', page)
    assert [name for name in names if name not in ("id", "area", "DELETE")] == [
        "source", "locator", "number",
        "new_source_title", "new_source_warned", "new_source_type", "new_source_publisher",
        "new_source_published", "new_source_url", "new_source_accessed",
        "quotation", "quotation_en", "date", "remark", "remark_en", "weight"
    ]  # fmt: skip


def test_the_form_of_a_source_asks_what_it_is_then_what_was_read_of_it(editor_client):
    page = editor_client.get(reverse("admin:timeline_source_add")).content.decode()
    names = re.findall(r'<(?:input|textarea|select)[^>]* name="([a-z_]+)"', page)
    fields = {field.name for field in Source._meta.fields if field.editable and field.name != "id"}
    named = [name for name in names if name in fields]
    assert set(named) == fields
    assert named[:10] == [
        "title", "aliases", "type", "author", "publisher", "place", "published", "reprint", "number", "pages"
    ]  # fmt: skip
    assert named[10:18] == [*SourceAdmin.reading_fields]


def test_a_form_begins_with_names_and_a_phase_with_what_the_picture_says_of_it(editor_client):
    for name, first in (
        ("phase", ["title", "short_title", "aliases", "period", "gist"]),
        ("organization", ["title", "aliases"]),
    ):
        page = editor_client.get(reverse(f"admin:timeline_{name}_add")).content.decode()
        names = re.findall(r'name="([a-z_]+)"', page)
        assert names[names.index("title") :][: len(first)] == first


@pytest.mark.parametrize("words", ["工信部", "miit", "工業和信息化", "信息", "body-one"])
def test_a_record_is_found_by_each_of_its_names_in_either_script(editor_client, words):
    make_organization(title="工业和信息化部", aliases="工信部；MIIT", slug="body-one")
    make_organization(title="甲")
    address = reverse("admin:timeline_organization_changelist")
    assert rows_of(editor_client.get(address, {"q": words})) == ["工业和信息化部"]
    query = {"app_label": "timeline", "model_name": "policy", "field_name": "issuers", "term": words}
    answer = editor_client.get(reverse("admin:autocomplete"), query).json()
    assert len(answer["results"]) == 1


def test_a_source_is_found_by_its_address(editor_client):
    make_source(title="甲", url="https://example.org/one")
    address = reverse("admin:timeline_source_changelist")
    assert rows_of(editor_client.get(address, {"q": "example.org/one"})) == ["甲"]


def rows_of(answer):
    return [record.title for record in answer.context["cl"].result_list]


@pytest.mark.parametrize("noun", ["topic", "source", "phase", "chronicle", "milestone"])
def test_what_stands_beside_the_buttons_is_not_among_the_fields_too(editor_client, noun):
    make_world()
    key = apps.get_model("timeline", noun).objects.order_by("pk").first().pk
    for address in (
        reverse(f"admin:timeline_{noun}_change", args=[key]),
        *([reverse(f"admin:timeline_{noun}_add")] if noun != "chronicle" else []),
    ):
        page = editor_client.get(address).content.decode()
        assert page.count('name="why"') == 1
        assert page.count('name="public_from"') <= 1

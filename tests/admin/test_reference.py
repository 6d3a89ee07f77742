"""The admins of reference records: counts of entries, sources, and the default admin."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.admin_lists import rows
from tests.world import add_entries, make_world
from timeline.admin.reference import CITATION_INLINES, ReferenceAdmin
from timeline.models import REFERENCES, Entry, Organization, Phase, Source, Topic
from timeline.models.kinds import fields_naming

pytestmark = pytest.mark.django_db


def test_reference_lists_count_the_entries_that_refer_to_each(editor_client):
    world = make_world()
    add_entries(world, "一")
    add_entries(world, "二", status="draft")
    counted = {
        "phase": (world.phase, Entry.objects.filter(phase=world.phase).count()),
        "topic": (world.topic, Entry.objects.filter(topics=world.topic).count()),
        # Three policies, three milestones and three designations refer to the organization. The area is both
        # the designee and a further area of three designations.
        "organization": (world.organization, 9),
        "area": (world.area, 3),
        "source": (world.source, Entry.objects.filter(citations__source=world.source).distinct().count()),
    }
    for noun, (record, number) in counted.items():
        (row,) = [row for row in rows(editor_client, noun) if row.startswith(f"{record.title} ")]
        assert row.split()[-1] == str(number), noun


def test_every_model_has_a_screen_and_the_shared_one_counts_too():
    assert all(isinstance(admin.site.get_model_admin(model), ReferenceAdmin) for model in REFERENCES)
    world = make_world()
    shared = ReferenceAdmin(Organization, admin.site)
    row = shared.with_columns(shared.get_queryset(None)).get(pk=world.organization.pk)
    assert shared.entry_count(row) == 3
    assert (shared.list_display, shared.get_inlines(None, None)) == (["title", "entry_count"], [])


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
    assert {Phase, Topic} <= {*CITATION_INLINES}
    world = make_world()
    for record in (world.phase, world.topic, world.area):
        page = editor_client.get(
            reverse(f"admin:timeline_{record._meta.model_name}_change", args=[record.pk])
        ).content.decode()
        assert ('id="citations-group"' in page) == (type(record) in CITATION_INLINES)

"""The base class of the admins: ancestors, URLs, list queries, and what a request carries."""

import datetime
import re

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.admin_lists import rows
from tests.forms import address_of, fields_of
from timeline.admin import record_views
from timeline.admin.record_views import actor, is_popup_request
from timeline.editing.working_copies import discard_working_copy, save_working_copy
from timeline.models import Entry, Organization, Phase, Policy, Source, Topic
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db

# The largest number of classes of ours that an admin inherits, itself not counted.
MAX_ANCESTORS = 6


def test_a_page_stands_in_a_window_where_its_address_or_its_form_says_so():
    ask = RequestFactory()
    assert is_popup_request(ask.get("/", {"_popup": "1"}))
    assert is_popup_request(ask.post("/", {"_popup": "1"}))
    assert not is_popup_request(ask.get("/"))


def test_nobody_does_anything_without_a_name(rf):
    request = rf.post("/")
    request.user = None
    with pytest.raises(PermissionDenied):
        actor(request)


def ancestors(screen):
    return [base.__name__ for base in type(screen).__mro__[1:] if base.__module__.startswith("timeline.")]


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.model_name)
def test_an_admin_has_few_ancestors(model):
    found = ancestors(admin.site._registry[model])
    assert len(found) <= MAX_ANCESTORS, found


def test_a_page_of_ours_stands_instead_of_djangos_of_the_same_name():
    names = [pattern.name for pattern in admin.site.get_model_admin(Entry).get_urls() if pattern.name]
    assert len(names) == len(set(names))
    assert "timeline_entry_change" in names


def test_what_only_columns_display_is_read_for_lists_and_not_for_single_records(editor_client):
    make.empty()
    entry = make.make_goal(title="甲", topics=[make.make_topic(title="专题")])
    make.make_citation(entry)
    topic = Topic.objects.get()
    listed = {"goal": "citation_number", "topic": "entry_number"}
    for record in (entry, topic):
        column = listed[record._meta.model_name]
        with CaptureQueriesContext(connection) as queries:
            assert editor_client.get(address_of("change", record)).status_code == 200
        assert not any(column in query["sql"] for query in queries), record
        with CaptureQueriesContext(connection) as queries:
            assert rows(editor_client, record._meta.model_name)[0].startswith(record.title)
        assert any(column in query["sql"] for query in queries), record


def delete_pages(client, record):
    """Return the pages of both ways to delete a record, after confirmation."""
    name = f"admin:timeline_{record._meta.model_name}"
    one = client.post(reverse(f"{name}_delete", args=[record.pk]), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [record.pk], "post": "yes"}
    return one.content.decode(), client.post(reverse(f"{name}_changelist"), chosen).content.decode()


def copy_naming(record):
    """A public entry whose working copy refers to the record, which its public text does not."""
    policy = make.make_policy(published=True)
    row = table_of(Policy).whole_row_of(policy)
    citation = row["citations"][0] | {"source": record.slug}
    relation = {"type": "implements", "to": record.slug, "change": "", "change_en": ""}
    changes = {
        Topic: {"topics": [record.slug]},
        Phase: {"phase": record.slug},
        Organization: {"issuers": [record.slug]},
        Source: {"citations": [citation]},
        Policy: {"relations": [relation]},
    }
    save_working_copy(policy, row | changes[type(record)], by=make.make_user())
    return policy


@pytest.mark.parametrize(
    "maker", [make.make_topic, make.make_phase, make.make_organization, make.make_source, make.make_policy]
)
def test_what_a_working_copy_names_is_not_deleted_and_the_copy_is_linked(editor_client, maker):
    record = maker(published=False)
    policy = copy_naming(record)
    link = f'href="{reverse("admin:timeline_policy_working_copy", args=[policy.pk])}"'
    assert all(link in page for page in delete_pages(editor_client, record))
    assert type(record).objects.filter(pk=record.pk).exists()
    discard_working_copy(policy, by=make.make_editor(), comment="不再引用")
    delete_pages(editor_client, record)
    assert not type(record).objects.filter(pk=record.pk).exists()


@pytest.mark.parametrize("status", ["draft", "review", "scheduled"])
def test_what_an_entry_names_is_not_deleted_whatever_its_status_and_the_entry_is_linked(
    editor_client, status
):
    topic, user = make.make_topic(published=False), make.make_user()
    entry = make.make_milestone(title="引用它的", topics=[topic])
    make.make_citation(entry)
    if status == "review":
        entry.submit(by=user)
    elif status == "scheduled":
        entry.publish(by=user, public_from=timezone.now() + datetime.timedelta(days=9))
    link = f'<a href="{reverse("admin:timeline_milestone_change", args=[entry.pk])}">'
    assert all(link in page for page in delete_pages(editor_client, topic))
    assert Topic.objects.exists()


def test_of_many_working_copies_that_name_a_record_the_first_are_listed(editor_client, monkeypatch):
    monkeypatch.setattr(record_views, "MAX_LISTED", 2)
    topic = make.make_topic(published=False)
    for _number in range(4):
        copy_naming(topic)
    for page in delete_pages(editor_client, topic):
        assert page.count("/working-copy/") == 2


def test_of_many_records_that_name_those_to_be_deleted_the_first_are_listed_and_the_others_counted(
    editor_client, monkeypatch
):
    monkeypatch.setattr(record_views, "MAX_LISTED", 2)
    topic = make.make_topic(published=False)
    for _number in range(5):
        make.make_milestone(topics=[topic])
    page, _selected = delete_pages(editor_client, topic)
    assert len(re.findall(r'<li>[^<]*<a href="/admin/timeline/milestone/\d+/change/">', page)) == 2
    assert re.search(r"<li>\D*3\D*</li>", page)


def test_the_quotes_of_a_title_are_single_ones_in_what_is_told_of_it(editor_client):
    topic = make.make_topic(title="名为“引号”的专题", published=False)
    form = fields_of(editor_client.get(address_of("change", topic)).content.decode())
    page = editor_client.post(address_of("change", topic), form, follow=True).content.decode()
    assert "名为‘引号’的专题</a>”" in page

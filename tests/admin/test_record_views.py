"""The base class of the admins: ancestors, URLs, list queries, and what a request carries."""

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.admin_lists import rows
from tests.forms import address_of
from timeline.admin.record_views import actor, is_popup_request
from timeline.models import Entry, Topic

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


@pytest.mark.django_db
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

"""The choice of records in forms: drafts are marked, withdrawn records are not offered."""

import html
import json
import re

import pytest
from django.urls import reverse

from tests import factories as make
from tests.forms import address, address_of, fields_of, opened
from timeline.editing.working_copies import find_working_copy
from timeline.models import Source, Topic

pytestmark = pytest.mark.django_db


def offered(client, **query):
    query = {"app_label": "timeline", "model_name": "milestone", "field_name": "topics", "term": ""} | query
    return [one["text"] for one in client.get(reverse("admin:autocomplete"), query).json()["results"]]


def is_marked(label, title):
    return label.startswith(title) and "草稿" in label.removeprefix(title)


def handed_over(response):
    data = re.search(r'data-popup-response="([^"]*)"', response.content.decode())[1]
    return json.loads(html.unescape(data))


def test_drafts_are_marked_where_they_are_offered_and_where_they_are_chosen(editor_client):
    make.empty()
    make.make_topic(title="公开的")
    draft = make.make_topic(title="新的", published=False)
    public, marked = sorted(offered(editor_client))
    assert public == "公开的"
    assert is_marked(marked, "新的")
    entry = make.make_milestone(topics=[draft])
    page = editor_client.get(address("change", entry.pk)).content.decode()
    chosen = re.search(rf'<option value="{draft.pk}" selected[^>]*>([^<]*)</option>', page)
    assert is_marked(chosen[1], "新的")


@pytest.mark.parametrize("term", ["宁波", "寧波"])
def test_the_nearest_name_is_offered_first(editor_client, term):
    make.empty()
    make.make_organization(title="国务院", description="批复过宁波的规划。", precedence=1)
    make.make_organization(title="浙江宁波新闻社", precedence=2)
    make.make_organization(title="宁波市政府", precedence=3)
    make.make_organization(title="某市政府", aliases="宁波", precedence=4)
    found = offered(editor_client, model_name="policy", field_name="issuers", term=term)
    assert found == ["某市政府", "宁波市政府", "浙江宁波新闻社", "国务院"]


def test_a_withdrawn_record_is_not_offered_and_stays_where_it_was_chosen(editor_client):
    make.empty()
    topic = make.make_topic(title="撤回的")
    topic.withdraw(by=make.make_user(), comment="有误")
    assert offered(editor_client) == []
    entry = make.make_milestone(topics=[topic])
    assert opened(editor_client, entry)["topics"] == [str(topic.pk)]


@pytest.mark.parametrize("noun", ["topic", "source", "organization", "area"])
def test_what_is_created_in_a_window_is_a_draft_and_chosen_at_once(editor_client, noun):
    there = reverse(f"admin:timeline_{noun}_add") + "?_to_field=id&_popup=1"
    form = fields_of(editor_client.get(there).content.decode()) | {"title": "窗口里新建的"}
    answer = handed_over(editor_client.post(there, form | ({"type": "page"} if noun == "source" else {})))
    assert is_marked(answer["obj"], "窗口里新建的")
    record = make.apps.get_model("timeline", noun).objects.get(pk=answer["value"])
    assert record.status == "draft"
    assert record.revisions.count() == 1


def test_what_is_changed_in_a_window_is_a_working_copy_if_it_is_public_and_says_so(editor_client):
    source = make.make_source(title="公开的来源")
    there = f"{address_of('change', source)}?_to_field=id&_popup=1"
    page = editor_client.get(there).content.decode()
    assert "修订稿" in page.partition('id="content"')[2]
    answer = handed_over(editor_client.post(there, fields_of(page) | {"title": "修订的来源"}))
    assert answer["obj"].startswith("公开的来源")
    assert re.search("修订稿|working copy", answer["obj"])
    assert Source.objects.get().title == "公开的来源"
    assert find_working_copy(source).content["title"] == "修订的来源"


def test_a_source_that_is_typed_in_a_citation_is_a_draft_with_a_revision(editor_client):
    add = address("add")
    form = fields_of(editor_client.get(add).content.decode()) | {
        "title": "引用新来源的", "citations-TOTAL_FORMS": "1", "citations-0-new_source_title": "新的来源",
        "citations-0-new_source_type": "page",
    }  # fmt: skip
    assert editor_client.post(add, form).status_code == 302
    source = Source.objects.get()
    assert (source.title, source.status, source.revisions.count()) == ("新的来源", "draft", 1)
    assert Topic.objects.count() == 0

"""The stage and the last change in the lists of all records, their filter, and transitions of many."""

import re

import pytest
from django.urls import reverse

from tests import factories as make
from tests.admin_lists import rows
from timeline.editing.revisions import record_revision, table_of_record
from timeline.editing.stages import STAGES
from timeline.editing.working_copies import save_working_copy
from timeline.models import Topic

pytestmark = pytest.mark.django_db

NOUNS = ["topic", "source", "organization", "area", "milestone"]


def make_of(noun, **kw):
    return {model._meta.model_name: maker for model, maker in make.RECORD_MAKERS.items()}[noun](**kw)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_says_at_which_stage_each_record_is_and_who_changed_it_last(editor_client, noun):
    make.empty()
    editor_client.force_login(make.make_editor())
    wang = make.make_user(username="wang")
    draft, public = make_of(noun, title="甲", published=False), make_of(noun, title="乙", published=True)
    record_revision(draft, by=wang)
    row = table_of_record(public).whole_row_of(public)
    save_working_copy(public, row | {"title_en": "Revised"}, by=wang)
    found = {row.split()[0]: row for row in rows(editor_client, noun)}
    assert "草稿" in found["甲"]
    assert "wang" in found["甲"]
    assert all(words in found["乙"] for words in ("已发布", "有修订稿"))


@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_is_filtered_by_stage_and_the_reason_of_a_return_stands_in_it(editor_client, noun):
    make.empty()
    editor_client.force_login(make.make_editor())
    li = make.make_user(username="li")
    returned, _draft = make_of(noun, title="退回的", published=False), make_of(noun, published=False)
    if noun == "milestone":
        make.make_citation(returned)
    returned.submit(by=li)
    returned.send_back(by=li, comment="缺少出处")
    (row,) = rows(editor_client, noun, stage="returned")
    assert row.startswith("退回的")
    assert "缺少出处" in row
    for name in STAGES:
        assert (
            editor_client.get(reverse(f"admin:timeline_{noun}_changelist"), {"stage": name}).status_code
            == 200
        )


def test_many_reference_records_are_published_from_their_list(editor_client):
    topics = [make.make_topic(published=False) for _number in range(3)]
    chosen = {"action": "publish", "_selected_action": [topic.pk for topic in topics]}
    asked = editor_client.post(reverse("admin:timeline_topic_changelist"), chosen, follow=True)
    (keys,) = re.findall(r'name="ids" value="([^"]*)"', asked.content.decode())
    editor_client.post(asked.redirect_chain[-1][0], {"ids": keys, "note": "可以"})
    assert Topic.objects.published().filter(pk__in=[topic.pk for topic in topics]).count() == 3
    assert {topic.revisions.get().comment for topic in topics} == {"可以"}


def test_what_was_public_is_not_deleted_from_a_list_and_the_page_says_what_to_do(editor_client):
    topic, draft = make.make_topic(title="公开的"), make.make_topic(title="草拟的", published=False)
    chosen = {"action": "delete_selected", "_selected_action": [topic.pk, draft.pk], "post": "yes"}
    page = editor_client.post(
        reverse("admin:timeline_topic_changelist"), chosen, follow=True
    ).content.decode()
    assert "公开的" in page
    assert Topic.objects.filter(pk=topic.pk).exists()
    assert not Topic.objects.filter(pk=draft.pk).exists()
    assert draft.revisions.get().action == "deleted"

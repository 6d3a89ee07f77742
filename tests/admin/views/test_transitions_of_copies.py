"""Transitions of several submitted changes, chosen in a list: what they change, what is to be confirmed, what is left out."""

import re

import pytest
from django.db.models import F

from tests import factories as make
from tests.copies import status_of_copy
from tests.editing.entries import whole
from tests.forms import address, fields_of
from tests.transition_pages import asked, button_of, form_url, left_out
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Milestone, Revision

pytestmark = pytest.mark.django_db


def submitted(title):
    """A public entry with a submitted change of its summary."""
    author = make.make_user()
    entry = make_revised(author, title=title, summary="改过的摘要")
    perform_copy_transition(entry, "submit", by=author, seen_number=find_working_copy(entry).number)
    return entry


def make_revised(author, *, title, summary):
    entry = make.make_milestone(title=title, summary="公开的摘要", date="2013")
    make.make_citation(entry, locator="¶1")
    record_revision(entry, by=author)
    entry.publish(by=make.make_user())
    save_working_copy(entry, whole(entry) | {"summary": summary}, by=author)
    return entry


def send(client, page, **typed):
    return client.post(page.redirect_chain[-1][0], fields_of(page.content.decode()) | typed, follow=True)


def public_summaries():
    return {one.title: one.summary for one in Milestone.objects.published()}


def test_submitted_changes_are_published_from_the_list_beside_drafts(editor_client):
    first, second = submitted("甲"), submitted("乙")
    draft = make.make_milestone(title="丙", summary="新的摘要")
    make.make_citation(draft, locator="¶1")
    record_revision(draft, by=make.make_user())
    page = asked(editor_client, "publish", first, second, draft)
    assert left_out(page) == {}
    text = page.content.decode()
    for entry in (first, second):
        assert f'<a href="{address("working_copy", entry.pk)}">' in text
    assert text.count('class="copy-changes"') == 2
    assert "公开的摘要" in re.sub(r"</?(?:del|ins)>", "", text)
    assert "改过的摘要" in re.sub(r"</?(?:del|ins)>", "", text)
    send(editor_client, page, note="一并发布")
    assert public_summaries() == {"甲": "改过的摘要", "乙": "改过的摘要", "丙": "新的摘要"}
    for entry in (first, second):
        assert find_working_copy(entry) is None


@pytest.mark.checklist
def test_the_warnings_on_submitted_changes_are_confirmed_by_name(editor_client):
    entries = [submitted("甲"), submitted("乙")]
    page = asked(editor_client, "publish", *entries)
    text = page.content.decode()
    (of_all,) = re.findall(r'data-confirm-all value="([^"]*)"', text)
    again = send(editor_client, page)
    assert {*public_summaries().values()} == {"公开的摘要"}
    assert button_of(again) == button_of(page)
    send(editor_client, page, confirm=[of_all])
    assert {*public_summaries().values()} == {"改过的摘要"}
    for entry in entries:
        last = Revision.objects.for_record(entry).by_number().last()
        assert {*last.confirmed_warnings} == {value.partition("~")[0] for value in of_all.split(",")}


def test_submitted_changes_are_scheduled_together(editor_client):
    entries = [submitted("甲"), submitted("乙")]
    send(editor_client, asked(editor_client, "publish", *entries), now="2099-01-04T09:00")
    assert [find_working_copy(entry).public_from.year for entry in entries] == [2099, 2099]
    assert {*public_summaries().values()} == {"公开的摘要"}


def test_submitted_changes_are_sent_back_together_with_the_reason(editor_client):
    entries = [submitted("甲"), submitted("乙")]
    send(editor_client, asked(editor_client, "send_back", *entries), reason="请补出处")
    for entry in entries:
        copy = find_working_copy(entry)
        assert (copy.status, copy.action, copy.comment) == ("draft", "sent_back", "请补出处")


def test_a_change_that_was_not_submitted_is_left_out(editor_client):
    ready, begun = submitted("甲"), make_revised(make.make_user(), title="乙", summary="写到一半")
    page = asked(editor_client, "publish", ready, begun)
    assert [*left_out(page)] == [form_url(begun)]
    send(editor_client, page)
    assert public_summaries() == {"甲": "改过的摘要", "乙": "公开的摘要"}


def test_a_change_of_a_text_that_is_another_by_now_is_left_out(editor_client):
    ready, outdated = submitted("甲"), submitted("乙")
    make.update_unchecked(Milestone.objects.filter(pk=outdated.pk), date=F("date"), short_title="另改")
    record_revision(Milestone.objects.get(pk=outdated.pk), by=make.make_user())
    page = asked(editor_client, "publish", ready, outdated)
    assert [*left_out(page)] == [address("working_copy", outdated.pk)]


def test_a_change_that_was_changed_since_the_page_was_shown_is_not_published(editor_client):
    first, second = submitted("甲"), submitted("乙")
    page = asked(editor_client, "publish", first, second)
    save_working_copy(second, whole(second) | {"summary": "没人看过的"}, by=make.make_user())
    send(editor_client, page)
    assert public_summaries() == {"甲": "改过的摘要", "乙": "公开的摘要"}
    assert find_working_copy(second).content["summary"] == "没人看过的"


def test_a_draft_named_by_a_change_is_listed_and_becomes_public_with_it(editor_client):
    author = make.make_user()
    entries = [submitted("甲"), submitted("乙")]
    topic = make.make_topic(title="新的专题", published=False)
    record_revision(topic, by=author)
    save_working_copy(entries[0], whole(entries[0]) | {"topics": [topic.slug]}, by=author)
    page = asked(editor_client, "publish", *entries)
    assert "新的专题" in page.content.decode()
    send(editor_client, page)
    topic.refresh_from_db()
    assert topic.is_public


def test_one_submitted_change_is_reviewed_on_its_own_page(editor_client):
    entry = submitted("甲")
    page = asked(editor_client, "publish", entry)
    assert page.redirect_chain[-1][0] == address("publish_copy", entry.pk)
    assert status_of_copy(entry) == "review"

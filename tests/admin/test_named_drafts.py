"""Drafts that become public with what names them are listed before and named after; what is named cannot be withdrawn."""

import html
import re

import pytest
from django.urls import reverse

from tests import factories as make
from tests.forms import address, address_of, fields_of, opened, save
from timeline.admin import named_drafts
from timeline.editing.revisions import record_revision, table_of_record
from timeline.editing.working_copies import save_working_copy
from timeline.models import Revision, Source, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    """A draft that names a draft topic, which names a draft phase, and a public source."""
    phase = make.make_phase(title="新的阶段", published=False)
    topic = make.make_topic(title="新的专题", published=False)
    topic.phases.add(phase)
    entry = make.make_milestone(title="新的大事", topics=[topic])
    make.make_citation(entry, source=make.make_source(title="公开的来源"))
    return entry


def linked(page, record):
    return f'<a href="{address_of("change", record)}">{record}</a>' in page


def verb(record, name):
    return reverse(f"admin:timeline_{record._meta.model_name}_verb", args=[name]) + f"?ids={record.pk}"


def shown(client, where):
    """The page at an address, to which the page of a single publication is another, and its own address."""
    answer = client.get(where, follow=True)
    return answer.content.decode(), answer.redirect_chain[-1][0] if answer.redirect_chain else where


def messages_of(client, response):
    page = client.get(response["Location"]).content.decode()
    return html.unescape(" ".join(re.findall(r'<li class="success">(.*?)</li>', page, re.S)))


def test_every_page_that_publishes_lists_what_comes_along_and_no_other(editor_client, entry):
    for where in (address("change", entry.pk), address("draft_preview", entry.pk), verb(entry, "publish")):
        page, _address = shown(editor_client, where)
        assert linked(page, Topic.objects.get()), where
        assert "新的阶段" in page, where
        assert "公开的来源</a></li>" not in page
    assert "新的阶段" not in editor_client.get(verb(entry, "submit")).content.decode()


def test_a_working_copy_lists_the_drafts_that_it_names(editor_client):
    source = make.make_source(title="新的来源", published=False)
    public = make.make_milestone(title="公开的", published=True)
    row = table_of_record(public).whole_row_of(public)
    cited = row["citations"][0] | {"source": source.slug}
    save_working_copy(public, row | {"citations": [cited]}, by=make.make_user())
    for tag in ("change", "publish_copy"):
        assert linked(editor_client.get(address(tag, public.pk)).content.decode(), source), tag
    page = editor_client.get(address("publish_copy", public.pk)).content.decode()
    answer = editor_client.post(address("publish_copy", public.pk), fields_of(page))
    assert ">新的来源</a>" in (told := messages_of(editor_client, answer))
    assert "来源：<a" in told
    assert Source.objects.get(pk=source.pk).is_public


def test_what_was_published_along_is_named_afterwards_however_it_was_published(editor_client, entry):
    answer = save(editor_client, entry, opened(editor_client, entry), _transition="publish")
    words = messages_of(editor_client, answer)
    assert linked(words, Topic.objects.get())
    assert "新的阶段" in words
    assert "新的大事" not in words.partition("新的专题")[2]
    assert Topic.objects.get().is_public
    other = make.make_topic(title="另一专题", published=False)
    for where in ("verb", "preview"):
        one = make.make_milestone(topics=[other])
        make.make_citation(one)
        place = verb(one, "publish") if where == "verb" else address("draft_preview", one.pk)
        page, place = shown(editor_client, place)
        answer = editor_client.post(place, fields_of(page) | {"_transition": "publish"})
        words = messages_of(editor_client, answer)
        assert ("另一专题" in words) is (where == "verb"), "It is public by then."


def test_what_is_scheduled_along_is_not_called_published(editor_client, entry):
    answer = save(
        editor_client,
        entry,
        opened(editor_client, entry),
        _transition="publish",
        public_from="2099-01-04T09:00",
    )
    topic = Topic.objects.get()
    assert (topic.is_public, topic.is_published_or_scheduled) == (False, True)
    words = messages_of(editor_client, answer)
    assert linked(words, topic)
    assert "一并发布" not in words


def test_of_many_drafts_the_first_are_listed_and_the_others_counted(editor_client, entry, monkeypatch):
    monkeypatch.setattr(named_drafts, "MAX_NAMED", 1)
    page, _address = shown(editor_client, verb(entry, "publish"))
    assert len(re.findall(r"<li>(?:专题|阶段)(?:: |：)", page)) == 1
    words = messages_of(
        editor_client, save(editor_client, entry, opened(editor_client, entry), _transition="publish")
    )
    assert ("新的专题" in words) is not ("新的阶段" in words)


def test_the_page_of_a_withdrawal_lists_what_is_public_and_names_the_record(editor_client):
    topic = make.make_topic(title="专题")
    public = make.make_milestone(title="公开的大事", topics=[topic], published=True)
    draft = make.make_milestone(title="草拟的大事", topics=[topic])
    page = editor_client.get(verb(topic, "withdraw")).content.decode()
    assert linked(page, public)
    assert not linked(page, draft)
    answer = editor_client.post(verb(topic, "withdraw"), {"ids": topic.pk, "reason": "有误"}, follow=True)
    assert "公开的大事" in answer.content.decode()
    topic.refresh_from_db()
    assert topic.is_public
    public.withdraw(by=make.make_user(), comment="有误")
    editor_client.post(verb(topic, "withdraw"), {"ids": topic.pk, "reason": "有误"})
    topic.refresh_from_db()
    assert topic.has_ended
    assert Revision.objects.for_record(topic).by_number().last().comment == "有误"


def send_again(client, where, entry, **typed):
    page, there = shown(client, where)
    change = Topic.objects.get()
    change.title = "没有人看过的专题"
    change.save()
    record_revision(change, by=make.make_user(username="sun"))
    return there, client.post(there, fields_of(page) | typed, follow=True)


@pytest.mark.parametrize(
    ("tag", "typed"),
    [
        ("publication", {}),
        ("draft_preview", {"_transition": "publish"}),
        ("change", {"_transition": "publish"}),
    ],
)
def test_a_draft_that_was_changed_since_the_page_was_opened_is_read_again(editor_client, entry, tag, typed):
    record_revision(entry, by=make.make_user())
    there, answer = send_again(editor_client, address(tag, entry.pk), entry, **typed)
    page = html.unescape(answer.content.decode())
    assert "没有人看过的专题" in page
    entry.refresh_from_db()
    assert not entry.is_public
    assert not Topic.objects.published().exists()
    # The page shows it as it is now: who sends that one has read it.
    editor_client.post(there, fields_of(page) | typed, follow=True)
    entry.refresh_from_db()
    assert entry.is_public


def test_a_page_that_is_asked_again_for_another_reason_has_not_let_the_change_through(editor_client, entry):
    """The first answer tells what changed, whatever else is wrong."""
    record_revision(entry, by=make.make_user())
    _there, answer = send_again(
        editor_client, address("publication", entry.pk), entry, public_from="not a time"
    )
    errors = re.findall(r'<ul class="errorlist nonfield[^>]*>(.*?)</ul>', answer.content.decode(), re.S)
    assert "没有人看过的专题" in "".join(errors)

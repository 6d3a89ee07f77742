"""Optimistic locking: stale forms, conflicts and their resolution, forms sent twice."""

import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from tests import factories as make
from tests.forms import address, chosen, conflict, fields_of, opened, save, without_deletions
from timeline.editing.revisions import deleted_drafts, record_revision
from timeline.models import Milestone, Revision, Topic

pytestmark = pytest.mark.django_db


def actions(entry):
    return [revision.action for revision in Revision.objects.for_record(entry).applied()]


def test_a_form_sent_twice_makes_one_entry(editor_client):
    form = fields_of(editor_client.get(address("add")).content.decode()) | {"title": "只有一条"}
    first, second = (editor_client.post(address("add"), form) for _time in range(2))
    assert first.status_code == second.status_code == 302
    assert second["Location"] == address("change", Milestone.objects.get().pk)
    assert actions(Milestone.objects.get()) == ["saved"]


def test_a_stale_form_overwrites_nothing_and_loses_nothing(editor_client):
    entry = make.make_milestone(title="原题", summary="原摘要")
    record_revision(entry, by=make.make_user())
    answer = conflict(editor_client, entry, {"title": "对方的题"}, {"title": "我的题", "summary": "我的摘要"})
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("原题", "对方的题", "我的题", "我的摘要", "原摘要"):
        assert words in without_deletions(page)
    assert Milestone.objects.get().title == "对方的题"
    choice = fields_of(page) | {"take-title": "theirs", "take-summary": "mine", "why": "合并"}
    editor_client.post(address("conflict", entry.pk), choice)
    entry.refresh_from_db()
    assert (entry.title, entry.summary) == ("对方的题", "我的摘要")
    assert actions(entry) == ["saved", "saved", "saved"]


def test_what_only_i_changed_is_chosen_beforehand(editor_client):
    entry = make.make_milestone(title="原题", summary="原摘要")
    record_revision(entry, by=make.make_user())
    page = conflict(editor_client, entry, {"title": "对方的题"}, {"summary": "我的摘要"}).content.decode()
    assert chosen(page) == {"summary": "mine", "title": "theirs"}


def test_what_both_changed_is_left_to_choose_and_nothing_is_written_before(editor_client):
    entry = make.make_milestone(title="原题", summary="原摘要")
    answer = conflict(editor_client, entry, {"title": "对方的题"}, {"title": "我的题", "summary": "我的摘要"})
    assert chosen(answer.content.decode()) == {"title": None, "summary": "mine"}
    undecided = editor_client.post(
        address("conflict", entry.pk), fields_of(answer.content.decode()) | {"take-summary": "theirs"}
    )
    page = undecided.content.decode()
    assert undecided.status_code == 409
    assert "有些项目双方都改过" in page
    assert "我的题" in without_deletions(page)
    assert chosen(page) == {"title": None, "summary": "theirs"}
    assert Milestone.objects.get().title == "对方的题"


def test_what_the_others_took_out_is_no_trouble_for_a_stale_form(editor_client):
    entry = make.make_milestone(title="原题")
    # The same source, since citations of different sources are ordered by their slugs.
    source = make.make_source()
    kept, gone = (make.make_citation(entry, source=source, locator=place) for place in ("¶1", "¶2"))
    form = opened(editor_client, entry)
    gone.delete()
    make.make_citation(entry, source=source, locator="¶3")
    answer = save(editor_client, entry, form, **{"citations-1-locator": "¶9", "summary": "我的摘要"})
    assert answer.status_code == 409
    assert chosen(answer.content.decode()) == {"summary": "mine", "citations": "both"}
    choice = {"take-summary": "mine", "take-citations": "mine"}
    editor_client.post(address("conflict", entry.pk), fields_of(answer.content.decode()) | choice)
    entry.refresh_from_db()
    assert entry.summary == "我的摘要"
    assert [citation.locator for citation in entry.citations.order_by("locator")] == ["¶1", "¶9"]
    assert kept in entry.citations.all()


def test_a_stale_form_with_a_mistake_says_so_first_and_keeps_what_was_typed(editor_client):
    entry = make.make_milestone(title="原题")
    form = opened(editor_client, entry)
    save(editor_client, entry, form, title="对方的题")
    answer = save(editor_client, entry, form, title="我的题", date="2013-13")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "我的题" in page
    assert "2013-13" in page
    again = save(editor_client, entry, fields_of(page), date="2013-12")
    assert again.status_code == 409
    assert chosen(again.content.decode()) == {"title": None, "date": "mine"}


def test_what_changed_and_changed_back_is_no_conflict(editor_client):
    entry = make.make_milestone(title="原题")
    form = opened(editor_client, entry)
    for title in ("改题", "原题"):
        save(editor_client, entry, opened(editor_client, entry), title=title)
    assert save(editor_client, entry, form, title="我的题").status_code == 302
    assert Milestone.objects.get().title == "我的题"


def test_a_conflict_within_a_conflict_is_shown_again(editor_client):
    entry = make.make_milestone(title="原题")
    page = conflict(editor_client, entry, {"title": "对方的题"}, {"title": "我的题"}).content.decode()
    save(editor_client, entry, opened(editor_client, entry), title="第三人的题")
    answer = editor_client.post(address("conflict", entry.pk), fields_of(page) | {"take-title": "mine"})
    assert answer.status_code == 409
    assert "第三人的题" in without_deletions(answer.content.decode())
    assert "我的题" in without_deletions(answer.content.decode())
    assert Milestone.objects.get().title == "第三人的题"


@pytest.mark.parametrize(("noun", "column", "make_one"), [
    ("topic", "description", make.make_topic), ("source", "publisher", make.make_source),
    ("chronicle", "tagline", make.make_chronicle),
])  # fmt: skip
def test_a_stale_form_of_any_record_overwrites_nothing(editor_client, noun, column, make_one):
    record = make_one(title="原题", published=False)
    change = reverse(f"admin:timeline_{noun}_change", args=[record.pk])
    form = fields_of(editor_client.get(change).content.decode())
    assert editor_client.post(change, form | {"title": "对方的题"}).status_code == 302
    answer = editor_client.post(change, form | {"title": "我的题", column: "我写的"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert chosen(page) == {"title": None, column: "mine"}
    record.refresh_from_db()
    assert record.title == "对方的题"
    conflict = reverse(f"admin:timeline_{noun}_conflict", args=[record.pk])
    assert (
        editor_client.post(
            conflict, fields_of(page) | {"take-title": "theirs", f"take-{column}": "mine"}
        ).status_code
        == 302
    )
    record.refresh_from_db()
    assert (record.title, getattr(record, column)) == ("对方的题", "我写的")


def test_a_form_of_a_topic_sent_twice_makes_one_topic(editor_client):
    add = reverse("admin:timeline_topic_add")
    form = fields_of(editor_client.get(add).content.decode()) | {"title": "只有一个"}
    for _time in range(2):
        assert editor_client.post(add, form).status_code == 302
    assert Topic.objects.count() == 1


def test_what_is_typed_after_going_back_to_a_sent_form_is_saved_in_the_same_record(editor_client):
    form = fields_of(editor_client.get(address("add")).content.decode()) | {
        "title": "题名",
        "summary": "先写的",
    }
    editor_client.post(address("add"), form)
    answer = editor_client.post(address("add"), form | {"summary": "再写的"})
    entry = Milestone.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, address("change", entry.pk))
    assert entry.summary == "再写的"
    assert actions(entry) == ["saved", "saved"]


def test_what_is_typed_after_going_back_overwrites_nobody(editor_client):
    form = fields_of(editor_client.get(address("add")).content.decode()) | {
        "title": "题名",
        "summary": "先写的",
    }
    editor_client.post(address("add"), form)
    entry = Milestone.objects.get()
    save(editor_client, entry, opened(editor_client, entry), summary="对方改的")
    answer = editor_client.post(address("add"), form | {"summary": "再写的"})
    assert answer.status_code == 409
    assert chosen(answer.content.decode()) == {"summary": None}


def test_saving_a_draft_that_was_deleted_meanwhile_puts_it_back_with_what_was_typed(editor_client):
    entry = make.make_milestone(title="原题", topics=[make.make_topic()])
    make.make_citation(entry, locator="¶1")
    form = opened(editor_client, entry)
    editor_client.post(address("delete", entry.pk), {"post": "yes"})
    refused = save(editor_client, entry, form, title="改题", date="2013-13")
    assert refused.status_code == 200
    assert "改题" in refused.content.decode()
    assert not Milestone.objects.exists()
    answer = save(editor_client, entry, fields_of(refused.content.decode()), date="2013")
    assert answer.status_code == 302
    (told,) = [str(one) for one in get_messages(answer.wsgi_request) if "找回" in str(one)]
    assert re.search(r"于2\d{3}年.*删除.*您的保存已把它找回", told)
    back = Milestone.objects.get()
    assert (back.pk, back.title, back.citations.get().locator, back.topics.count()) == (
        entry.pk,
        "改题",
        "¶1",
        1,
    )
    assert actions(entry) == ["deleted", "saved"]
    assert not deleted_drafts(Milestone).exists()


def test_a_merge_that_cannot_be_is_refused_with_everything_still_there(editor_client):
    policy = make.make_policy(title="原题")
    change = reverse("admin:timeline_policy_change", args=[policy.pk])
    form = fields_of(editor_client.get(change).content.decode())
    editor_client.post(change, form | {"effective_from": "2019"})
    page = editor_client.post(change, form | {"effective_until": "2016", "body": "长文"}).content.decode()
    choice = {"take-effective_from": "theirs", "take-effective_until": "mine", "take-body": "mine"}
    answer = editor_client.post(
        reverse("admin:timeline_policy_conflict", args=[policy.pk]), fields_of(page) | choice
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "废止日期早于施行日期" in page
    assert chosen(page)["effective_from"] == "theirs"
    assert "长文" in without_deletions(page)


def test_a_form_cannot_take_an_address_that_leads_to_another(editor_client):
    public = make.make_milestone(title="公开的", slug="a", published=True)
    public.slug = "y"
    public.save()
    draft = make.make_milestone(title="草稿", slug="x")
    answer = save(editor_client, draft, opened(editor_client, draft), slug="a")
    assert answer.status_code == 200
    ((field, words),) = answer.context["adminform"].form.errors.items()
    assert field == "slug"
    assert "“公开的”" in words[0]
    assert Milestone.objects.get(pk=draft.pk).slug == "x"

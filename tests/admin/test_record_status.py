"""The status at the head of an entry's form: the last step, its author and the comment."""

import datetime

import pytest
from django.utils import timezone, translation

from tests import factories as make
from tests.copies import DAY, do, make_revised, schedule
from tests.editing.entries import whole
from timeline.admin.record_status import describe_status, describe_working_copy
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import delete_draft, record_revision
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def wang():
    return make.make_user(username="wang")


@pytest.fixture
def li():
    return make.make_user(username="li")


@pytest.fixture
def draft(wang):
    entry = make.make_milestone(title="草稿", date="2013")
    make.make_citation(entry)
    record_revision(entry, by=wang)
    return entry


def said(entry):
    standing = describe_status(entry)
    return standing.label, standing.sentence, standing.comment


def test_a_draft_says_who_saved_it_last(draft):
    label, sentence, note = said(draft)
    assert (label, note) == ("草稿", "")
    assert sentence.startswith("wang于")


def test_what_is_in_review_says_who_submitted_it_and_their_note(draft, wang):
    draft.submit(by=wang, comment="请核对日期")
    label, sentence, note = said(draft)
    assert (label, note) == ("审核中", "请核对日期")
    assert "wang于" in sentence


def test_what_was_sent_back_says_so_and_why_until_it_is_submitted_again(draft, wang, li):
    draft.submit(by=wang)
    draft.send_back(by=li, comment="缺少出处")
    draft.summary = "改过的摘要"
    draft.save()
    record_revision(draft, by=wang)
    label, sentence, note = said(draft)
    assert (label, note) == ("已退回", "缺少出处")
    assert sentence.startswith("li于")
    assert [one.comment for one in Revision.objects.sent_back()] == ["缺少出处"]
    draft.submit(by=wang, comment="已补")
    assert said(draft)[0] == "审核中"
    assert not Revision.objects.sent_back().exists()


def test_what_is_scheduled_says_when(draft, li):
    draft.publish(by=li, public_from=datetime.datetime(2099, 1, 4, 1, 0, tzinfo=datetime.UTC))
    label, sentence, _note = said(draft)
    assert label == "定时发布"
    assert "2099年1月4日 09:00" in sentence


def test_what_is_public_says_since_when_and_by_whom(draft, li):
    draft.publish(by=li)
    label, sentence, _note = said(draft)
    assert label == "已发布"
    assert "由li发布" in sentence


def test_what_is_withdrawn_says_why(draft, li):
    draft.publish(by=li)
    draft.withdraw(by=li, comment="与原文不符")
    label, sentence, note = said(draft)
    assert (label, note) == ("已撤回", "与原文不符")
    assert sentence.startswith("li于")


def test_an_entry_without_history_has_a_status_as_well():
    entry = make.make_milestone()
    assert said(entry) == ("草稿", "", "")
    public = make.make_milestone(published=True)
    Revision.objects.all().delete()
    assert said(public)[0] == "已发布"


def test_the_status_costs_two_queries(draft, django_assert_num_queries):
    with django_assert_num_queries(2):
        describe_status(draft)


def test_a_return_of_what_was_scheduled_or_published_since_is_none(draft, wang, li):
    draft.submit(by=wang)
    draft.send_back(by=li, comment="缺少出处")
    draft.publish(by=li, public_from=timezone.now() + datetime.timedelta(days=1))
    draft.withdraw(by=li, comment="改期")
    assert said(draft)[0] == "草稿"
    assert not Revision.objects.sent_back().exists()


def test_what_was_recalled_says_so_and_why_until_it_is_saved_again(draft, wang, li):
    draft.submit(by=wang)
    draft.recall(by=wang, comment="还缺出处")
    label, sentence, note = said(draft)
    assert (label, note) == ("草稿", "还缺出处")
    assert sentence.startswith("wang于")
    assert "收回" in sentence
    draft.summary = "改过的摘要"
    draft.save()
    record_revision(draft, by=li)
    _label, sentence, note = said(draft)
    assert sentence.startswith("li于")
    assert (note, "收回" in sentence) == ("", False)


def test_a_publication_that_was_called_off_is_said_so(draft, li):
    draft.publish(by=li, public_from=datetime.datetime(2099, 1, 4, 1, 0, tzinfo=datetime.UTC))
    draft.withdraw(by=li, comment="改期未定")
    label, sentence, note = said(draft)
    assert (label, note) == ("草稿", "改期未定")
    assert "取消" in sentence


def test_a_draft_that_was_recovered_or_restored_says_so(draft, wang):
    li = make.make_editor(username="li")
    delete_draft(draft, by=wang)
    restore_revision(Revision.objects.for_record(draft).by_number().last(), by=li)
    again = type(draft).objects.get(pk=draft.pk)
    with translation.override("en"):
        assert said(again)[1].startswith("It was deleted, and recovered by li on")
    again.title = "改过"
    again.save()
    record_revision(again, by=wang)
    restore_revision(Revision.objects.for_record(again).get(number=1), by=li)
    with translation.override("en"):
        assert said(again)[1].startswith("Restored to a former state by li on")


def history_of(entry):
    """The action and the comment of each revision, as the history lists them."""
    return [(one.action, one.comment) for one in Revision.objects.for_record(entry).by_number()]


def test_why_a_schedule_was_called_off_is_said_although_the_draft_got_the_text_of_its_working_copy(
    draft, wang, li
):
    draft.publish(by=li, public_from=timezone.now() + DAY)
    save_working_copy(draft, whole(draft) | {"title": "再改的题"}, by=wang, comment="补全")
    draft.withdraw(by=li, comment="改期未定")
    draft.refresh_from_db()
    assert draft.title == "再改的题"
    label, sentence, note = said(draft)
    assert (label, note) == ("草稿", "改期未定")
    assert "取消" in sentence
    assert history_of(draft)[-2:] == [("saved", "补全"), ("withdrawn", "改期未定")]


def test_why_a_scheduled_change_was_called_off_is_said_on_it(wang, li):
    entry = make_revised(wang)
    schedule(entry, li)
    do(entry, "withdraw", li, comment="改期未定")
    said_of_copy = describe_working_copy(find_working_copy(entry))
    assert (said_of_copy.comment, said_of_copy.called_off) == ("改期未定", "")
    assert history_of(entry)[-1] == ("unscheduled", "改期未定")


def test_why_a_scheduled_change_was_called_off_is_said_on_the_one_begun_over_it(wang, li):
    entry = make_revised(wang)
    scheduled = schedule(entry, li)
    save_working_copy(entry, scheduled.content | {"summary": "再补"}, by=wang)
    do(entry, "submit", wang, comment="请看摘要")
    assert describe_working_copy(find_working_copy(entry)).called_off == ""
    do(entry, "withdraw", li, comment="改期未定")
    with translation.override("en"):
        said_of_copy = describe_working_copy(find_working_copy(entry))
    assert said_of_copy.comment == "请看摘要"
    assert said_of_copy.called_off.startswith("li called off the earlier change")
    assert said_of_copy.called_off.endswith(": 改期未定")
    assert history_of(entry)[-1] == ("unscheduled", "改期未定")
    save_working_copy(entry, whole(entry) | {"title": "又一改"}, by=wang)
    assert describe_working_copy(find_working_copy(entry)).called_off != ""


def test_what_is_begun_after_a_schedule_was_called_off_says_nothing_of_it(wang, li):
    entry = make_revised(wang)
    schedule(entry, li)
    save_working_copy(entry, whole(entry) | {"title": "再改"}, by=wang)
    do(entry, "withdraw", li, comment="改期未定")
    do(entry, "publish", li)
    save_working_copy(entry, whole(entry) | {"title": "另一稿"}, by=wang)
    assert describe_working_copy(find_working_copy(entry)).called_off == ""

"""Comments: begun, answered, resolved and reopened; whom they address hears of them; no reader ever does."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.editing.entries import whole
from tests.factories import make_chronicle, make_citation, make_milestone, make_topic
from tests.mails import make_staff
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.comments import (
    answer,
    begin_thread,
    count_unresolved,
    fields_to_comment_on,
    named_in,
    reopen,
    resolve,
    threads_of,
    unanswered_mentions,
    unresolved_threads,
    with_replies,
)
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import delete_draft, record_revision
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import save_working_copy
from timeline.exchange.exporting.export import export
from timeline.models import Comment, Milestone, Revision
from timeline.models.content_version import read
from timeline.models.records import key_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_staff("editor", groups=[EDITORS], last_name="王", first_name="小明")[0]


@pytest.fixture
def reviewer():
    return make_staff("reviewer", groups=[REVIEWERS], last_name="李", first_name="华")[0]


def threads(record):
    return with_replies(record, threads_of(record))


def waiting(user):
    return [mention.comment.text for mention in unanswered_mentions(user)]


def test_a_thread_is_on_a_field_or_on_the_whole_record(editor, reviewer):
    record = make_milestone()
    begin_thread(record, by=reviewer, text="日期从何而来？", field="date")
    begin_thread(record, by=reviewer, text="大体可以。")
    begin_thread(record, by=reviewer, text="这条出处打不开。", field="citations")
    assert [(one.field_label, one.comment.text) for one in threads(record)] == [
        ("引用", "这条出处打不开。"), ("", "大体可以。"), ("日期", "日期从何而来？")
    ]  # fmt: skip
    with pytest.raises(ValidationError):
        begin_thread(record, by=reviewer, text="？", field="status")


def test_a_thread_is_answered_resolved_and_reopened(editor, reviewer):
    record = make_topic()
    thread = begin_thread(record, by=reviewer, text="译名？", field="title_en")
    answer(thread, by=editor, text="已改。")
    resolve(thread, by=reviewer)
    (found,) = threads(record)
    assert [(one.text, one.created_by) for one in found.comments] == [
        ("译名？", reviewer),
        ("已改。", editor),
    ]
    assert (found.comment.is_resolved, found.comment.resolved_by) == (True, reviewer)
    assert count_unresolved([key_of(record)]) == {}
    reopen(found.comment, by=editor)
    assert not threads(record)[0].comment.is_resolved
    assert count_unresolved([key_of(record)]) == {key_of(record): 1}
    assert waiting(reviewer) == ["译名？"]


def test_an_answer_reopens_a_resolved_thread(editor, reviewer):
    thread = begin_thread(make_topic(), by=reviewer, text="译名？")
    resolve(thread, by=reviewer)
    answer(thread, by=editor, text="还有一处。")
    thread.refresh_from_db()
    assert not thread.is_resolved


def test_an_empty_or_an_endless_comment_is_refused(editor):
    for text in (" \n", "长" * 2001):
        with pytest.raises(ValidationError):
            begin_thread(make_topic(), by=editor, text=text)
    assert not Comment.objects.exists()


def test_whom_a_comment_names_has_it_in_their_queue_until_they_answer(editor, reviewer):
    record = make_topic()
    thread = begin_thread(record, by=reviewer, text="@王小明 请核对。")
    begin_thread(record, by=reviewer, text="没有人", people=[editor.pk])
    assert waiting(editor) == ["@王小明 请核对。", "没有人"]
    answer(thread, by=editor, text="核对过了。")
    assert waiting(editor) == ["没有人"]
    # Who began it is told of the answer.
    assert waiting(reviewer) == ["核对过了。"]
    resolve(thread, by=reviewer)
    assert waiting(reviewer) == []


def test_a_name_that_begins_with_another_is_the_longer_one(editor):
    (short,) = make_staff("wang", last_name="王", first_name="小")
    people = [editor, short]
    assert named_in("@王小明：请看", people) == {editor.pk}
    assert named_in("＠王小 请看", people) == {short.pk}
    assert named_in("给 @EDITOR 和@wang", people) == {editor.pk, short.pk}
    assert named_in("邮件 a@example.org，@无此人", people) == set()


@pytest.mark.usefixtures("mail_on")
def test_whom_a_comment_names_receives_a_mail_with_the_link(
    editor, reviewer, mailoutbox, django_capture_on_commit_callbacks
):
    make_chronicle(title="智慧宁波")
    record = make_milestone(title="光网启用")
    with django_capture_on_commit_callbacks(execute=True):
        begin_thread(record, by=reviewer, text="@王小明 日期从何而来？", field="date")
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["editor@example.org"], "有给您的批注：光网启用")
    assert "李华于" in mail.body
    assert "批注：@王小明 日期从何而来？" in mail.body
    assert reverse("admin:timeline_milestone_change", args=[record.pk]) in mail.body


def test_comments_survive_saving_publication_and_restoring(editor, reviewer):
    record = make_milestone(title="原题")
    make_citation(record)
    first = record_revision(record, by=editor)
    begin_thread(record, by=reviewer, text="评论")
    perform_transition(record, "publish", by=reviewer)
    save_working_copy(record, whole(record) | {"title": "新题"}, by=editor)
    restore_revision(first, by=reviewer)
    assert [one.text for one in threads_of(Milestone.objects.get())] == ["评论"]


def test_a_deleted_draft_has_its_comments_again_once_it_is_recovered(editor, reviewer):
    record = make_milestone(title="草稿")
    record_revision(record, by=editor)
    begin_thread(record, by=reviewer, text="@王小明 评论")
    key = record.pk
    delete_draft(record, by=editor)
    assert waiting(editor) == ["@王小明 评论"]
    restore_revision(Revision.objects.get(record=key, table="entry", action="deleted"), by=reviewer)
    assert [one.text for one in threads_of(Milestone.objects.get(pk=key))] == ["@王小明 评论"]


def test_no_reader_sees_a_comment_and_no_export_has_one(editor, reviewer, tmp_path):
    make_chronicle()
    record = make_milestone(title="公开的", published=True)
    before = read().number
    thread = begin_thread(record, by=reviewer, text="只有编辑可见的评论", field="title")
    answer(thread, by=editor, text="只有编辑可见的回复")
    assert read().number == before
    page = Client().get(record.get_absolute_url()).content.decode()
    assert "只有编辑可见" not in page
    assert "公开的" in page
    export(None, tmp_path / "out", "yaml")
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if "只有编辑可见" in path.read_text()]


def test_each_column_and_list_of_parts_can_be_commented_on():
    fields = fields_to_comment_on(Milestone)
    assert fields["title"] == "题名"
    assert "citations" in fields
    assert "status" not in fields


def test_what_waits_comes_before_what_is_resolved_and_the_newest_first(editor, reviewer):
    record = make_topic()
    begun = [begin_thread(record, by=reviewer, text=text) for text in ("甲", "乙", "丙", "丁")]
    for thread in begun[1:3]:
        resolve(thread, by=editor)
    begin_thread(record, by=reviewer, text="译名", field="title_en")
    assert [one.text for one in threads_of(record)] == ["译名", "丁", "甲", "丙", "乙"]
    assert [one.text for one in threads_of(record, "title_en")] == ["译名"]
    assert [one.comment.text for one in unresolved_threads(record)] == ["甲", "丁", "译名"]


def test_threads_cost_two_queries(editor, reviewer, django_assert_num_queries):
    record = make_topic()
    for _number in range(3):
        answer(begin_thread(record, by=reviewer, text="问"), by=editor, text="答")
    with django_assert_num_queries(2):
        found = threads(record)
        assert {one.created_by.username for thread in found for one in thread.comments} == {
            "editor",
            "reviewer",
        }

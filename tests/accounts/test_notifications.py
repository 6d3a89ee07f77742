"""The notifications: who is told of what, in which words, and that no change is lost for a mail."""

import contextlib
import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tests.copies import do
from tests.editing.entries import whole
from tests.factories import make_chronicle, make_citation, make_milestone, make_source, make_topic
from tests.mails import make_editor_and_reviewer, make_staff
from timeline.accounts import notifications
from timeline.accounts.notifications import MAX_LISTED, notifications_together, notify
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.deletion import delete_by_hand
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import discard_working_copy, save_working_copy
from timeline.models import AccountSettings, QueuedMail
from timeline.models.records import key_of
from timeline.workflow import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]


@pytest.fixture
def staff():
    make_chronicle(title="智慧宁波")
    return make_editor_and_reviewer()


@pytest.fixture
def entry(staff):
    entry = make_milestone(title="光网启用")
    make_citation(entry)
    record_revision(entry, by=staff[0])
    return entry


@pytest.fixture
def sent(mailoutbox, django_capture_on_commit_callbacks):
    """A function that runs another one in a transaction, and returns the mails that then are sent."""

    def run(function, *args, **kwargs):
        mailoutbox.clear()
        QueuedMail.objects.all().delete()
        with django_capture_on_commit_callbacks(execute=True):
            function(*args, **kwargs)
        return [*mailoutbox]

    return run


def test_what_is_submitted_is_mailed_to_the_reviewers(staff, entry, sent):
    make_staff("colleague", groups=[EDITORS])
    make_staff("unreachable", groups=[REVIEWERS], email="")
    make_staff("former", groups=[REVIEWERS], is_active=False)
    (mail,) = sent(entry.submit, by=staff[0], comment="请核对日期")
    assert mail.to == ["reviewer@example.org"]
    assert mail.subject == "待审核：光网启用"
    first, listed, note, *_end = mail.body.split("\n\n")
    assert first.startswith("王小明于")
    assert first.endswith("提交审核：")
    assert listed == (
        f"光网启用（大事）\nhttps://chronicle.example/admin/timeline/milestone/{entry.pk}/change/"
    )
    assert note == "附言：请核对日期"
    assert "智慧宁波 · https://chronicle.example/admin/" in mail.body


def test_what_is_sent_back_is_mailed_to_author_and_last_submitter_with_the_reason(staff, entry, sent):
    (colleague,) = make_staff("colleague", groups=[EDITORS])
    entry.submit(by=colleague)
    author, submitter = sent(entry.send_back, by=staff[1], comment="日期与来源不符")
    assert {*author.to, *submitter.to} == {"editor@example.org", "colleague@example.org"}
    assert author.subject == "已退回：光网启用"
    assert "李华于" in author.body
    assert "退回原因：日期与来源不符" in author.body


def test_what_is_published_is_mailed_to_its_author(staff, entry, sent):
    (mail,) = sent(entry.publish, by=staff[1])
    assert (mail.to, mail.subject) == (["editor@example.org"], "已发布：光网启用")
    assert "附言" not in mail.body


def test_what_is_published_along_is_no_mail_of_its_own(staff, entry, sent):
    topic, source = make_topic(published=False), make_source(published=False)
    entry.topics.add(topic)
    make_citation(entry, source=source)
    for one in (topic, source):
        record_revision(one, by=staff[0])
    (mail,) = sent(entry.publish, by=staff[1])
    assert mail.subject == "已发布：光网启用"
    topic.refresh_from_db()
    assert topic.is_public


def test_what_is_scheduled_is_not_said_to_be_published(staff, entry, sent):
    AccountSettings.objects.create(user=staff[0], language="en")
    (mail,) = sent(entry.publish, by=staff[1], public_from=timezone.now() + datetime.timedelta(days=1))
    assert mail.subject == "Scheduled: 光网启用"
    assert "李华 scheduled this on" in mail.body
    assert "\nIt becomes public on" in mail.body


def test_what_is_published_and_scheduled_together_is_two_mails(staff, entry, sent):
    AccountSettings.objects.create(user=staff[0], language="en")
    later = make_milestone(title="云平台启用")
    make_citation(later)
    record_revision(later, by=staff[0])
    entry.publish(by=staff[1])
    later.publish(by=staff[1], public_from=timezone.now() + datetime.timedelta(days=1))
    mails = sent(notify, "publish", [key_of(entry), key_of(later)], by=staff[1])
    assert {mail.subject for mail in mails} == {"Published: 光网启用", "Scheduled: 云平台启用"}


def test_nobody_is_told_of_what_he_did_himself(staff, entry, sent):
    assert sent(entry.submit, by=staff[1]) == []


def test_a_withdrawal_tells_nobody(staff, entry, sent):
    entry.publish(by=staff[1])
    assert sent(entry.withdraw, by=staff[1], comment="有误") == []


def test_what_is_called_off_is_mailed_to_its_author_with_the_reason(staff, entry, sent):
    make_citation(entry, source=make_source(title="随它公开的来源", published=False))
    entry.publish(by=staff[1], public_from=timezone.now() + datetime.timedelta(days=3))
    (mail,) = sent(entry.withdraw, by=staff[1], comment="日期待核")
    assert mail.to == ["editor@example.org"]
    assert "光网启用" in mail.subject
    assert "日期待核" in mail.body
    assert f"/admin/timeline/milestone/{entry.pk}/change/" in mail.body
    assert "随它公开的来源" not in mail.body


def test_a_scheduled_change_that_is_called_off_is_mailed_to_its_author_with_the_reason(staff, change, sent):
    do(change, "publish", staff[1], public_from=timezone.now() + datetime.timedelta(days=3))
    (mail,) = sent(do, change, "withdraw", staff[1], comment="暂缓公开")
    assert mail.to == ["editor@example.org"]
    assert "暂缓公开" in mail.body


def test_a_scheduled_change_that_ends_with_its_record_is_mailed_to_its_author_with_the_reason(
    staff, change, sent
):
    do(change, "publish", staff[1], public_from=timezone.now() + datetime.timedelta(days=3))
    (mail,) = sent(change.withdraw, by=staff[1], comment="来源有误")
    assert mail.to == ["editor@example.org"]
    assert "no longer scheduled" in mail.subject
    assert "来源有误" in mail.body


@pytest.mark.parametrize("delivery", ["digest", "none"])
def test_who_wants_a_daily_list_or_nothing_receives_no_mail_at_once(staff, entry, sent, delivery):
    AccountSettings.objects.create(user=staff[1], delivery=delivery)
    assert sent(entry.submit, by=staff[0]) == []


def test_a_mail_is_in_the_language_that_its_reader_chose(staff, entry, sent):
    AccountSettings.objects.create(user=staff[1], language="en")
    (mail,) = sent(entry.submit, by=staff[0], comment="请核对")
    assert mail.subject == "For review: 光网启用"
    assert "王小明 submitted this for review on" in mail.body


def test_what_was_not_submitted_after_all_is_not_mailed(staff, entry, sent):
    def submit():
        with transaction.atomic():
            entry.submit(by=staff[0])
            transaction.set_rollback(True)

    assert sent(submit) == []
    assert not QueuedMail.objects.exists()


def test_a_mail_that_cannot_be_written_is_logged_and_loses_no_submission(staff, entry, caplog, monkeypatch):
    monkeypatch.setitem(notifications.NOTIFICATIONS, "submit", None)
    entry.submit(by=staff[0])
    entry.refresh_from_db()
    assert entry.status == Status.REVIEW
    assert "No mails about submit" in caplog.text


def test_without_mail_nothing_is_queued_and_nothing_asked(staff, entry, settings, django_assert_num_queries):
    settings.HAS_MAIL = False
    with django_assert_num_queries(0):
        notify("submit", [key_of(entry)], by=staff[0])
    assert not QueuedMail.objects.exists()


def test_entries_published_together_are_one_mail_of_limited_length(staff, sent):
    entries = [make_milestone(title=f"大事{number}") for number in range(MAX_LISTED + 5)]
    for entry in entries:
        record_revision(entry, by=staff[0])
    (mail,) = sent(notify, "publish", [key_of(entry) for entry in entries], by=staff[1])
    assert mail.subject == "已发布：大事0等，另有24条"
    assert mail.body.count("/change/") == MAX_LISTED
    assert "另有5项" in mail.body


def test_the_queries_do_not_grow_with_the_entries(staff, django_assert_max_num_queries):
    entries = [make_milestone() for _number in range(30)]
    for entry in entries:
        record_revision(entry, by=staff[0])
    with django_assert_max_num_queries(8):
        notify("publish", [key_of(entry) for entry in entries], by=staff[1])


@pytest.mark.django_db(transaction=True)
def test_an_action_on_many_entries_is_one_mail_without_those_that_are_refused(staff, mailoutbox):
    entries = [make_milestone(title=f"大事{number}") for number in range(3)]
    with notifications_together():
        for entry in entries:
            record_revision(entry, by=staff[0])
            entry.submit(by=staff[0], comment="一并提交")
        with contextlib.suppress(ValidationError):
            entries[0].submit(by=staff[0])
    (mail,) = mailoutbox
    assert mail.subject == "待审核：大事0等，另有2条"
    assert mail.body.count("/change/") == 3
    assert "附言：一并提交" in mail.body


@pytest.fixture
def change(staff):
    """A public entry of somebody else, with a working copy by the editor; everybody reads English."""
    for user in staff:
        AccountSettings.objects.create(user=user, language="en")
    (author,) = make_staff("author", groups=[EDITORS])
    entry = make_milestone(title="光网启用", published=True)
    record_revision(entry, by=author)
    save_working_copy(entry, whole(entry) | {"summary": "补充"}, by=staff[0])
    return entry


def test_a_change_that_is_submitted_is_mailed_to_the_reviewers(staff, change, sent):
    (mail,) = sent(do, change, "submit", staff[0], comment="请核对")
    assert (mail.to, mail.subject) == (["reviewer@example.org"], "Change for review: 光网启用")
    assert "submitted a change of this for review on" in mail.body
    assert "Note: 请核对" in mail.body


def test_a_change_that_is_sent_back_or_discarded_is_mailed_to_its_author_with_the_reason(staff, change, sent):
    do(change, "submit", staff[0])
    (mail,) = sent(do, change, "send_back", staff[1], comment="题名不符")
    assert (mail.to, mail.subject) == (["editor@example.org"], "Change sent back: 光网启用")
    assert "Reason: 题名不符" in mail.body
    (mail,) = sent(discard_working_copy, change, by=staff[1], comment="重复")
    assert (mail.to, mail.subject) == (["editor@example.org"], "Change discarded: 光网启用")
    assert "Reason: 重复" in mail.body


@pytest.mark.parametrize("days", [0, 1])
def test_a_change_that_is_published_or_scheduled_is_mailed_to_its_author(staff, change, sent, days):
    at = timezone.now() + datetime.timedelta(days=days) if days else None
    (mail,) = sent(do, change, "publish", staff[1], public_from=at)
    assert (mail.to, mail.subject) == (["editor@example.org"], "Change approved: 光网启用")


def test_a_change_that_its_author_recalls_or_discards_tells_nobody(staff, change, sent):
    do(change, "submit", staff[0])
    assert sent(do, change, "recall", staff[0]) == []
    assert sent(discard_working_copy, change, by=staff[0], comment="不改了") == []


def test_the_mail_of_a_deletion_links_to_the_deleted_drafts(staff, entry, sent):
    (mail,) = sent(delete_by_hand, [entry], by=staff[1], comment="重复")
    assert reverse("admin:timeline_milestone_deleted") in mail.body
    assert "/change/" not in mail.body

"""The daily list: to those who chose it, once a day, and only where something waits."""

import datetime

import pytest
from django.utils import timezone

from tests.copies import do, make_revised
from tests.factories import make_chronicle, make_milestone
from tests.mails import make_editor_and_reviewer
from timeline.accounts.digests import send_digests, waiting_lists
from timeline.editing.assignments import assign
from timeline.editing.comments import begin_thread
from timeline.editing.revisions import record_revision
from timeline.models import AccountSettings, Milestone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_on")]


@pytest.fixture
def staff():
    make_chronicle(title="智慧宁波")
    users = make_editor_and_reviewer()
    for user in users:
        AccountSettings.objects.create(user=user, delivery="digest")
    return users


@pytest.fixture
def send(mailoutbox, django_capture_on_commit_callbacks):
    def run():
        mailoutbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            send_digests()
        return {mail.to[0]: mail for mail in mailoutbox}

    return run


def waiting(editor, reviewer):
    """One entry in review, and one that was sent back."""
    for title in ("待审的", "退回的"):
        entry = make_milestone(title=title)
        record_revision(entry, by=editor)
        entry.submit(by=editor)
    entry.send_back(by=reviewer, comment="缺来源")


def test_each_list_has_what_waits_for_its_reader(staff, send):
    waiting(*staff)
    mails = send()
    assert {*mails} == {"editor@example.org", "reviewer@example.org"}
    reviewers, editors = mails["reviewer@example.org"], mails["editor@example.org"]
    assert reviewers.subject == "智慧宁波：有1条待您处理"
    assert "待审核：1条\n\n待审的（大事）\nhttps://chronicle.example/admin/" in reviewers.body
    assert "退回的" not in reviewers.body
    assert "退回给您：1条\n\n退回的（大事）" in editors.body
    assert "待审的" not in editors.body


def test_a_list_is_sent_once_a_day(staff, send):
    waiting(*staff)
    assert send()
    assert send() == {}
    AccountSettings.objects.update(digest_sent_on=timezone.localdate() - datetime.timedelta(days=1))
    assert len(send()) == 2


def test_no_list_is_sent_where_nothing_waits(staff, send):
    assert send() == {}


def test_who_has_not_chosen_a_list_receives_none(staff, send):
    waiting(*staff)
    AccountSettings.objects.update(delivery="at_once")
    assert send() == {}


def test_without_mail_there_are_no_lists(staff, settings):
    settings.HAS_MAIL = False
    waiting(*staff)
    assert send_digests() == 0


def test_the_lists_have_changes_of_what_is_public_and_those_that_came_back_go_to_their_authors(staff, send):
    editor, reviewer = staff
    AccountSettings.objects.update(language="en")
    waiting_change, returned = (make_revised(editor, title=title) for title in ("待审的", "退回的"))
    for entry in (waiting_change, returned):
        do(entry, "submit", editor)
    do(returned, "send_back", reviewer, comment="缺来源")
    mails = send()
    assert {*mails} == {"editor@example.org", "reviewer@example.org"}
    assert "Changes to review: 1\n\n" in mails["reviewer@example.org"].body
    assert f"/{waiting_change.pk}/change/" in mails["reviewer@example.org"].body
    assert "Changes sent back to you: 1\n\n" in mails["editor@example.org"].body
    assert f"/{returned.pk}/change/" in mails["editor@example.org"].body


def test_the_queries_of_the_lists_do_not_grow(staff, django_assert_max_num_queries):
    for _number in range(12):
        entry = make_revised(staff[0])
        do(entry, "submit", staff[0])
        do(entry, "send_back", staff[1], comment="缺来源")
    with django_assert_max_num_queries(16):
        assert len(waiting_lists()[3].keys_of_users[staff[0].pk]) == 12


def test_what_is_assigned_and_who_is_asked_is_listed(staff, send):
    editor, reviewer = staff
    waiting(editor, reviewer)
    assign(Milestone.objects.get(title="待审的"), reviewer, by=editor)
    begin_thread(Milestone.objects.get(title="退回的"), by=reviewer, text="@王小明 请看")
    mails = send()
    assert "请您审核：1条\n\n待审的（大事）" in mails["reviewer@example.org"].body
    # Once, although it also waits for all reviewers.
    assert mails["reviewer@example.org"].subject == "智慧宁波：有1条待您处理"
    assert "给您的批注：1条\n\n退回的（大事）" in mails["editor@example.org"].body

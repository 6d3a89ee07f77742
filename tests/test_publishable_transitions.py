"""The transitions of an entry: what each writes, requires and refuses."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import make_citation, make_policy, make_user
from tests.statuses import in_status
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import save_working_copy
from timeline.models import Milestone
from timeline.workflow import Status, TransitionNotAllowedError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = datetime.timedelta(days=1)


def test_publishing_says_since_when_and_by_whom():
    entry, by = in_status(Status.DRAFT), make_user()
    before = timezone.now()
    entry.publish(by=by)
    entry.refresh_from_db()
    assert entry.published_by == by
    assert before <= entry.published_at <= timezone.now()


def test_withdrawing_says_when_by_whom_and_why():
    entry, by = in_status(Status.PUBLISHED), make_user()
    before = timezone.now()
    entry.withdraw(by=by, comment="  与另一条重复 ")
    entry.refresh_from_db()
    assert (entry.withdrawn_by, entry.withdrawal_reason) == (by, "与另一条重复")
    assert before <= entry.withdrawn_at <= timezone.now()
    assert entry.published_at is not None
    assert entry.status == "withdrawn"
    assert not entry.is_public


def test_publishing_again_what_was_withdrawn_forgets_the_withdrawal():
    entry = in_status(Status.WITHDRAWN)
    entry.publish(by=make_user())
    entry.refresh_from_db()
    assert (entry.withdrawn_at, entry.withdrawn_by, entry.withdrawal_reason) == (None, None, "")
    assert entry.is_public


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_withdrawing_needs_a_reason(reason):
    entry = in_status(Status.PUBLISHED)
    with pytest.raises(ValidationError) as refusal:
        entry.withdraw(by=make_user(), comment=reason)
    assert list(refusal.value.message_dict) == ["withdrawal_reason"]
    entry.refresh_from_db()
    assert entry.status == "published"


def test_a_reason_that_its_column_cannot_hold_is_refused():
    entry = in_status(Status.PUBLISHED)
    with pytest.raises(ValidationError) as refusal:
        entry.withdraw(by=make_user(), comment="长" * 301)
    assert list(refusal.value.message_dict) == ["withdrawal_reason"]


def test_an_entry_that_is_not_saved_cannot_be_published():
    with pytest.raises(TransitionNotAllowedError):
        Milestone(title="启动").publish(by=make_user())


def test_a_copy_loaded_while_it_was_a_draft_cannot_take_back_what_is_public_now():
    entry = in_status(Status.DRAFT)
    copy = Milestone.objects.get(pk=entry.pk)
    entry.publish(by=make_user())
    with pytest.raises(TransitionNotAllowedError):
        copy.submit(by=make_user())
    entry.refresh_from_db()
    assert entry.is_public


def test_saving_a_copy_loaded_while_it_was_a_draft_does_not_take_back_what_is_public_now():
    entry = in_status(Status.DRAFT)
    copy = Milestone.objects.get(pk=entry.pk)
    entry.publish(by=make_user())
    copy.title = "改过的题名"
    copy.save()
    entry.refresh_from_db()
    assert entry.title == "改过的题名"
    assert entry.is_public


def test_what_is_only_appointed_becomes_a_draft_again_when_it_is_withdrawn():
    entry = in_status(Status.DRAFT)
    entry.publish(by=make_user(), public_from=timezone.now() + DAY)
    entry.withdraw(by=make_user(), comment="暂缓")
    entry.refresh_from_db()
    assert (entry.status, entry.published_at, entry.withdrawal_reason) == ("draft", None, "")
    entry.delete()


def test_what_was_withdrawn_is_published_again_at_once_or_not_at_all():
    entry = in_status(Status.WITHDRAWN)
    with pytest.raises(TransitionNotAllowedError):
        entry.publish(by=make_user(), public_from=timezone.now() + DAY)
    entry.refresh_from_db()
    assert entry.status == "withdrawn"
    entry.publish(by=make_user())
    assert entry.is_public


@pytest.mark.parametrize("ago", [datetime.timedelta(hours=1), datetime.timedelta(days=9000)])
def test_nobody_publishes_as_of_a_time_that_is_past(ago):
    entry = make_policy(date="2013")
    make_citation(entry)
    with pytest.raises(ValidationError):
        entry.publish(by=make_user(), public_from=timezone.now() - ago)
    assert not type(entry).objects.get(pk=entry.pk).is_ever_public


def test_restoring_a_revision_of_what_is_public_keeps_since_when_it_is():
    entry, user = make_policy(date="2013", title="原题"), make_user()
    make_citation(entry)
    first = record_revision(entry, by=user)
    entry.publish(by=user)
    since = type(entry).objects.get(pk=entry.pk).published_at
    save_working_copy(entry, {**first.content, "title": "改题"}, by=user)
    perform_copy_transition(entry, "publish", by=user)
    restore_revision(first, by=user)
    perform_copy_transition(entry, "publish", by=user)
    restored = type(entry).objects.get(pk=entry.pk)
    assert (restored.title, restored.published_at) == ("原题", since)

"""Transitions of working copies: who may, what the history records, and when the text of the entry changes."""

import datetime

import pytest
from django.utils import timezone, translation

from tests.copies import DAY, do, make_member, make_revised, schedule, status_of_copy
from tests.editing.entries import whole
from tests.factories import make_milestone, make_user, update_unchecked
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.admin.transition_buttons import success_message
from timeline.editing.answers import Conflict, Refused, Saved
from timeline.editing.approvals import Approval, propose_notes
from timeline.editing.copy_transitions import perform_copy_transition, transitions_of_copy
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_listed_transition, perform_transition
from timeline.editing.working_copies import (
    discard_working_copy,
    find_scheduled_copy,
    find_working_copy,
    save_working_copy,
)
from timeline.models import Entry, Milestone, Revision
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_member(EDITORS, username="zhao")


@pytest.fixture
def reviewer():
    return make_member(REVIEWERS, username="qian")


def of_copies(entry):
    revisions = Revision.objects.for_record(entry).copies().by_number()
    return [(one.action, one.created_by.username, one.comment, one.status) for one in revisions]


def test_each_step_of_a_working_copy_is_a_revision_with_who_and_why(editor, reviewer):
    entry = make_revised(editor)
    do(entry, "submit", editor, comment="请审")
    do(entry, "send_back", reviewer, comment="题名与原文不符")
    save_working_copy(entry, whole(entry) | {"title": "再改"}, by=editor)
    do(entry, "submit", editor)
    do(entry, "recall", editor, comment="还要再查")
    do(entry, "submit", editor)
    assert Milestone.objects.get().title == "原题"
    do(entry, "publish", reviewer, comment="可以")
    assert of_copies(entry) == [
        ("saved", "zhao", "", "draft"),
        ("submitted", "zhao", "请审", "review"),
        ("sent_back", "qian", "题名与原文不符", "draft"),
        ("saved", "zhao", "", "draft"),
        ("submitted", "zhao", "", "review"),
        ("recalled", "zhao", "还要再查", "draft"),
        ("submitted", "zhao", "", "review"),
    ]
    last = Revision.objects.for_record(entry).applied().last()
    assert (last.action, last.created_by, last.comment) == ("revised", reviewer, "可以")
    assert Milestone.objects.get().title == "再改"
    assert find_working_copy(entry) is None


def test_a_change_of_what_is_in_review_stays_in_review(editor):
    """As that of a new entry does: who publishes it has read the newest revision."""
    entry = make_revised(editor)
    do(entry, "submit", editor)
    save_working_copy(entry, whole(entry) | {"title": "补一字"}, by=make_user())
    assert status_of_copy(entry) == "review"


def test_sending_back_says_why(editor, reviewer):
    entry = make_revised(editor)
    do(entry, "submit", editor)
    answer = perform_copy_transition(entry, "send_back", by=reviewer, comment=" \u200b ")
    assert isinstance(answer, Refused)
    assert status_of_copy(entry) == "review"


@pytest.mark.parametrize("name", ["send_back", "recall", "reschedule", "withdraw"])
def test_a_draft_of_a_change_is_only_submitted_or_published(name, editor, reviewer):
    entry = make_revised(editor)
    answer = perform_copy_transition(entry, name, by=reviewer, comment="不行")
    assert isinstance(answer, Refused)
    assert status_of_copy(entry) == "draft"


def test_only_who_wrote_or_submitted_it_takes_it_back(editor, reviewer):
    entry = make_revised(editor)
    submitter, other = make_member(EDITORS), make_member(EDITORS)
    do(entry, "submit", submitter)
    copy = find_working_copy(entry)
    for user, may in ((editor, True), (submitter, True), (other, False), (reviewer, False)):
        assert ("recall" in [one.name for one in transitions_of_copy(copy, user)]) is may
    refused = perform_copy_transition(entry, "recall", by=other)
    assert isinstance(refused, Refused)
    do(entry, "recall", submitter)
    assert status_of_copy(entry) == "draft"


def test_a_submitted_entry_is_taken_back_by_who_submitted_it_and_by_nobody_else(editor, reviewer):
    entry = make_milestone()
    record_revision(entry, by=editor)
    submitter = make_member(EDITORS)
    perform_transition(entry, "submit", by=submitter)
    for user in (make_member(EDITORS), reviewer):
        assert isinstance(perform_listed_transition(Milestone, entry.pk, "recall", by=user), Refused)
    assert isinstance(perform_listed_transition(Milestone, entry.pk, "recall", by=editor), Saved)
    assert Milestone.objects.get().status == "draft"
    assert Revision.objects.for_record(entry).applied().last().action == "recalled"


def test_only_its_authors_and_reviewers_discard_a_working_copy_and_say_why(editor, reviewer):
    for user, may in ((editor, True), (make_member(EDITORS), False), (reviewer, True)):
        entry = make_revised(editor)
        assert isinstance(discard_working_copy(entry, by=user, comment=""), Refused)
        answer = discard_working_copy(entry, by=user, comment="与原文不符")
        assert isinstance(answer, Saved) is may
        assert (find_working_copy(entry) is None) is may
    last = Revision.objects.for_record(entry).by_number().last()
    assert (last.action, last.comment) == ("discarded", "与原文不符")


@pytest.mark.parametrize("submits", [False, True])
def test_who_only_changed_a_colleagues_working_copy_neither_discards_nor_recalls_it(editor, submits):
    """Nor who submitted and recalled it."""
    entry, second = make_revised(editor), make_member(EDITORS)
    save_working_copy(entry, whole(entry) | {"title": "又改"}, by=second)
    if submits:
        do(entry, "submit", second)
        do(entry, "recall", second)
    assert isinstance(discard_working_copy(entry, by=second, comment="不要"), Refused)
    do(entry, "submit", editor)
    assert isinstance(perform_copy_transition(entry, "recall", by=second), Refused)
    assert "recall" not in {one.name for one in transitions_of_copy(find_working_copy(entry), second)}
    assert isinstance(perform_copy_transition(entry, "recall", by=editor), Saved)
    assert isinstance(discard_working_copy(entry, by=editor, comment="不改了"), Saved)


def test_who_only_changed_a_colleagues_draft_does_not_recall_it(editor):
    entry, second = make_milestone(), make_member(EDITORS)
    record_revision(entry, by=editor)
    entry.title = "又改"
    entry.save()
    record_revision(entry, by=second)
    perform_transition(entry, "submit", by=editor)
    assert isinstance(perform_listed_transition(Milestone, entry.pk, "recall", by=second), Refused)
    assert isinstance(perform_listed_transition(Milestone, entry.pk, "recall", by=editor), Saved)


def test_who_submitted_a_working_copy_is_its_author_too_and_who_read_it_is_not(editor, reviewer):
    entry, second = make_revised(editor), make_member(EDITORS)
    save_working_copy(entry, whole(entry) | {"title": "又改"}, by=second)
    do(entry, "submit", second)
    do(entry, "send_back", reviewer, comment="再查")
    assert isinstance(discard_working_copy(entry, by=second, comment="不改了"), Saved)


def test_a_change_is_scheduled_and_its_time_moved_while_readers_see_the_former_text(editor, reviewer):
    entry = make_revised(editor)
    do(entry, "submit", editor)
    first, later = timezone.now() + DAY, timezone.now() + 2 * DAY
    copy = schedule(entry, reviewer, first)
    assert (copy.status, copy.public_from, copy.is_working_copy) == ("published", first, True)
    do(entry, "reschedule", reviewer, public_from=later, comment="随发布会")
    assert find_scheduled_copy(entry).public_from == later
    assert Milestone.objects.get().title == "原题"
    assert [action for action, *_rest in of_copies(entry)] == [
        "saved",
        "submitted",
        "scheduled",
        "rescheduled",
    ]
    # Without a time: now.
    do(entry, "publish_now", reviewer)
    assert Milestone.objects.get().title == "改题"
    assert find_scheduled_copy(entry) is None


def test_a_scheduled_change_is_called_off(editor, reviewer):
    entry = make_revised(editor)
    schedule(entry, reviewer)
    do(entry, "withdraw", reviewer, comment="暂缓")
    assert find_scheduled_copy(entry) is None
    assert status_of_copy(entry) == "draft"
    assert of_copies(entry)[-1] == ("unscheduled", "qian", "暂缓", "draft")


def test_a_change_is_not_scheduled_for_a_time_that_is_past(editor, reviewer):
    entry = make_revised(editor)
    past = timezone.now() - datetime.timedelta(hours=1)
    assert isinstance(perform_copy_transition(entry, "publish", by=reviewer, public_from=past), Refused)
    assert status_of_copy(entry) == "draft"


def test_what_cannot_be_public_is_not_scheduled_either(editor, reviewer):
    entry = make_revised(editor)
    save_working_copy(entry, find_working_copy(entry).content | {"citations": []}, by=editor)
    answer = perform_copy_transition(entry, "publish", by=reviewer, public_from=timezone.now() + DAY)
    assert isinstance(answer, Refused)
    assert "至少要引用一个来源" in answer.reasons[0]
    assert Milestone.objects.get().citations.count() == 1
    assert status_of_copy(entry) == "draft"


def test_nobody_schedules_their_own_change_where_that_is_the_rule(settings, reviewer):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    entry = make_revised(reviewer)
    for at in (None, timezone.now() + DAY):
        assert isinstance(perform_copy_transition(entry, "publish", by=reviewer, public_from=at), Refused)
    second = make_member(REVIEWERS)
    schedule(entry, second)
    # Moving the time is not reading it.
    do(entry, "reschedule", reviewer, public_from=timezone.now() + 2 * DAY)


def test_a_change_of_what_was_changed_meanwhile_is_a_conflict_and_not_scheduled(editor, reviewer):
    entry = make_revised(editor)
    stored = Milestone.objects.get()
    table_of(Milestone).apply(stored, whole(entry) | {"title": "他人所改"})
    record_revision(stored, by=make_user())
    answer = perform_copy_transition(entry, "publish", by=reviewer, public_from=timezone.now() + DAY)
    assert isinstance(answer, Conflict)
    assert find_scheduled_copy(entry) is None


def test_what_was_withdrawn_is_not_scheduled_and_what_is_scheduled_is_not_left_so_when_withdrawn(
    editor, reviewer
):
    entry = make_revised(editor)
    schedule(entry, reviewer)
    Milestone.objects.get().withdraw(by=reviewer, comment="有误")
    assert find_scheduled_copy(entry) is None
    assert status_of_copy(entry) == "draft"
    answer = perform_copy_transition(entry, "publish", by=reviewer, public_from=timezone.now() + DAY)
    assert isinstance(answer, Refused)


def test_a_change_over_a_scheduled_one_is_a_copy_of_its_own(editor, reviewer):
    entry = make_revised(editor)
    scheduled = schedule(entry, reviewer)
    save_working_copy(entry, scheduled.content | {"summary": "再补"}, by=editor)
    copy = find_working_copy(entry)
    assert (copy.status, copy.based_on) == ("draft", scheduled.number)
    assert find_scheduled_copy(entry).content == scheduled.content
    # It waits until the scheduled one is the text of the entry.
    refused = perform_copy_transition(entry, "publish", by=reviewer)
    assert isinstance(refused, Refused)
    do(entry, "publish_now", reviewer, seen_number=scheduled.number)
    assert Milestone.objects.get().title == "改题"
    do(entry, "publish", reviewer)
    assert (Milestone.objects.get().title, Milestone.objects.get().summary) == ("改题", "再补")


def test_what_was_begun_over_a_scheduled_change_remains_when_that_is_called_off(editor, reviewer):
    entry = make_revised(editor)
    began = find_working_copy(entry).based_on
    scheduled = schedule(entry, reviewer)
    save_working_copy(entry, scheduled.content | {"summary": "再补"}, by=editor)
    do(entry, "withdraw", reviewer, comment="暂缓")
    copy = find_working_copy(entry)
    assert (copy.content["title"], copy.content["summary"], copy.based_on) == ("改题", "再补", began)
    do(entry, "publish", reviewer)
    assert Milestone.objects.get().summary == "再补"


def test_a_scheduled_change_is_the_current_one_again_when_the_one_over_it_is_discarded(editor, reviewer):
    entry = make_revised(editor)
    scheduled = schedule(entry, reviewer)
    save_working_copy(entry, scheduled.content | {"summary": "再补"}, by=editor)
    assert isinstance(discard_working_copy(entry, by=editor, comment="不补了"), Saved)
    assert find_working_copy(entry).content == scheduled.content
    # Its author no longer discards what a reviewer has let through.
    assert isinstance(discard_working_copy(entry, by=editor, comment="不改了"), Refused)


def test_each_transition_of_a_copy_is_only_of_the_copy_that_was_read(editor, reviewer):
    entry = make_revised(editor)
    read = find_working_copy(entry).number
    save_working_copy(entry, whole(entry) | {"title": "又改"}, by=editor)
    for name in ("submit", "publish"):
        assert isinstance(perform_copy_transition(entry, name, by=reviewer, seen_number=read), Refused)


def test_transitions_of_copies_are_refused_in_lists(editor, reviewer):
    entry = make_revised(editor)
    for name in ("submit", "publish", "recall", "send_back", "reschedule"):
        assert isinstance(
            perform_listed_transition(Milestone, entry.pk, name, by=reviewer, comment="一"), Refused
        ), name
    assert status_of_copy(entry) == "draft"


def test_the_time_of_an_entry_is_moved_and_the_history_says_so(reviewer):
    entry = make_milestone(published=True)
    ahead = timezone.now() + DAY
    update_unchecked(Entry.objects.all(), published_at=ahead)
    for at in (ahead + DAY, timezone.now() + datetime.timedelta(hours=1)):
        assert isinstance(
            perform_listed_transition(Milestone, entry.pk, "reschedule", by=reviewer, public_from=at), Saved
        )
        assert Milestone.objects.get().published_at == at
        assert not Milestone.objects.get().is_public
    assert isinstance(perform_listed_transition(Milestone, entry.pk, "publish_now", by=reviewer), Saved)
    assert Milestone.objects.get().is_public
    last = Revision.objects.for_record(entry).applied().last()
    assert (last.action, last.created_by) == ("released", reviewer)
    assert isinstance(perform_listed_transition(Milestone, entry.pk, "publish_now", by=reviewer), Refused)


@pytest.fixture
def begun_over(editor, reviewer):
    """A working copy that was begun over a scheduled one."""
    entry = make_revised(editor, title="将公开")
    schedule(entry, reviewer)
    save_working_copy(entry, whole(entry) | {"title": "之后再改"}, by=editor)
    return entry


def test_a_copy_over_a_scheduled_one_goes_through_review_beside_it(begun_over, editor, reviewer):
    for name, by, status in (
        ("submit", editor, "review"),
        ("recall", editor, "draft"),
        ("submit", editor, "review"),
        ("send_back", reviewer, "draft"),
    ):
        do(begun_over, name, by, comment="因此")
        assert (status_of_copy(begun_over), find_working_copy(begun_over).title) == (status, "之后再改")
        assert find_scheduled_copy(begun_over).title == "将公开"


def test_what_is_left_of_a_discarded_copy_over_a_scheduled_one_is_the_latter(begun_over, editor):
    do(begun_over, "submit", editor)
    assert isinstance(discard_working_copy(begun_over, by=editor, comment="不改了"), Saved)
    assert find_working_copy(begun_over) == find_scheduled_copy(begun_over)
    assert find_scheduled_copy(begun_over).title == "将公开"


@pytest.mark.parametrize(
    ("own", "joined"),
    [("", "更正标题"), ("补充摘要", "更正标题；补充摘要"), ("更正标题，并补充摘要", "更正标题，并补充摘要")],
)
def test_what_is_left_of_a_schedule_that_is_called_off_tells_readers_what_that_was_to_tell(own, joined):
    entry, reviewer = make_revised(make_user()), make_user()
    propose_notes(entry, Approval(change_note="更正标题", change_note_en="Corrected", is_minor=True))
    schedule(entry, reviewer)
    save_working_copy(entry, whole(entry) | {"title": "再改"}, by=make_user())
    propose_notes(entry, Approval(change_note=own))
    do(entry, "withdraw", reviewer, comment="再等等")
    left = find_working_copy(entry)
    assert (left.title, left.change_note, left.change_note_en) == ("再改", joined, "Corrected")
    # The change over it is none that its author calls minor.
    assert not left.is_minor


def test_notes_that_are_too_long_together_are_told_apart():
    entry, reviewer = make_revised(make_user()), make_user()
    propose_notes(entry, Approval(change_note="甲" * 200))
    schedule(entry, reviewer)
    save_working_copy(entry, whole(entry) | {"title": "再改"}, by=make_user())
    propose_notes(entry, Approval(change_note="乙" * 200))
    answer = do(entry, "withdraw", reviewer, comment="再等等")
    assert find_working_copy(entry).change_note == "乙" * 200
    assert answer.revision.change_note == "甲" * 200
    with translation.override("en"):
        assert "both notes together are too long" in success_message(answer)


def test_whoever_calls_off_a_schedule_is_told_where_its_note_went():
    entry, reviewer = make_revised(make_user()), make_user()
    propose_notes(entry, Approval(change_note="更正标题"))
    schedule(entry, reviewer)
    save_working_copy(entry, whole(entry) | {"title": "再改"}, by=make_user())
    with translation.override("en"):
        message = success_message(do(entry, "withdraw", reviewer, comment="再等等"))
    assert "its note for readers as well" in message

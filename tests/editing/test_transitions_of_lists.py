"""Transitions of entries from a list: outdated lists, deleted entries, working copies, objections."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.editing.entries import whole
from tests.factories import make_citation, make_milestone, make_user
from timeline.editing.revisions import latest_revision_number, record_revision
from timeline.editing.transitions import perform_listed_transition, refusals_of
from timeline.editing.working_copies import save_working_copy
from timeline.models import Action, Milestone, Revision
from timeline.workflow import TRANSITIONS

pytestmark = pytest.mark.django_db


def test_an_entry_is_published_as_it_was_read():
    entry, user = make_milestone(), make_user()
    make_citation(entry)
    record_revision(entry, by=user)
    perform_listed_transition(Milestone, entry.pk, "publish", by=user, seen_number=1, comment="可以")
    assert Milestone.objects.get().is_public
    last = Revision.objects.for_record(entry).applied().last()
    assert (last.action, last.comment, last.created_by) == ("published", "可以", user)


@pytest.mark.parametrize("number", [0, 2])
def test_what_was_changed_since_it_was_read_is_refused(number):
    entry = make_milestone()
    record_revision(entry, by=make_user())
    (reason,) = perform_listed_transition(
        Milestone, entry.pk, "submit", by=make_user(), seen_number=number
    ).reasons
    assert "请重新查看" in reason
    assert Milestone.objects.get().status == "draft"


def test_without_a_number_any_revision_will_do():
    entry = make_milestone()
    record_revision(entry, by=make_user())
    perform_listed_transition(Milestone, entry.pk, "submit", by=make_user())
    assert Milestone.objects.get().status == "review"


def test_what_was_deleted_meanwhile_is_refused():
    entry = make_milestone()
    key = entry.pk
    entry.delete()
    (reason,) = perform_listed_transition(Milestone, key, "submit", by=make_user()).reasons
    assert "刚被人删除" in reason


def test_a_working_copy_is_not_published_from_a_list_but_may_be_withdrawn_with_its_entry():
    entry, user = make_milestone(title="公开的", published=True), make_user()
    entry.withdraw(by=user, comment="重复")
    save_working_copy(entry, whole(entry) | {"summary": "没人看过的"}, by=user)
    (reason,) = perform_listed_transition(Milestone, entry.pk, "publish", by=user).reasons
    assert "另有修订稿" in reason
    assert Milestone.objects.get().status == "withdrawn"


def test_every_objection_to_publishing_is_told():
    entry = make_milestone()
    assert [*perform_listed_transition(Milestone, entry.pk, "publish", by=make_user()).messages] == [
        "citations"
    ]


def test_what_was_recalled_meanwhile_is_not_told_of_as_changed():
    author, reviewer = make_user(first_name="小明", last_name="王"), make_user()
    record = make_milestone()
    record_revision(record, by=author)
    perform_listed_transition(Milestone, record.pk, "submit", by=author)
    seen = latest_revision_number(record)
    perform_listed_transition(Milestone, record.pk, "recall", by=author)
    answer = perform_listed_transition(
        Milestone, record.pk, "send_back", by=reviewer, comment="再核对", seen_number=seen
    )
    (reason,) = answer.reasons
    assert "王小明" in reason
    assert str(Action.RECALLED.label) in reason
    assert "内容已被改动" not in reason


def test_what_is_scheduled_is_told_with_its_time_and_the_way_to_publish_it_before():
    entry, user = make_milestone(), make_user()
    make_citation(entry)
    entry.publish(by=user, public_from=timezone.now() + timedelta(days=3))
    reason = refusals_of([entry], TRANSITIONS["publish"], user)[entry.pk]
    assert "已定于" in reason
    assert "立即发布" in reason

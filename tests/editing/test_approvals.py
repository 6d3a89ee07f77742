"""Publication through the checklist: what is confirmed, by whom, and what readers are told."""

import datetime

import pytest
from django.utils import timezone

from tests import factories as make
from timeline.editing import saving
from timeline.editing.answers import Refused, Saved, Unconfirmed
from timeline.editing.approvals import Approval, propose_notes
from timeline.editing.checklist import checklist_of
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import record_revision, table_of_record
from timeline.editing.saving import Edit
from timeline.editing.scheduled_copies import publish_due_copies
from timeline.editing.transitions import perform_listed_transition
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Milestone, Revision
from timeline.public.public_history import public_changes, public_moments
from timeline.workflow import TRANSITIONS

pytestmark = [pytest.mark.django_db, pytest.mark.checklist]

LACKING = ["date", "phase", "summary", "english"]


@pytest.fixture
def draft():
    entry = make.make_milestone()
    make.make_citation(entry, locator="¶1")
    record_revision(entry, by=make.make_user())
    return entry


@pytest.fixture
def public(draft):
    draft.publish(by=make.make_user())
    return draft


def publish(entry, by=None, **inputs):
    return perform_listed_transition(Milestone, entry.pk, "publish", by=by or make.make_user(), **inputs)


def change(entry, **columns):
    row = table_of_record(entry).whole_row_of(entry)
    save_working_copy(entry, row | columns, by=make.make_user())


def last_revision(entry):
    return Revision.objects.for_record(entry).by_number().last()


def test_what_is_not_confirmed_is_not_published(draft):
    answer = publish(draft, approval=Approval(["date", "phase"]))
    assert isinstance(answer, Unconfirmed)
    assert [one.name for one in answer.checklist.unconfirmed(["date", "phase"])] == ["summary", "english"]
    assert not Milestone.objects.published_or_scheduled().exists()


def test_who_confirmed_what_is_in_the_revision_of_the_publication(draft):
    reviewer = make.make_user()
    assert isinstance(publish(draft, reviewer, approval=Approval(LACKING)), Saved)
    revision = last_revision(draft)
    assert (revision.action, revision.created_by) == ("published", reviewer)
    assert revision.confirmed_warnings == {"date": [], "phase": [], "summary": [], "english": ["title"]}
    assert checklist_of(draft).unconfirmed() == []


def test_a_confirmation_lasts_for_the_next_publication(draft):
    publish(draft, approval=Approval(LACKING))
    draft.refresh_from_db()
    change(draft, title="改过的标题")
    answer = perform_copy_transition(draft, "publish", by=make.make_user(), approval=Approval())
    assert isinstance(answer, Saved)
    change(draft, title="《又改过的标题》")
    answer = perform_copy_transition(draft, "publish", by=make.make_user(), approval=Approval())
    assert isinstance(answer, Unconfirmed)
    assert [one.name for one in answer.checklist.unconfirmed()] == ["brackets"]


def test_what_is_refused_is_refused_whatever_is_confirmed(draft):
    draft.citations.all().delete()
    answer = publish(draft, approval=Approval(LACKING))
    assert isinstance(answer, Refused)
    assert [*answer.messages] == ["citations"]


def test_services_without_an_approval_confirm_nothing(draft):
    assert isinstance(publish(draft), Saved)
    assert last_revision(draft).confirmed_warnings == {}


def test_a_first_publication_has_no_note_for_readers(draft):
    publish(draft, approval=Approval(LACKING, change_note="首次", is_minor=True))
    assert (last_revision(draft).change_note, last_revision(draft).is_minor) == ("", False)


def test_readers_are_told_of_a_change(public):
    change(public, title="改过的标题")
    approval = Approval(LACKING, "更正标题", "Title corrected", True)
    perform_copy_transition(public, "publish", by=make.make_user(), approval=approval)
    revision = last_revision(public)
    assert (revision.action, revision.change_note) == ("revised", "更正标题")
    assert (revision.change_note_en, revision.is_minor) == ("Title corrected", True)


def test_a_note_waits_with_the_scheduled_change(public, monkeypatch):
    change(public, title="改过的标题")
    soon = timezone.now() + datetime.timedelta(minutes=5)
    perform_copy_transition(
        public,
        "publish",
        by=make.make_user(),
        approval=Approval(LACKING, "更正标题", is_minor=True),
        public_from=soon,
    )
    assert last_revision(public).confirmed_warnings.keys() == {*LACKING}
    perform_copy_transition(
        public, "reschedule", by=make.make_user(), public_from=soon + datetime.timedelta(minutes=1)
    )
    Revision.objects.scheduled().update(public_from=timezone.now())
    publish_due_copies()
    revision = last_revision(public)
    assert (revision.action, revision.change_note, revision.is_minor) == ("revised", "更正标题", True)


def save(entry, **columns):
    table = table_of_record(entry)
    base = saving.editable_row(table, entry)
    edit = Edit(
        make.make_editor(),
        transition=TRANSITIONS["publish"],
        seen_number=last_revision(entry).number,
        approval=Approval(change_note="更正"),
    )
    return saving.save(table, entry.pk, base=base, row=base | columns, edit=edit)


def test_a_form_that_would_publish_what_is_to_be_confirmed_saves_its_text(draft):
    answer = save(draft, title="新标题")
    assert [one.name for one in answer.unconfirmed.unconfirmed()] == LACKING
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("新标题", "draft")


def test_a_form_over_what_is_public_saves_a_working_copy_with_the_note(public):
    answer = save(public, title="新标题")
    assert answer.unconfirmed is not None
    copy = find_working_copy(public)
    assert (copy.content["title"], copy.change_note) == ("新标题", "更正")
    assert Milestone.objects.get().title == public.title


def test_a_form_in_which_something_is_refused_saves_nothing(draft):
    answer = save(draft, title="新标题", citations=[])
    assert isinstance(answer, Refused)
    draft.refresh_from_db()
    assert draft.title != "新标题"


def test_an_import_over_a_working_copy_keeps_what_readers_are_to_be_told(public):
    change(public, title="改过的标题")
    propose_notes(public, Approval(change_note="更正标题", is_minor=True))
    change(public, title="再改的标题")
    copy = find_working_copy(public)
    assert (copy.content["title"], copy.change_note, copy.is_minor) == ("再改的标题", "更正标题", True)


def test_notes_that_are_already_proposed_are_nothing_new(public):
    change(public, title="改过的标题")
    notes = Approval(change_note="更正标题")
    assert [propose_notes(public, one) for one in (notes, notes, Approval(), None)] == [
        True,
        False,
        False,
        False,
    ]


def withdrawn_with_note(entry, note="更正标题"):
    """Withdraw it, and publish a working copy, which no reader sees."""
    entry.withdraw(by=make.make_user(), comment="有误")
    change(entry, title="改过的标题")
    propose_notes(entry, Approval(change_note=note, change_note_en="Corrected"))
    perform_copy_transition(entry, "publish", by=make.make_user())


def test_what_a_withdrawn_record_was_to_tell_readers_is_told_once_it_is_public_again(public):
    withdrawn_with_note(public)
    publish(public, approval=Approval(LACKING))
    again = public_changes(public, public_moments(public))[0]
    assert (again.event, again.note, again.note_en) == ("published_again", "更正标题", "Corrected")


def test_what_was_decided_at_the_publication_is_told_instead(public):
    withdrawn_with_note(public)
    publish(public, approval=Approval(LACKING, change_note="标题与日期"))
    again = public_changes(public, public_moments(public))[0]
    assert (again.note, again.note_en) == ("标题与日期", "Corrected")


def test_a_further_working_copy_of_a_withdrawn_record_goes_on_with_its_note(public):
    withdrawn_with_note(public)
    change(public, summary="摘要。")
    assert find_working_copy(public).change_note == "更正标题"
    publish(public, with_copy=True)
    again = public_changes(public, public_moments(public))[0]
    assert (again.note, again.columns) == ("更正标题", ["题名", "摘要"])


def test_what_readers_were_told_is_not_told_at_a_later_publication(public):
    withdrawn_with_note(public)
    publish(public)
    public.withdraw(by=make.make_user(), comment="又有误")
    publish(public)
    again = public_changes(public, public_moments(public))[0]
    assert (again.event, again.note) == ("published_again", "")

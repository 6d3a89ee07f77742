"""Revisions: applied ones and working copies, entries sent back, and deleted drafts."""

import pytest

from tests.copies import do, make_revised
from tests.editing.entries import whole
from tests.factories import make_milestone, make_user
from timeline.editing.revisions import delete_draft, record_revision
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import save_working_copy
from timeline.models import Milestone, Revision
from timeline.models.revisions import authors_of_copies, writers_of_copies

pytestmark = pytest.mark.django_db


def sent_back(user):
    draft = make_milestone()
    perform_transition(draft, "submit", by=user)
    perform_transition(draft, "send_back", by=user, comment="缺少出处")
    return draft


def test_what_an_entry_was_is_apart_from_the_working_copies_beside_it():
    user = make_user()
    entry = make_milestone(title="公开的", published=True)
    record_revision(entry, by=user)
    for title in ("修订一", "修订二"):
        save_working_copy(entry, {"title": title}, by=user)
    of_entry = Revision.objects.for_record(entry)
    assert {revision.title for revision in of_entry.applied()} == {"公开的"}
    assert of_entry.working_copies().get().content["title"] == "修订二"
    numbers = [revision.number for revision in of_entry.by_number()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert of_entry.working_copies().get().number == numbers[-1]


def test_what_was_sent_back_last_comes_first_until_it_is_submitted_again():
    user = make_user()
    first, second = sent_back(user), sent_back(user)
    assert [revision.record for revision in Revision.objects.sent_back()] == [second.pk, first.pk]
    assert all(revision.is_sent_back for revision in Revision.objects.sent_back())
    perform_transition(second, "submit", by=user)
    assert [revision.record for revision in Revision.objects.sent_back()] == [first.pk]


def test_of_what_was_done_transitions_are_found_by_themselves():
    user = make_user()
    draft = sent_back(user)
    draft.title = "改过的"
    draft.save()
    record_revision(draft, by=user)
    assert [revision.action for revision in Revision.objects.for_record(draft).transitions()] == [
        "submitted",
        "sent_back",
    ]


def test_revisions_outlive_a_draft_that_is_deleted():
    user = make_user()
    draft = make_milestone(title="误删的")
    key = draft.pk
    record_revision(draft, by=user)
    delete_draft(draft, by=user)
    assert {revision.title for revision in Revision.objects.for_key(Milestone, key)} == {"误删的"}


def test_the_authors_of_many_working_copies_are_found_by_one_query(django_assert_num_queries):
    began, changed, submitted, other = (make_user() for _number in range(4))
    copies = []
    for _number in range(3):
        entry = make_revised(began)
        save_working_copy(entry, whole(entry) | {"summary": "一"}, by=other)
        save_working_copy(entry, whole(entry) | {"summary": "二"}, by=changed)
        do(entry, "submit", submitted)
        copies.append(Revision.objects.for_record(entry).working_copies().get())
    with django_assert_num_queries(1):
        authors = authors_of_copies(copies)
    assert authors == {copy.pk: {began.pk, submitted.pk} for copy in copies}
    # Who is told what becomes of it.
    assert writers_of_copies(copies) == {copy.pk: {began.pk, changed.pk, submitted.pk} for copy in copies}

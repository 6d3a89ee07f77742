"""Who deletes drafts: who began or submitted them, or a reviewer for a reason, which the authors are told."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from tests import factories as make
from tests.copies import make_member
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.deletion import asks_reason, delete_by_hand, objections_to_deleting
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_transition
from timeline.models import Milestone, Revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_member(EDITORS, username="zhao", email="zhao@example.org")


@pytest.fixture
def reviewer():
    return make_member(REVIEWERS, username="qian")


@pytest.fixture
def draft(editor):
    return make_draft(editor)


def make_draft(editor, **kw):
    entry = make.make_milestone(**kw)
    record_revision(entry, by=editor)
    return entry


def change(entry, by):
    entry.title = "又改"
    entry.save()
    record_revision(entry, by=by)


def test_who_began_a_draft_deletes_it_without_a_reason(draft, editor):
    assert not asks_reason([draft], editor)
    delete_by_hand([draft], by=editor)
    assert not Milestone.objects.exists()


def test_who_only_changed_a_colleagues_draft_does_not_delete_it(draft):
    colleague = make_member(EDITORS)
    change(draft, colleague)
    with pytest.raises(ProtectedError):
        delete_by_hand([draft], by=colleague, comment="不要")
    assert Milestone.objects.exists()


def test_a_reviewer_deletes_it_for_a_reason(draft, reviewer):
    for comment in ("", " \u200b"):
        with pytest.raises(ValidationError):
            delete_by_hand([draft], by=reviewer, comment=comment)
    delete_by_hand([draft], by=reviewer, comment="重复")
    last = Revision.objects.for_key(Milestone, draft.pk).by_number().last()
    assert (last.action, last.comment, last.created_by) == ("deleted", "重复", reviewer)


def test_what_waits_for_a_reviewer_is_recalled_or_sent_back_first(draft, editor, reviewer):
    perform_transition(draft, "submit", by=editor)
    for user in (editor, reviewer):
        with pytest.raises(ProtectedError):
            delete_by_hand([Milestone.objects.get()], by=user, comment="重复")
    perform_transition(draft, "recall", by=editor)
    delete_by_hand([Milestone.objects.get()], by=editor)
    assert not Milestone.objects.exists()


def test_of_many_drafts_all_or_none_are_deleted(draft, editor):
    other = make_draft(make_member(EDITORS))
    with pytest.raises(ProtectedError):
        delete_by_hand([draft, other], by=editor)
    assert Milestone.objects.count() == 2


def test_a_draft_of_which_nobody_knows_the_author_is_deleted_by_whoever_may(editor):
    delete_by_hand([make.make_milestone()], by=editor)
    assert not Milestone.objects.exists()


def test_the_authors_of_many_drafts_are_asked_for_once(editor, django_assert_num_queries):
    drafts = [make_draft(make_member(EDITORS)) for _number in range(3)]
    editor.has_perm("timeline.publish_entry")
    with django_assert_num_queries(1):
        assert len(objections_to_deleting(drafts, editor)) == 3


@pytest.mark.usefixtures("mail_on")
def test_the_author_is_told_who_deleted_it_and_why(
    draft, reviewer, mailoutbox, django_capture_on_commit_callbacks
):
    make.make_chronicle(title="智慧宁波")
    with django_capture_on_commit_callbacks(execute=True):
        delete_by_hand([draft], by=reviewer, comment="与前一条重复")
    (mail,) = mailoutbox
    assert mail.to == ["zhao@example.org"]
    assert "与前一条重复" in mail.body

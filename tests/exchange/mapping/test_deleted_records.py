"""Drafts that an import made and somebody deleted: their rows are asked about."""

import pytest

from tests import factories as make
from tests.copies import make_member
from tests.foreign_tables import import_proposed, policies, texts
from timeline.accounts.roles import REVIEWERS
from timeline.editing.deletion import delete_by_hand
from timeline.editing.revisions import record_revision
from timeline.exchange.importing.undo import undo
from timeline.exchange.mapping.record_choices import LEAVE_OUT, NEW
from timeline.models import Action, Citation, Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

A = ["关于甲的通知", "甬政发〔2016〕1号", "2016"]
B = ["关于乙的通知", "甬政发〔2017〕2号", "2017"]


@pytest.fixture
def batch():
    return import_proposed(policies(A, B)).batch


def delete(title):
    delete_by_hand([Policy.objects.get(title=title)], by=make_member(REVIEWERS), comment="重复。")


def asked(*rows, **changes):
    """Return the questions about deleted records."""
    report = import_proposed(policies(*rows), _dry_run=True, **changes)
    return [one for one in report.questions if one.kind == "deleted"]


def titles():
    return [*Policy.objects.order_by("title").values_list("title", flat=True)]


def test_a_row_whose_record_was_deleted_is_left_out_unless_it_is_chosen(batch):
    delete(A[0])
    (question,) = asked(A, B)
    assert question.answer == LEAVE_OUT
    assert "“关于甲的通知” was imported" in question.text
    report = import_proposed(policies(A, B))
    assert texts(report.problems) == []
    assert titles() == [B[0]]
    assert Citation.objects.count() == 1
    import_proposed(policies(A, B), answers={question.key: NEW})
    assert titles() == sorted([A[0], B[0]])


def test_a_row_of_a_record_that_was_created_again_is_that_one(batch):
    delete(A[0])
    (question,) = asked(A, B)
    import_proposed(policies(A, B), answers={question.key: NEW})
    assert asked(A, B) == []


def test_after_another_deletion_it_is_asked_again(batch):
    delete(A[0])
    (question,) = asked(A, B)
    answers = {question.key: NEW}
    import_proposed(policies(A, B), answers=answers)
    delete(A[0])
    (again,) = asked(A, B, answers=answers)
    assert again.key != question.key
    assert not again.is_answered


def test_what_went_with_the_undoing_of_its_import_is_created_without_a_question(batch):
    undo(batch, by=make.make_user())
    assert titles() == []
    assert asked(A, B) == []


def test_what_was_deleted_before_its_import_was_undone_is_created_without_a_question(batch):
    delete(A[0])
    undo(batch, by=make.make_user())
    assert asked(A, B) == []


def test_what_the_undoing_left_alone_and_somebody_deleted_since_is_asked_about(batch):
    policy = Policy.objects.get(title=A[0])
    policy.summary = "改过。"
    policy.save()
    record_revision(policy, by=make.make_user(), action=Action.SAVED)
    assert len(undo(batch, by=make.make_user()).skipped) == 2
    delete(A[0])
    assert len(asked(A, B)) == 1


def test_a_draft_that_no_import_made_is_not_asked_about():
    policy = make.make_policy(title=A[0], document_number=A[1], issued=A[2])
    record_revision(policy, by=make.make_user(), action=Action.SAVED)
    delete(A[0])
    assert asked(A) == []


def test_a_record_that_was_renamed_before_it_was_deleted_is_found(batch):
    policy = Policy.objects.get(title=A[0])
    policy.title, policy.document_number = "另一个题名", None
    policy.save()
    record_revision(policy, by=make.make_user(), action=Action.SAVED)
    delete("另一个题名")
    assert len(asked(A)) == 1


def test_another_document_of_the_same_title_is_not_asked_about(batch):
    delete(A[0])
    assert asked([A[0], "甬政发〔2021〕9号", "2021"]) == []

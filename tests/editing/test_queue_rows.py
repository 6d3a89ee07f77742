"""What the queue says of its items: what changed, in a fixed number of queries."""

import pytest

from tests.copies import do, make_member
from tests.editing.entries import whole
from tests.factories import make_milestone, make_topic, make_user
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.comments import begin_thread, unanswered_mentions
from timeline.editing.queue import QUEUE, items_of
from timeline.editing.queue_rows import describe, describe_mentions
from timeline.editing.revisions import delete_draft, record_revision
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import save_working_copy

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_member(EDITORS), make_member(EDITORS), make_member(REVIEWERS), make_member(REVIEWERS)


def queue(name, user):
    return describe(items_of(QUEUE[name].items(user)))


def draft(make, by, **kw):
    record = make(**kw)
    record_revision(record, by=by)
    return record


def copy(record, by, **values):
    record_revision(record, by=make_user())
    save_working_copy(record, whole(record) | values, by=by)
    return record


def test_what_changed_since_it_was_returned_is_named(people):
    editor, _colleague, reviewer, _other = people
    record = draft(make_milestone, editor, title="退回的")
    perform_transition(record, "submit", by=editor)
    perform_transition(record, "send_back", by=reviewer, comment="缺少摘要")
    record.summary = "补写的摘要"
    record.save()
    record_revision(record, by=editor)
    perform_transition(record, "submit", by=editor)
    (row,) = queue("review", reviewer)
    assert (row.is_new, row.changes) == (False, ["摘要"])


def test_what_the_queue_says_costs_as_many_queries_for_many_as_for_few(people, django_assert_max_num_queries):
    editor, _colleague, reviewer, _other = people
    for _number in range(12):
        record = draft(make_milestone, editor)
        perform_transition(record, "submit", by=editor)
        do(copy(make_topic(), editor, title="改"), "submit", by=editor)
    items = items_of(QUEUE["review"].items(reviewer))
    with django_assert_max_num_queries(9):
        assert len(describe(items)) == 24


def test_a_comment_is_described_with_its_record_also_if_that_was_deleted(people):
    editor, _colleague, reviewer, _other = people
    record = draft(make_milestone, editor, title="草稿")
    for field in ("date", ""):
        begin_thread(record, by=reviewer, text="请看", field=field, people=[editor.pk])
    rows = describe_mentions(unanswered_mentions(editor))
    assert [(row.title, row.field_label, row.is_deleted) for row in rows] == [
        ("草稿", "日期", False),
        ("草稿", "", False),
    ]
    delete_draft(record, by=editor)
    assert [(row.title, row.is_deleted) for row in describe_mentions(unanswered_mentions(editor))] == [
        ("草稿", True),
        ("草稿", True),
    ]

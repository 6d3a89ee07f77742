"""Changes of public reference records and of the chronicle are working copies, as those of entries are."""

import pytest
from django.utils import timezone

from tests import factories as make
from tests.copies import DAY, do, let_its_time_come, make_member, schedule, status_of_copy
from tests.editing.entries import actions, whole
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.answers import Conflict, Refused, Saved
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.integrity import violations
from timeline.editing.restoring import ChosenValue, restore_revision, take_values
from timeline.editing.revisions import record_revision
from timeline.editing.saving import Edit, save
from timeline.editing.scheduled_copies import publish_due_copies
from timeline.editing.stages import at_stage
from timeline.editing.working_copies import (
    discard_working_copy,
    find_working_copy,
    save_working_copy,
)
from timeline.models import REFERENCES, Chronicle, Revision
from timeline.rows.tables import table_of
from timeline.workflow import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

EACH = pytest.mark.parametrize("model", [*REFERENCES, Chronicle], ids=lambda model: model._meta.model_name)


@pytest.fixture(autouse=True)
def all_is_sound():
    yield
    assert list(violations()) == []


@pytest.fixture
def editor():
    return make_member(EDITORS)


@pytest.fixture
def reviewer():
    return make_member(REVIEWERS)


def public(model, **kw):
    kw = {"title": "原题"} | kw
    record = make.make_chronicle(**kw) if model is Chronicle else make.make_reference(model, **kw)
    record_revision(record, by=make.make_user())
    return record


def change(record, by, **columns):
    table, row = table_of(type(record)), whole(record)
    return save(table, record.pk, base=row, row=row | columns, edit=Edit(by))


def title(record):
    return type(record).objects.get(pk=record.pk).title


@EACH
def test_an_editors_change_waits_for_review_and_is_published(model, editor, reviewer):
    record = public(model)
    answer = change(record, editor, title="改题")
    assert isinstance(answer, Saved)
    assert answer.is_working_copy
    assert (title(record), status_of_copy(record)) == ("原题", "draft")
    do(record, "submit", editor)
    do(record, "send_back", reviewer, comment="再查")
    do(record, "submit", editor)
    do(record, "publish", reviewer)
    assert (title(record), find_working_copy(record)) == ("改题", None)
    assert actions(record) == ["saved", "revised"]


@EACH
def test_a_scheduled_change_is_public_at_its_time(model, editor, reviewer):
    record = public(model)
    change(record, editor, title="改题")
    schedule(record, reviewer)
    do(record, "reschedule", reviewer, public_from=timezone.now() + 2 * DAY)
    assert [*at_stage(model.objects.all(), "change_scheduled")] == [record]
    let_its_time_come(record)
    publish_due_copies()
    assert title(record) == "改题"
    assert Revision.objects.for_record(record).applied().last().created_by == reviewer


@EACH
def test_a_change_is_discarded_by_who_made_it_or_may_publish(model, editor, reviewer):
    record = public(model)
    change(record, editor, title="改题")
    other = make_member(EDITORS)
    assert isinstance(discard_working_copy(record, by=other, comment="重复"), Refused)
    assert isinstance(discard_working_copy(record, by=editor, comment="重复"), Saved)
    change(record, editor, title="再改")
    assert isinstance(discard_working_copy(record, by=reviewer, comment="重复"), Saved)
    assert (title(record), find_working_copy(record)) == ("原题", None)


@EACH
def test_a_change_beside_which_the_public_text_was_changed_is_a_conflict(model, editor, reviewer):
    record = public(model)
    change(record, editor, title="改题")
    table_of(model).apply(record, whole(record) | {"title": "另题"})
    record_revision(record, by=reviewer)
    assert isinstance(perform_copy_transition(record, "publish", by=reviewer), Conflict)


@EACH
def test_an_editors_change_to_what_is_scheduled_is_a_working_copy_and_a_reviewers_takes_effect(
    model, editor, reviewer
):
    record = public(model, published=False)
    record.publish(by=reviewer, public_from=timezone.now() + DAY)
    assert change(record, editor, title="编辑改的").is_working_copy
    assert title(record) == "原题"
    discard_working_copy(record, by=editor, comment="重复")
    assert not change(record, reviewer, title="审核改的").is_working_copy
    assert title(record) == "审核改的"


@EACH
def test_a_public_record_is_restored_into_a_working_copy(model, editor, reviewer):
    record = public(model)
    first = record.revisions.get()
    change(record, editor, title="改题")
    perform_copy_transition(record, "publish", by=reviewer)
    answer = restore_revision(first, by=editor)
    assert answer.is_working_copy
    assert (title(record), find_working_copy(record).content["title"]) == ("改题", "原题")


@EACH
def test_single_values_of_a_revision_are_taken(model, editor, reviewer):
    record = public(model)
    first = record.revisions.get()
    change(record, editor, title="改题", title_en="Changed")
    perform_copy_transition(record, "publish", by=reviewer)
    taken = take_values(
        table_of(model), record.pk, whole(record), {1: first}, [ChosenValue(1, column="title")]
    )
    assert (taken.row["title"], taken.row["title_en"], taken.columns) == ("原题", "Changed", ["title"])


@pytest.mark.parametrize("model", REFERENCES, ids=lambda model: model._meta.model_name)
def test_a_withdrawal_ends_what_was_scheduled(model, editor, reviewer):
    record = public(model)
    change(record, editor, title="改题")
    schedule(record, reviewer)
    record.withdraw(by=reviewer, comment="有误")
    assert (status_of_copy(record), model.objects.get(pk=record.pk).status) == ("draft", Status.WITHDRAWN)


@pytest.mark.parametrize("model", REFERENCES, ids=lambda model: model._meta.model_name)
def test_a_scheduled_record_that_is_called_off_gets_the_text_of_its_working_copy(model, editor, reviewer):
    record = public(model, published=False)
    record.publish(by=reviewer, public_from=timezone.now() + DAY)
    change(record, editor, title="编辑改的")
    record.withdraw(by=reviewer, comment="改期")
    assert (title(record), find_working_copy(record)) == ("编辑改的", None)


def test_what_is_published_along_earlier_keeps_its_working_copy(editor, reviewer):
    topic = public(REFERENCES[2], published=False)
    topic.publish(by=reviewer, public_from=timezone.now() + DAY)
    change(topic, editor, title="编辑改的")
    entry = make.make_milestone(topics=[topic])
    make.make_citation(entry)
    entry.publish(by=reviewer)
    topic.refresh_from_db()
    assert (topic.is_public, topic.title, status_of_copy(topic)) == (True, "原题", "draft")
    perform_copy_transition(topic, "publish", by=reviewer)
    assert title(topic) == "编辑改的"


def test_a_copy_that_names_what_is_gone_meanwhile_is_refused(editor, reviewer):
    topic, phase = public(REFERENCES[2]), make.make_phase(slug="lost", published=False)
    save_working_copy(topic, whole(topic) | {"phases": ["lost"]}, by=editor)
    phase.delete()
    assert isinstance(perform_copy_transition(topic, "publish", by=reviewer), Refused)


def test_the_citation_of_a_public_record_is_part_of_its_working_copy(editor, reviewer):
    topic, source = public(REFERENCES[2]), make.make_source(slug="paper", published=False)
    blank = table_of(type(topic)).parts["citations"].blank_row
    citation = {name: cell for name, cell in blank.items() if name != "topic"} | {
        "source": "paper",
        "number": 1,
    }
    assert change(topic, editor, citations=[citation]).is_working_copy
    assert not topic.citations.exists()
    do(topic, "publish", reviewer)
    source.refresh_from_db()
    assert (topic.citations.get().source, source.is_public) == (source, True)

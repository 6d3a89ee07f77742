"""Reference records and the chronicle go through the same transitions as entries."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils import timezone

from tests import factories as make
from tests.copies import DAY
from tests.editing.entries import actions
from timeline.editing.integrity import violations
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import delete_draft, delete_drafts, deleted_drafts, record_revision
from timeline.editing.transitions import available_transitions, perform_listed_transition, perform_transition
from timeline.models import REFERENCES, Area, Chronicle, Organization, Phase, Source, Topic
from timeline.models.search_documents import Searchable
from timeline.workflow import NotPublishableError, Status, TransitionNotAllowedError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

EACH = pytest.mark.parametrize("model", [*REFERENCES, Chronicle], ids=lambda model: model._meta.model_name)
EACH_REFERENCE = pytest.mark.parametrize("model", REFERENCES, ids=lambda model: model._meta.model_name)


@pytest.fixture(autouse=True)
def all_is_sound():
    yield
    assert list(violations()) == []


@pytest.fixture
def reviewer():
    return make.make_editor()


@pytest.fixture
def author():
    return make.make_user()


def made(model, **kw):
    return make.make_chronicle(**kw) if model is Chronicle else make.make_reference(model, **kw)


def draft(model, author, **kw):
    record = made(model, published=False, **kw)
    record_revision(record, by=author)
    return record


def status(record):
    return type(record).objects.get(pk=record.pk).status


@EACH
def test_a_draft_is_submitted_sent_back_recalled_and_published(model, author, reviewer):
    record = draft(model, author)
    assert not model.objects.published().exists()
    perform_transition(record, "submit", by=author)
    assert status(record) == Status.REVIEW
    perform_transition(record, "send_back", by=reviewer, comment="缺来源")
    perform_transition(record, "submit", by=author)
    perform_transition(record, "recall", by=author)
    with pytest.raises(ValidationError):
        perform_transition(perform_transition(record, "submit", by=author).record, "recall", by=reviewer)
    perform_transition(record, "publish", by=reviewer)
    assert model.objects.published().get() == record
    told = ["saved", "submitted", "sent_back", "submitted", "recalled", "submitted", "published"]
    assert actions(record) == told


@EACH
def test_a_draft_is_scheduled_moved_and_called_off(model, author, reviewer):
    record, tomorrow = draft(model, author), timezone.now() + DAY
    perform_transition(record, "publish", by=reviewer, public_from=tomorrow)
    perform_transition(record, "reschedule", by=reviewer, public_from=tomorrow + DAY)
    record.refresh_from_db()
    assert (record.is_public, record.published_at) == (False, tomorrow + DAY)
    assert not model.objects.published().exists()
    perform_transition(record, "withdraw", by=reviewer, comment="改期")
    assert status(record) == Status.DRAFT
    assert actions(record)[1:] == ["published", "rescheduled", "withdrawn"]


@EACH_REFERENCE
def test_what_nothing_public_names_is_withdrawn_and_published_again(model, author, reviewer):
    record = draft(model, author)
    perform_transition(record, "publish", by=reviewer)
    perform_transition(record, "withdraw", by=reviewer, comment="有误")
    assert status(record) == Status.WITHDRAWN
    perform_transition(record, "publish", by=reviewer)
    assert status(record) == Status.PUBLISHED


def naming(model, record):
    """A draft entry that names the record."""
    topics = [record] if model is Topic else []
    if model is Area:
        entry = make.make_designation(title="入选试点", designee=record)
    elif model is Organization:
        entry = make.make_policy(title="入选试点", issuers=[record])
    elif model is Phase:
        entry = make.make_milestone(title="入选试点", phase=record)
    else:
        entry = make.make_milestone(title="入选试点", topics=topics)
    make.make_citation(entry, source=record if model is Source else None)
    return entry


@EACH_REFERENCE
@pytest.mark.parametrize("is_scheduled", [False, True])
def test_what_something_public_names_is_not_withdrawn_and_the_refusal_names_it(model, is_scheduled, reviewer):
    record = made(model)
    entry = naming(model, record)
    # A draft may name it.
    assert record.objections_to_withdrawing() == []
    entry.publish(by=reviewer, public_from=timezone.now() + DAY if is_scheduled else None)
    with pytest.raises(TransitionNotAllowedError, match="入选试点"):
        record.withdraw(by=reviewer, comment="有误")
    refused = perform_listed_transition(model, record.pk, "withdraw", by=reviewer, comment="有误")
    assert "入选试点" in refused.reasons[0]
    assert status(record) == Status.PUBLISHED
    entry.withdraw(by=reviewer, comment="有误")
    record.withdraw(by=reviewer, comment="有误")
    if not is_scheduled:
        with pytest.raises(NotPublishableError, match="was withdrawn"):
            entry.publish(by=reviewer)


def test_a_reference_record_that_another_names_is_not_withdrawn(reviewer):
    city = make.make_area()
    make.make_area(title="海曙区", parent=city)
    phase = make.make_phase()
    make.make_topic(title="光网").phases.add(phase)
    for record, name in ((city, "海曙区"), (phase, "光网")):
        with pytest.raises(TransitionNotAllowedError, match=name):
            record.withdraw(by=reviewer, comment="有误")


def test_of_many_that_name_it_the_refusal_names_the_first(reviewer):
    topic = make.make_topic()
    for number in range(8):
        make.make_milestone(title=f"大事{number}", topics=[topic], published=True)
    (reason,) = topic.objections_to_withdrawing()
    assert reason.endswith("milestone: 大事3, milestone: 大事4, ….")
    assert "大事5" not in reason


def test_the_chronicle_is_never_withdrawn(reviewer):
    with pytest.raises(TransitionNotAllowedError, match="The chronicle itself"):
        make.make_chronicle().withdraw(by=reviewer, comment="有误")


@EACH
def test_nobody_publishes_their_own_work_where_that_is_the_rule(model, author, reviewer, settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    record = draft(model, author)
    with pytest.raises(NotPublishableError, match="Nobody publishes"):
        record.publish(by=author)
    record.publish(by=reviewer)


@EACH
def test_what_applies_to_a_draft_is_offered_to_who_may(model, author, reviewer):
    record = draft(model, author)
    assert [one.name for one in available_transitions(record, None, reviewer)] == ["submit", "publish"]
    assert available_transitions(record, None, author) == []


@EACH
def test_a_draft_is_deleted_and_recovered_with_its_history_and_what_was_public_is_not(model, author):
    record = draft(model, author, title="误删")
    key, row = record.pk, record.revisions.get().content
    delete_draft(record, by=author, comment="重复")
    (gone,) = deleted_drafts(model)
    assert (gone.title, gone.comment, gone.find_record()) == ("误删", "重复", None)
    answer = restore_revision(gone, by=author)
    assert (answer.is_recreated, answer.record.pk, answer.record.status) == (True, key, "draft")
    assert answer.revision.content == row
    assert actions(answer.record) == ["saved", "deleted", "restored"]
    assert not deleted_drafts(model).exists()
    answer.record.publish(by=author)
    with pytest.raises(ProtectedError):
        delete_draft(answer.record, by=author)


@EACH_REFERENCE
def test_drafts_are_deleted_together_all_or_none(model, author):
    keys = [draft(model, author).pk for _number in range(3)]
    kept = draft(model, author)
    kept.publish(by=author)
    with pytest.raises(ProtectedError):
        delete_drafts(model, [*keys, kept.pk], by=author)
    assert model.objects.count() == 4
    delete_drafts(model, keys, by=author)
    assert {gone.record for gone in deleted_drafts(model)} == {*keys}


def test_a_draft_that_a_draft_names_is_not_deleted(author):
    topic = draft(Topic, author)
    make.make_milestone(title="启动", topics=[topic])
    with pytest.raises(ProtectedError, match="启动"):
        delete_draft(topic, by=author)
    assert Topic.objects.exists()


def test_only_reference_records_and_entries_are_searched():
    assert [issubclass(model, Searchable) for model in (*REFERENCES, Chronicle)] == [True] * 5 + [False]

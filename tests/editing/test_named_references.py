"""Drafts that become public with what names them: at the same time, in their turn, or with the reason why not."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as make
from tests.copies import DAY, let_its_time_come, make_revised, schedule
from tests.editing.entries import whole
from timeline.editing.bulk_publication import objections_to_all, publish_all
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.integrity import violations
from timeline.editing.named_references import drafts_named_by, drafts_named_in
from timeline.editing.revisions import record_revision
from timeline.editing.saving import Edit, save
from timeline.editing.scheduled_copies import publish_due_copies
from timeline.editing.working_copies import save_working_copy
from timeline.models import (
    AreaCitation,
    Entry,
    Milestone,
    OrganizationCitation,
    Policy,
    Revision,
    SearchDocument,
    TopicCitation,
)
from timeline.rows.tables import table_of
from timeline.workflow import NotPublishableError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def all_is_sound():
    yield
    assert list(violations()) == []


@pytest.fixture
def reviewer():
    return make.make_editor()


def draft(maker, **kw):
    """A draft of a reference record, with its first revision."""
    record = maker(published=False, **kw)
    record_revision(record, by=make.make_user())
    return record


def public(*records):
    for record in records:
        record.refresh_from_db()
    return [record.is_public for record in records]


def entry_naming(*topics, **kw):
    entry = make.make_milestone(topics=[*topics], **kw)
    make.make_citation(entry, locator="¶1")
    return entry


def test_a_draft_is_published_with_the_entry_that_names_it_and_its_history_says_so(reviewer):
    topic = draft(make.make_topic)
    entry = entry_naming(topic, title="启动")
    entry.publish(by=reviewer)
    topic.refresh_from_db()
    assert (topic.published_at, topic.published_by) == (entry.published_at, reviewer)
    last = topic.revisions.applied().last()
    assert (last.action, last.created_by) == ("published", reviewer)
    assert last.comment == "Together with “启动”, which names it"
    document = SearchDocument.objects.for_model(type(topic)).get(record=topic.pk)
    assert document.public_from == topic.published_at


def test_what_is_published_along_brings_along_what_it_names(reviewer):
    phase = draft(make.make_phase)
    topic = draft(make.make_topic)
    topic.phases.add(phase)
    cited, source = draft(make.make_source), draft(make.make_source)
    TopicCitation.objects.create(topic=topic, source=cited, locator="¶1")
    organization = draft(make.make_organization)
    OrganizationCitation.objects.create(organization=organization, source=source, locator="¶1")
    city = draft(make.make_area)
    district = draft(make.make_area, parent=city)
    AreaCitation.objects.create(area=district, source=source, locator="¶2")
    designation = make.make_designation(designee=district, authorities=[organization], topics=[topic])
    make.make_citation(designation)
    others = [phase, topic, cited, source, organization, city, district]
    assert {*drafts_named_by({type(designation): [designation.pk]})} == {*others}
    designation.publish(by=reviewer)
    assert public(*others) == [True] * 7
    assert {record.published_at for record in others} == {designation.published_at}


def test_a_reference_record_brings_along_what_it_names(reviewer):
    city = draft(make.make_area)
    district = draft(make.make_area, parent=city)
    district.publish(by=reviewer)
    assert public(city, district) == [True, True]


def test_the_source_of_an_assessment_is_published_with_the_goal(reviewer):
    source = draft(make.make_source)
    goal = make.make_goal()
    make.make_citation(goal)
    make.make_assessment(goal, source=source)
    goal.publish(by=reviewer)
    assert public(source) == [True]


def test_a_draft_is_scheduled_with_a_scheduled_entry_and_public_with_another_that_is_so_earlier(reviewer):
    topic, phase = draft(make.make_topic), draft(make.make_phase)
    topic.phases.add(phase)
    tomorrow = timezone.now() + DAY
    entry_naming(topic).publish(by=reviewer, public_from=tomorrow)
    assert public(topic, phase) == [False, False]
    assert (topic.published_at, phase.published_at) == (tomorrow, tomorrow)
    entry_naming(topic).publish(by=reviewer)
    assert public(topic, phase) == [True, True]
    assert [revision.action for revision in topic.revisions.applied()] == [
        "saved",
        "published",
        "rescheduled",
    ]


def test_a_draft_that_a_new_text_names_is_public_from_then_on_and_not_since_the_entry_is(reviewer):
    topic = draft(make.make_topic)
    entry = make.make_milestone(published=True)
    make.update_unchecked(Entry.objects.filter(pk=entry.pk), published_at=make.PUBLIC_SINCE)
    before = timezone.now()
    save_working_copy(entry, whole(entry) | {"topics": [topic.slug]}, by=make.make_user())
    assert public(topic) == [False]
    perform_copy_transition(entry, "publish", by=reviewer)
    assert public(topic) == [True]
    assert topic.published_at >= before


def test_a_draft_is_scheduled_with_the_working_copy_that_names_it(reviewer):
    topic = draft(make.make_topic)
    entry = make_revised(reviewer)
    save_working_copy(entry, whole(entry) | {"topics": [topic.slug]}, by=make.make_user())
    row = entry.revisions.working_copies().get().content
    assert drafts_named_in(table_of(Milestone), row) == [topic]
    copy = schedule(entry, reviewer)
    assert public(topic) == [False]
    assert topic.published_at == copy.public_from
    let_its_time_come(entry)
    make.update_unchecked(type(topic).objects.filter(pk=topic.pk), published_at=timezone.now())
    make.update_unchecked(SearchDocument.objects.for_model(type(topic)), public_from=topic.published_at)
    publish_due_copies()
    topic.refresh_from_db()
    make.update_unchecked(SearchDocument.objects.for_model(type(topic)), public_from=topic.published_at)
    assert [*Milestone.objects.get().topics.published()] == [topic]


def test_a_reviewers_change_of_what_is_scheduled_schedules_what_it_names(reviewer):
    topic, later = draft(make.make_topic), timezone.now() + DAY
    entry = entry_naming()
    entry.publish(by=reviewer, public_from=later)
    table = table_of(Milestone)
    row = whole(entry) | {"topics": [topic.slug]}
    save(table, entry.pk, base=whole(entry), row=row, edit=Edit(reviewer))
    assert public(topic) == [False]
    assert topic.published_at == later


def test_what_would_come_along_and_cannot_be_published_is_an_objection_to_what_names_it(reviewer, settings):
    topic = draft(make.make_topic, title="光网")
    entry = entry_naming(topic, title="启动")
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    author = topic.revisions.get().created_by
    with pytest.raises(NotPublishableError) as refusal:
        entry.publish(by=author)
    (message,) = refusal.value.messages
    assert message == (
        "topic “光网”, which would be published with it: Nobody publishes their own work: let somebody else read it."
    )
    assert public(topic, entry) == [False, False]
    entry.publish(by=reviewer)
    assert public(topic, entry) == [True, True]


def test_a_withdrawn_record_is_an_objection_also_to_what_would_bring_its_namer_along(reviewer):
    phase = make.make_phase(title="起步")
    topic = draft(make.make_topic, title="光网")
    topic.phases.add(phase)
    phase.withdraw(by=reviewer, comment="有误")
    entry = entry_naming(topic)
    (objection,) = entry.objections_to_publishing(reviewer)
    assert objection.message.startswith("topic “光网”, which would be published with it: “起步”")
    with pytest.raises(NotPublishableError):
        entry.publish(by=reviewer)
    assert public(topic) == [False]


def test_of_many_entries_those_are_refused_whose_drafts_cannot_come_along(reviewer):
    phase = make.make_phase()
    topic, free = draft(make.make_topic), draft(make.make_topic)
    topic.phases.add(phase)
    phase.withdraw(by=reviewer, comment="有误")
    held, let_through = entry_naming(topic), entry_naming(free)
    assert [*objections_to_all({Milestone: [held.pk, let_through.pk]}, by=reviewer)] == [("entry", held.pk)]
    publish_all({Milestone: [let_through.pk]}, by=reviewer)
    assert public(topic, held, free, let_through) == [False, False, True, True]


def published_in_bulk(number, reviewer):
    """The number of queries that publish so many entries, each with a draft topic, source and phase of its own."""
    keys = []
    for _time in range(number):
        topic = draft(make.make_topic)
        topic.phases.add(draft(make.make_phase))
        entry = make.make_policy(topics=[topic], issuers=[draft(make.make_organization)])
        make.make_citation(entry, source=draft(make.make_source))
        keys.append(entry.pk)
    with CaptureQueriesContext(connection) as queries:
        publish_all({Policy: keys}, by=reviewer)
    return len(queries)


def test_the_queries_of_a_publication_do_not_grow_with_what_comes_along(reviewer):
    published_in_bulk(1, reviewer)
    assert published_in_bulk(2, reviewer) == published_in_bulk(12, reviewer) <= 200


def test_publishing_what_names_only_public_records_writes_none_of_them(reviewer):
    topic = make.make_topic()
    entry_naming(topic).publish(by=reviewer)
    assert not Revision.objects.for_record(topic).exists()
    topic.refresh_from_db()
    assert topic.published_at == make.PUBLIC_SINCE


def test_a_time_that_is_just_past_is_no_reason_to_leave_a_scheduled_record_behind(reviewer):
    topic = draft(make.make_topic)
    entry_naming(topic).publish(by=reviewer, public_from=timezone.now() + DAY)
    just_past = timezone.now() - datetime.timedelta(seconds=30)
    entry_naming(topic).publish(by=reviewer, public_from=just_past)
    assert public(topic) == [True]

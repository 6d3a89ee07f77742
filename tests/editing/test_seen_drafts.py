"""What nobody has read does not become public with what names it: in every way of publishing."""

import pytest

from tests import factories as make
from tests.copies import make_revised
from tests.editing.entries import whole
from timeline.editing.answers import Refused, Saved
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.named_references import drafts_named_by
from timeline.editing.revisions import latest_revision_number, record_revision
from timeline.editing.saving import Edit, save
from timeline.editing.seen_drafts import numbers_of
from timeline.editing.transitions import perform_listed_transition
from timeline.editing.working_copies import save_working_copy
from timeline.models import Milestone, Phase, Topic
from timeline.rows.tables import table_of
from timeline.workflow import TRANSITIONS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def reviewer():
    return make.make_editor()


@pytest.fixture
def topic():
    """A draft that names a draft phase."""
    phase = make.make_phase(title="新的阶段", published=False)
    topic = make.make_topic(title="新的专题", published=False)
    topic.phases.add(phase)
    for record in (phase, topic):
        record_revision(record, by=make.make_user())
    return topic


@pytest.fixture
def entry(topic):
    entry = make.make_milestone(title="新的大事", topics=[topic])
    make.make_citation(entry, source=make.make_source(title="公开的来源"))
    record_revision(entry, by=make.make_user())
    return entry


def seen(entry):
    return numbers_of(drafts_named_by({type(entry): [entry.pk]}))


def change(record, **columns):
    for name, value in columns.items():
        setattr(record, name, value)
    record.save()
    record_revision(record, by=make.make_user(username="wrong"))


def publish(entry, drafts, reviewer):
    return perform_listed_transition(Milestone, entry.pk, "publish", by=reviewer, seen_drafts=drafts)


@pytest.mark.parametrize("model", [Topic, Phase])
def test_a_draft_that_was_changed_since_it_was_read_prevents_the_publication(entry, reviewer, model):
    """Also one that is named only by another draft."""
    drafts = seen(entry)
    change(model.objects.get(), title="没有人看过的题名")
    refused = publish(entry, drafts, reviewer)
    assert isinstance(refused, Refused)
    assert refused.has_unread_drafts
    assert "没有人看过的题名" in refused.reasons[0]
    assert not Milestone.objects.published().exists()
    assert not model.objects.published().exists()
    assert isinstance(publish(entry, seen(entry), reviewer), Saved)
    assert model.objects.published().exists()


def test_a_draft_that_was_not_listed_prevents_it_too(entry, topic, reviewer):
    drafts = seen(entry)
    another = make.make_phase(title="后加的阶段", published=False)
    record_revision(another, by=make.make_user())
    topic.phases.add(another)
    assert "后加的阶段" in publish(entry, drafts, reviewer).reasons[0]
    assert isinstance(publish(entry, seen(entry), reviewer), Saved)


def test_the_drafts_of_a_working_copy_are_read_as_well(editor, topic, reviewer):
    entry = make_revised(editor)
    save_working_copy(entry, whole(entry) | {"topics": [topic.slug]}, by=editor)
    drafts = numbers_of([topic, Phase.objects.get()])
    change(topic, title="改过的专题")
    answer = perform_copy_transition(entry, "publish", by=reviewer, seen_drafts=drafts)
    assert isinstance(answer, Refused)
    assert not Topic.objects.published().exists()
    drafts = numbers_of([topic, Phase.objects.get()])
    assert isinstance(perform_copy_transition(entry, "publish", by=reviewer, seen_drafts=drafts), Saved)


@pytest.fixture
def editor():
    return make.make_user(username="zhao")


def send(entry, row, drafts, reviewer):
    edit = Edit(
        reviewer,
        transition=TRANSITIONS["publish"],
        seen_number=latest_revision_number(entry),
        seen_drafts=drafts,
    )
    return save(table_of(Milestone), entry.pk, base=whole(entry), row=row, edit=edit)


def test_the_form_of_a_record_publishes_only_the_drafts_that_it_listed(entry, topic, reviewer):
    drafts = seen(entry)
    change(topic, title="改过的专题")
    assert send(entry, whole(entry), drafts, reviewer).has_unread_drafts
    assert send(entry, whole(entry), {}, reviewer).has_unread_drafts
    assert isinstance(send(entry, whole(entry), seen(entry), reviewer), Saved)


def test_a_draft_that_the_user_has_just_named_in_the_form_need_not_have_been_listed(entry, reviewer):
    another = make.make_topic(title="刚选的专题", published=False)
    row = whole(entry) | {"topics": [*whole(entry)["topics"], another.slug]}
    assert isinstance(send(entry, row, seen(entry), reviewer), Saved)
    another.refresh_from_db()
    assert another.is_public

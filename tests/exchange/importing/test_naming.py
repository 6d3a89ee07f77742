"""What rows that are not written name of reference records that are not public."""

import pytest

from tests.factories import make_editor, make_milestone, make_topic
from timeline.exchange.importing.import_row import ImportRow
from timeline.exchange.importing.naming import PendingNaming
from timeline.exchange.readers.types import FileLocation
from timeline.models import Entry, Milestone, Topic
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.django_db


def named_by(naming, entry, *topics):
    return [*naming.pairs(Milestone, [entry.pk], {Topic: {topic.pk for topic in topics}})]


def test_a_row_replaces_what_is_stored_of_its_column():
    draft, other = make_topic(published=False), make_topic(published=False)
    entry, naming = make_milestone(topics=[draft]), PendingNaming()
    assert named_by(naming, entry, draft, other) == [(entry.pk, Topic, draft.pk)]
    row = ImportRow(TABLES["milestones"], FileLocation("a.csv"), {}, key=(entry.slug,), pk=entry.pk)
    row.many, row.outcome = {"topics": [other.pk]}, "changed"
    naming.add(row)
    assert named_by(naming, entry, draft, other) == [(entry.pk, Topic, other.pk)]
    naming.clear()
    assert named_by(naming, entry, draft, other) == [(entry.pk, Topic, draft.pk)]


def test_drafts_and_what_was_withdrawn_are_known_and_what_is_public_is_not():
    draft, gone = make_topic(published=False), make_topic(title="旧")
    make_topic()
    gone.withdraw(by=make_editor(), comment="重复")
    naming = PendingNaming()
    assert (naming.unpublished(Topic), naming.ended(Topic)) == ({draft.pk}, {gone.pk: "旧"})
    assert (naming.unpublished(Entry), naming.ended(Entry)) == (frozenset(), {})

"""Helpers for tests of editing: an entry's whole row, its applied actions, and a new slug."""

from timeline.editing.revisions import record_revision, reload
from timeline.models import Action, Revision
from timeline.rows.tables import table_of


def whole(entry):
    return table_of(type(entry)).whole_row_of(reload(entry))


def actions(entry):
    return [revision.action for revision in Revision.objects.for_record(entry).applied()]


def renamed(record, slug):
    record.slug = slug
    record.save()


def revision_with(entry, row, user):
    """A former revision with this row."""
    revision = record_revision(entry, by=user, action=Action.RESTORED)
    revision.content = row
    revision.save()
    return revision

"""Helpers for tests of editing: an entry's whole row, its applied actions, and a new slug."""

from timeline.editing.revisions import reload_as_kind
from timeline.models import Revision
from timeline.rows.tables import table_of


def whole(entry):
    return table_of(type(entry)).whole_row_of(reload_as_kind(entry))


def actions(entry):
    return [revision.action for revision in Revision.objects.for_entry(entry).applied()]


def renamed(record, slug):
    record.slug = slug
    record.save()

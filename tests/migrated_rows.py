"""Rows of histories and of submitted forms, carried through migrations."""

from typing import Any

from django.core.management import call_command

from tests import factories as make
from timeline.editing.revisions import record_revision
from timeline.models import Revision, SentForm
from timeline.rows.columns import FlatRow
from timeline.rows.tables import table_of


def migrated(record: Any, former: FlatRow, before: str) -> tuple[FlatRow, FlatRow, FlatRow]:
    """The row of the record, and those of its revision and form, which were stored as `former` before a migration."""
    table = table_of(type(record))
    revision = record_revision(record, by=make.make_user())
    try:
        call_command("migrate", "timeline", before, verbosity=0)
        Revision.objects.filter(pk=revision.pk).update(content=former)
        form = SentForm.objects.create(table=table.name, record=record.pk, content=former)
    finally:
        call_command("migrate", "timeline", verbosity=0)
    form.refresh_from_db()
    revision.refresh_from_db()
    return table.whole_row_of(record), revision.content, form.content

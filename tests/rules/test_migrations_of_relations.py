"""Migrations of what entries name: stored rows have the columns of today."""

import pytest
from django.core.management import call_command

from tests import factories as make
from timeline.editing.revisions import record_revision
from timeline.models import Revision, SentForm
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db(transaction=True)


def migrated(entry, former, before):
    """The row of the entry, and those of its revision and form, which were stored as `former` before a migration."""
    table = table_of(type(entry))
    revision = record_revision(entry, by=make.make_user())
    try:
        call_command("migrate", "timeline", before, verbosity=0)
        Revision.objects.filter(pk=revision.pk).update(content=former)
        form = SentForm.objects.create(table=table.name, record=entry.pk, content=former)
    finally:
        call_command("migrate", "timeline", verbosity=0)
    form.refresh_from_db()
    revision.refresh_from_db()
    return table.whole_row_of(entry), revision.content, form.content


def row_of(entry):
    return table_of(type(entry)).whole_row_of(entry)


def test_rows_of_a_milestone_from_before_areas_name_none_after_migrating():
    milestone = make.make_milestone()
    former = {name: cell for name, cell in row_of(milestone).items() if name != "areas"}
    row, revised, sent = migrated(milestone, former, "0023")
    assert revised == sent == row

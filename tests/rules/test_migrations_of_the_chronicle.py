"""Migrations of the columns of the chronicle."""

import pytest
from django.core.management import call_command

from tests import factories as make
from timeline.editing.revisions import record_revision
from timeline.models import Revision, SentForm
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.django_db(transaction=True)


def test_rows_of_a_chronicle_from_before_languages_and_colours_have_them_after_migrating():
    chronicle = make.make_chronicle()
    row = TABLES["site"].whole_row_of(chronicle)
    former = {
        name: cell for name, cell in row.items() if name not in ("colour", "colour_dark", "english_pages")
    }
    revision = record_revision(chronicle, by=make.make_user())
    try:
        call_command("migrate", "timeline", "0026", verbosity=0)
        Revision.objects.filter(pk=revision.pk).update(content=former)
        form = SentForm.objects.create(table="site", record=chronicle.pk, content=former)
    finally:
        call_command("migrate", "timeline", verbosity=0)
    form.refresh_from_db()
    revision.refresh_from_db()
    assert revision.content == form.content == row
    assert row["english_pages"] is True

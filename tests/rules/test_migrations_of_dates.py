"""Migrations of what dates and document numbers were before the words of their sources."""

import pytest
from django.core.management import call_command
from django.db import connection

from tests import factories as make
from tests.migrated_rows import migrated
from timeline.models import Entry
from timeline.rows.tables import TABLES
from timeline.values.partial_date import MAX_WORDS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_migrations")]


def test_rows_of_a_chronicle_from_before_other_document_numbers_have_them_after_migrating():
    chronicle = make.make_chronicle()
    row = TABLES["site"].whole_row_of(chronicle)
    former = {name: cell for name, cell in row.items() if name != "other_document_numbers"}
    _row, revised, sent = migrated(chronicle, former, "0020")
    assert revised == sent == row


def test_columns_of_dates_from_before_the_words_of_sources_have_room_for_them_after_migrating():
    """SQLite, which limits no text, leaves them as they were declared."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite limits no text.")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE timeline_entry ALTER COLUMN date TYPE varchar(24)")
    try:
        call_command("migrate", "timeline", "0015", verbosity=0)
    finally:
        call_command("migrate", "timeline", verbosity=0)
    longest = f"2013-01-28~/2013-09-30~（{'末' * MAX_WORDS}）"
    assert str(Entry.objects.get(pk=make.make_milestone(date=longest).pk).date) == longest

"""Migrations of the columns of the chronicle."""

import pytest

from tests import factories as make
from tests.migrated_rows import migrated
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_migrations")]


def test_rows_of_a_chronicle_from_before_languages_and_colours_have_them_after_migrating():
    chronicle = make.make_chronicle()
    row = TABLES["site"].whole_row_of(chronicle)
    former = {
        name: cell for name, cell in row.items() if name not in ("colour", "colour_dark", "english_pages")
    }
    _row, revised, sent = migrated(chronicle, former, "0026")
    assert revised == sent == row
    assert row["english_pages"] is True

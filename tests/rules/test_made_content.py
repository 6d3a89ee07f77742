"""The test content, tests/data/chronicle and its addition: every column has a value in some row."""

import re

import pytest

from tests.factories import CONTENT, OTHER_CONTENT
from timeline.exchange.importing.import_files import import_files
from timeline.models import Entry
from timeline.models.fields import PartialDateField
from timeline.rows.tables import TABLES
from timeline.values.partial_date import PartialDate

pytestmark = pytest.mark.django_db

DATES = {
    "year": r"\d{4}",
    "month": r"\d{4}-(0\d|1[0-2])",
    "day": r"\d{4}-\d\d-\d\d",
    "half": r"\d{4}-4[01]",
    "quarter": r"\d{4}-3[3-6]",
    "interval": r"\d{4}/\d{4}",
    "interval of days": r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d",
    "open": r".+/\.\.",
    "of unknown end": r".+/",
    "approximate": r".+~",
    "uncertain": r".+\?",
    "in the words of a source": r".+（.+）",
}


# Without it, there would be no pages in English, which other tests read: tests/i18n/test_offered_languages.py.
ALWAYS_DEFAULT = {"english_pages"}


@pytest.fixture(scope="module")
def rows(module_records):
    """The rows of each table after the import of both folders, the second over the first."""
    for folder in (CONTENT, OTHER_CONTENT):
        report = import_files([folder], publish=True)
        assert [str(problem) for problem in report.problems + report.notices] == []
    return {
        name: list(table.rows_of(table.model._base_manager.all()).values()) for name, table in TABLES.items()
    }


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_some_row_says_something_in_every_column(rows, table):
    """If you add a column, add a value for it to a row of tests/data/chronicle."""
    silent = [
        name
        for name, column in table.columns.items()
        if name not in ALWAYS_DEFAULT
        and all(row[name] in (None, "", [], column.default()) for row in rows[table.name])
    ]
    assert silent == []


@pytest.mark.parametrize("kind", DATES)
def test_there_is_a_date_of_every_kind(rows, kind):
    columns = [
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns.values()
        if isinstance(column.field, PartialDateField)
    ]
    dates = {str(row[column]) for table, column in columns for row in rows[table] if row[column]}
    assert [date for date in dates if re.fullmatch(DATES[kind], date)]
    assert {str(PartialDate.parse(date)) for date in dates} == dates


def test_some_entries_have_no_date_and_some_dated_ones_no_phase(rows):
    assert Entry.objects.undated().exists()
    assert Entry.objects.exclude(sort_earliest=None).filter(phase=None).exists()


def test_everything_in_it_is_public(rows):
    assert Entry.objects.published().count() == Entry.objects.count() > 0


def test_its_texts_have_english_beside_the_chinese(rows):
    for table, found in rows.items():
        for row in found:
            for column in row:
                if f"{column}_en" in row:
                    assert bool(row[column]) == bool(row[f"{column}_en"]), (table, column, row)


def test_its_prose_has_a_list_a_link_and_bold(rows):
    texts = [text for found in rows.values() for row in found for text in row.values() if type(text) is str]
    for sign in (r"^- ", r"^1\. ", r"\[[^]]+\]\(https://", r"\*\*[^*]+\*\*"):
        assert any(re.search(sign, text, re.MULTILINE) for text in texts), sign

"""The same content in every format: an import of any of the files changes nothing in the database."""

import pytest
from django.utils import translation

from tests.factories import CONTENT
from tests.files import csv_file, json_file, xlsx_file, zipped
from tests.imports import row_counts
from timeline.exchange.formula_escaping import to_cell, to_workbook
from timeline.exchange.importing.import_files import import_files
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def cell(value):
    if isinstance(value, list):
        return "；".join(value)
    return to_cell(None if value is None else str(value))


def tables(header=lambda column: column.name):
    """Every table that has rows, as a header and lines of cells."""
    found = {}
    for name, table in TABLES.items():
        rows = list(table.rows_of(table.model._default_manager.all()).values())
        if rows:
            lines = [[cell(row[column]) for column in table.columns] for row in rows]
            found[name] = [[header(column) for column in table.columns.values()], *lines]
    return found


def as_json():
    return {
        f"{name}.json": json_file(list(table.rows_of(table.model._default_manager.all()).values()))
        for name, table in TABLES.items()
    }


def as_gb18030():
    """CSV as a Chinese Excel saves it, with verbose names as headers and separated by semicolons."""
    header = lambda column: str(column.field.verbose_name)  # noqa: E731
    return {
        f"{TABLES[name].model._meta.verbose_name}.csv": csv_file(lines, ";", "gb18030")
        for name, lines in tables(header).items()
    }


def as_workbook():
    return {"content.xlsx": xlsx_file(**for_a_workbook())}


def as_zip():
    """Half of the tables as CSV, half as TSV in UTF-16."""
    files = {}
    for number, (name, lines) in enumerate(tables().items()):
        csv, tsv = csv_file(lines, encoding="utf-8-sig"), csv_file(lines, "\t", "utf-16")
        files |= {f"{name}.csv": csv} if number % 2 else {f"{name}.tsv": tsv}
    return {"content.zip": zipped(files)}


def for_a_workbook():
    return {
        name: [[to_workbook(cell) or None for cell in line] for line in lines]
        for name, lines in tables().items()
    }


@pytest.fixture(scope="module")
def first(module_records):
    """The report of the first import of a whole chronicle."""
    report = import_files([CONTENT])
    assert report.problems == []
    return report


@pytest.mark.parametrize("form", [as_json, as_gb18030, as_workbook, as_zip], ids=lambda form: form.__name__)
def test_a_whole_chronicle_is_the_same_in_every_format(form, tmp_path, first):
    with translation.override("zh-hans"):
        files = form()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    again = import_files([tmp_path])
    assert [str(problem) for problem in again.problems] == []
    # An empty cell does not say that an entry belongs to no phase, as an empty value of JSON does.
    assert [notice for notice in again.notices if "phase" not in notice.message] == []
    assert row_counts(again) == {"unchanged": row_counts(first)["new"]}

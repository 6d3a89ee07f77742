"""Exports of a whole chronicle: every form is read back without loss and is reproducible byte for byte."""

import json
import tempfile

import pytest
from django.utils import translation
from openpyxl import load_workbook

from tests import factories as make
from tests.exports import exported, forms, rows_in_database, rows_in_file
from tests.files import contents
from timeline.exchange.exporting.destinations import ExportError
from timeline.exchange.exporting.export import export, open_export
from timeline.rows.grouping import inner_grouping
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@forms
def test_what_was_written_is_read_back(form, tmp_path, hidden):
    assert rows_in_file(exported(tmp_path, form)) == rows_in_database()


@forms
def test_the_same_database_gives_the_same_bytes(form, tmp_path, hidden):
    first = contents(exported(tmp_path, form))
    assert first == contents(exported(tmp_path, form))
    with translation.override("zh-hans"):
        assert first == contents(exported(tmp_path, form))


def test_json_has_every_column_of_every_row(tmp_path, hidden):
    content = json.loads(exported(tmp_path, "json").read_text(encoding="utf-8"))
    assert list(content) == [table.name for table in TABLES.values() if not table.within]
    for name, rows in content.items():
        parts = {part: table for part, table in TABLES[name].parts.items() if inner_grouping(table) is None}
        expected = {*TABLES[name].columns, *parts, "status"}
        assert all(set(row) == expected for row in rows)


def test_a_workbook_has_a_sheet_for_each_table_of_text_under_a_frozen_header(tmp_path, hidden):
    workbook = load_workbook(exported(tmp_path, "xlsx"))
    assert workbook.sheetnames == sorted(TABLES, key=lambda name: (bool(TABLES[name].within), list(TABLES).index(name)))  # fmt: skip
    for sheet in workbook:
        cells = [cell for row in sheet for cell in row if cell.value is not None]
        assert sheet.freeze_panes == "A2"
        assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


def test_one_file_of_csv_is_one_table_without_its_parts(tmp_path, world):
    make.make_citation(make.make_policy(), source=world.source)
    export(["policies"], tmp_path / "policies.csv", "csv")
    assert {name for name, _cells in rows_in_file(tmp_path / "policies.csv")} == {"policies"}
    with pytest.raises(ExportError, match="one table"):
        export(["policies", "goals"], tmp_path / "two.csv", "csv")
    assert not (tmp_path / "two.csv").exists()


def test_an_opened_export_leaves_no_file_behind(tmp_path, monkeypatch, world):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with open_export(None, ".json", "json") as file:
        assert [*tmp_path.iterdir()] == []
        assert json.load(file)

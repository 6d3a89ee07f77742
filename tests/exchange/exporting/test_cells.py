"""Cells of exported sheets: no cell is a formula, and a missing phase is written explicitly."""

import csv
import io

import pytest
from openpyxl import load_workbook

from tests import factories as make
from tests.exports import exported, forms
from tests.files import read_all
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@forms
def test_that_an_entry_has_no_phase_is_said(form, tmp_path, policy):
    """If the phase were left out, the import would give a new entry the phase of its date."""
    make.update_unchecked(Entry.objects.all(), phase=None)
    rows, _ = read_all(exported(tmp_path, form, ["policies"]))
    (row,) = [row for row in rows if row.table.name == "policies"]
    assert "phase" in row.cells
    assert row.cells["phase"] == ("" if "csv" in form or form == "xlsx" else None)


def test_a_dash_stands_in_a_sheet_for_no_phase_and_no_cell_is_a_lone_apostrophe(tmp_path, policy):
    make.update_unchecked(Entry.objects.all(), phase=None)
    sheet = load_workbook(exported(tmp_path, "xlsx", ["policies"]))["policies"]
    header, cells = ([cell.value for cell in row] for row in (sheet[1], sheet[2]))
    assert dict(zip(header, cells, strict=True))["phase"] == "—"
    assert "'" not in cells


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://x\")"])  # fmt: skip
def test_no_cell_of_a_sheet_is_a_formula(text, tmp_path, policy):
    make.update_unchecked(Entry.objects.all(), title=text)
    folder = exported(tmp_path, "folder of csv", ["policies"])
    (_header, row) = csv.reader(io.StringIO((folder / "policies.csv").read_text(encoding="utf-8-sig")))
    assert f"'{text}" in row
    sheet = load_workbook(exported(tmp_path, "xlsx", ["policies"]))["policies"]
    assert [(cell.value, cell.data_type) for cell in sheet[2] if cell.column_letter == "B"] == [(f"'{text}", "s")]  # fmt: skip

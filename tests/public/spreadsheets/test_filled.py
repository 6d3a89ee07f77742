"""Columns in which no record has anything are left out, sheet by sheet."""

from timeline.public.spreadsheets.columns import SheetColumn, SheetContent
from timeline.public.spreadsheets.filled import filled_sheet

SITE = "https://chronicle.example/"


def columns(*names):
    return [SheetColumn(name, lambda row, name=name: row.get(name, "")) for name in names]


def read(content):
    with filled_sheet(content, SITE) as sheet:
        # Each call starts anew.
        assert list(sheet.rows()) == list(sheet.rows())
        rows = [[cell.text for cell in cells] for cells in sheet.rows()]
        return [column.heading for column in sheet.columns], rows


def test_a_column_that_is_empty_in_every_row_is_left_out():
    rows = [{"a": "甲"}, {"a": "乙\n丙", "c": "丁"}]
    content = SheetContent("政策", columns("a", "b", "c"), lambda: rows)
    assert read(content) == (["A", "C"], [["甲", ""], ["乙\n丙", "丁"]])


def test_a_sheet_without_rows_has_all_its_columns():
    assert read(SheetContent("政策", columns("a", "b"), list)) == (["A", "B"], [])


def test_a_cell_keeps_its_address():
    column = SheetColumn("a", str, address=lambda row: f"/{row}/")
    with filled_sheet(SheetContent("政策", [column], lambda: ["x"]), SITE) as sheet:
        assert [cells[0].address for cells in sheet.rows()] == [f"{SITE}x/"]

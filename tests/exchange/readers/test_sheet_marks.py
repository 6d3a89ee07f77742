"""What is told of merged, hidden and computed cells: how many there are, and where."""

import pytest

from timeline.exchange.readers import sheet_marks
from timeline.exchange.readers.sheet_marks import MarkedCells, MarkedRows, SheetMarks, StruckRow

pytestmark = pytest.mark.usefixtures("english")


def test_hidden_rows_in_a_row_are_a_range():
    rows = MarkedRows()
    for first, last in ((3, 3), (4, 6), (9, 9)):
        rows.add(first, last)
    assert (rows.count, str(rows)) == (5, "3–6, 9")


def test_of_many_hidden_rows_the_first_are_named():
    rows = MarkedRows()
    for number in range(2, 22, 2):
        rows.add(number, number)
    assert (rows.count, str(rows)) == (10, "2, 4, 6, 8, 10, …")


def test_of_many_cells_the_first_are_named():
    cells = MarkedCells()
    for number in range(2, 9):
        cells.add(f"B{number}")
    assert (cells.count, str(cells)) == (7, "B2, B3, B4, B5, B6, …")


def test_an_empty_row_is_not_struck_through():
    marks = SheetMarks()
    StruckRow().end(marks, 3, 3)
    assert marks.notices() == []


def test_a_sheet_without_anything_hidden_needs_no_notice():
    assert SheetMarks().notices() == []
    assert len(SheetMarks().notices(is_hidden=True)) == 1


def test_one_and_several_are_told_apart():
    one, several = SheetMarks(), SheetMarks()
    for marks, count in ((one, 1), (several, 2)):
        for number in range(count):
            marks.add_formula(f"A{number + 3}")
            marks.hidden_rows.add(number + 3, number + 3)
            marks.struck_rows.add(number + 3, number + 3)
            marks.hidden_columns.add(number)
    assert one.notices() == [
        "1 row is hidden or filtered out in the spreadsheet (row 3). It was read all the same.",
        "1 row is struck through in the spreadsheet (row 3). It was read all the same.",
        "1 column is hidden in the spreadsheet (A). It was read all the same.",
        "1 cell holds a formula; its value was read (A3).",
    ]
    assert several.notices() == [
        "2 rows are hidden or filtered out in the spreadsheet (rows 3–4). They were read all the same.",
        "2 rows are struck through in the spreadsheet (rows 3–4). They were read all the same.",
        "2 columns are hidden in the spreadsheet (A, B). They were read all the same.",
        "2 cells hold formulas; their values were read (A3–A4).",
    ]


def test_more_merged_cells_than_any_sheet_has_are_refused(monkeypatch):
    monkeypatch.setattr(sheet_marks, "MAX_MERGED", 1)
    marks = SheetMarks()
    marks.add_merged("A1:B1")
    with pytest.raises(ValueError, match="so many merged cells"):
        marks.add_merged("A2:B2")


@pytest.mark.parametrize("cells", ["", "A1", "A1:A1", "A:C", "C3:A1", "A0:B0", "A1:", "$A$1:$B$2", "甲1:乙2"])
def test_what_is_no_range_merges_nothing(cells):
    marks = SheetMarks()
    marks.add_merged(cells)
    marks.add_merged("A1:B2")
    assert marks.merged == ["A1:B2"]

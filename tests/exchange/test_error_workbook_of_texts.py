"""The error workbook of text files: what could not be read is in it, marked, and so are all other faults."""

import io

import pytest
from openpyxl import load_workbook

from tests import factories as make
from timeline.exchange.error_workbook import error_workbook
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("english")]


def marked(name, content):
    """Return the lines of the sheet of rows, and the coordinates of the marked cells."""
    files = [Upload(name, content.encode())]
    problems = import_files(files, by=make.make_user()).problems
    sheet = load_workbook(io.BytesIO(error_workbook(files, problems, None))).worksheets[1]
    lines = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
    return lines, {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}


def test_a_broken_line_of_csv_stands_in_the_workbook_as_in_the_file():
    lines, cells = marked("大事.csv", '网址标识,题名,日期\na,"甲"乙",2013\nb,丙,soon\n')
    assert lines[1][0] == 'a,"甲"乙",2013'
    assert lines[2][:3] == ["b", "丙", "soon"]
    assert cells == {"A2", "C3"}


def test_the_header_and_the_cells_are_marked_together():
    lines, cells = marked("大事.csv", "标示,题名,日期\na,甲,soon\n")
    assert lines[1][:3] == ["a", "甲", "soon"]
    assert {"A1", "C2"} <= cells


def test_rows_of_json_lines_are_marked():
    lines, cells = marked("大事.jsonl", '{"slug": "a", "title": "甲", "date": "soon"}\n{"slug"\n')
    assert lines[1][:3] == ["a", "甲", "soon"]
    assert cells == {"C2"}

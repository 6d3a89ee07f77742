"""Grids of records: one header for all files, a line for each record, notices of what has no place."""

import pytest

from tests.grids import faults_of, grids_of, problems_of, rows_of
from timeline.exchange.readers.types import FileLocation, Problem, SheetLine
from timeline.exchange.vocabularies.declaration import (
    ForeignRecord,
    ForeignValueError,
    Vocabulary,
    VocabularyField,
)
from timeline.exchange.vocabularies.grids import record_grid

pytestmark = pytest.mark.usefixtures("english")


def refused(record, names):
    raise ForeignValueError("Not so.", "x")


def noted(record, names):
    record.note("Something was left out.")
    return "y"


VOCABULARY = Vocabulary("x", "X", fields=(VocabularyField("A"), VocabularyField("B")))


def grid_of(*records, **kw):
    return record_grid(VOCABULARY, "f", "f", records, **kw)


def numbers(grid):
    return [line.number for line in grid.read(()) if isinstance(line, SheetLine)]


def test_each_record_is_a_line_at_its_place_in_the_file():
    grid = grid_of(ForeignRecord(3, {"A": ["1"]}), ForeignRecord(9, {"B": ["2"]}))
    assert rows_of(grid) == [{"A": "1"}, {"B": "2"}]
    assert numbers(grid) == [0, 3, 9]
    assert rows_of(grid) == [{"A": "1"}, {"B": "2"}]


def test_records_in_one_line_of_the_file_are_numbered():
    assert numbers(grid_of(ForeignRecord(1, {"A": ["1"]}), ForeignRecord(1, {"A": ["2"]}))) == [0, 1, 2]


def test_what_is_refused_is_a_fault_of_its_cell():
    fields = [VocabularyField("A"), VocabularyField("B", convert=refused)]
    grid = grid_of(ForeignRecord(1, {"A": ["1"]}), fields=fields)
    assert rows_of(grid) == [{"A": "1"}]
    assert faults_of(grid) == [("x", "Not so.")]


def test_problems_stand_before_the_lines():
    problem = Problem(FileLocation("f", line=4), "Damaged.")
    assert problems_of(grid_of(ForeignRecord(1, {"A": ["1"]}), problems=[problem])) == [problem]


def test_what_has_no_place_and_what_is_noted_is_told():
    fields = [VocabularyField("A", convert=noted)]
    assert grid_of(ForeignRecord(1, {"C": ["1"], "D": ["2"]})).notices == (
        "These have no place here and were left out: C, D.",
    )
    both = grid_of(ForeignRecord(1, {}), ForeignRecord(2, {}), fields=fields, notices=["First."])
    assert both.notices == ("First.", "Something was left out. (2 records)")


@pytest.mark.parametrize("above", ["", "\n"])
def test_the_header_of_a_table_stands_in_its_line_of_the_file(above):
    table = "item,itemLabel\nhttp://www.wikidata.org/entity/Q1,甲\n"
    (grid,) = grids_of("query.csv", above + table)
    first = len(above) + 1
    assert [line.number for line in grid.read(())] == [first, first + 1]
    assert [line.number for line in grid.read_shown()] == [first, first + 1]


def test_the_header_of_records_that_are_no_table_stands_above_the_file():
    (grid,) = grids_of("a.ris", "TY  - NEWS\nTI  - 甲\nER  - ")
    assert [line.number for line in grid.read(())] == [0, 1]

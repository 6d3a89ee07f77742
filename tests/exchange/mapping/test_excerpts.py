"""Excerpts: the first lines of a sheet, those around its end, and how many cells stand for others."""

from dataclasses import replace

import pytest

from tests.foreign_tables import HEADER, policies, table
from timeline.exchange.mapping.excerpts import excerpt
from timeline.exchange.reading import read_grids

pytestmark = pytest.mark.usefixtures("english")


def excerpt_of(file, header=HEADER, line=1, **how):
    (grid,), _reading = read_grids([file])
    return excerpt(grid, header, line, **how)


def numbers(found):
    return [line.number for line in found.lines]


def long_table():
    rows = [[f"第{number}号办法", "—", "2016"] for number in range(30)]
    return table(["汇总表"], HEADER, *rows, ["注：以上", "", ""], ["填表人：王小明", "", ""])


def test_the_first_rows_and_those_around_the_end_are_shown():
    found = excerpt_of(long_table(), line=2)
    assert numbers(found) == [1, 2, 3, 4, 5, 6, 31, 32, 33, 34]
    assert found.last_line == 32
    assert [line.number for line in found.lines if not line.follows] == [31]
    assert found.lines[1].texts == HEADER


def test_an_excerpt_has_at_most_twelve_lines():
    titles = [["标题"], ["副题"], ["单位：个"]]
    rows = [[f"第{number}号办法", "", "2016"] for number in range(99)]
    notes = [["注：一"], ["二"], ["三"], ["四"]]
    assert len(excerpt_of(table(*titles, HEADER, *rows, *notes), line=4).lines) == 12


def test_a_short_table_is_shown_as_a_whole():
    found = excerpt_of(policies(["甲办法", "", "2016"], ["乙办法", "", "2017"]))
    assert numbers(found) == [1, 2, 3]
    assert all(line.follows for line in found.lines)


def test_the_last_row_may_be_chosen():
    found = excerpt_of(long_table(), line=2, last_line=20)
    assert found.last_line == 20
    assert numbers(found)[-5:] == [19, 20, 21, 22, 23]


def test_signs_are_counted_in_the_rows_of_the_columns_that_are_read():
    file = policies(["甲办法", "—", "同上"], ["乙办法", "/", "2016"])
    found = excerpt_of(file, used=[0, 1])
    assert (found.placeholders, found.dittos) == (2, 0)
    found = excerpt_of(file, used=[0, 2])
    assert (found.placeholders, found.dittos) == (0, 1)


def test_cells_merged_down_a_column_are_counted_without_the_first_of_each():
    (grid,), _reading = read_grids([policies(["甲", "", ""], ["乙", "", ""], ["丙", "", ""])])
    merged = replace(grid, merged=("A1:C1", "B2:B4", "C3:C4"))
    assert excerpt(merged, HEADER, 1, used=[0, 1, 2]).merged == 3
    assert excerpt(merged, HEADER, 1, used=[1]).merged == 2
    across = replace(grid, merged=("A2:C2", "B3:C4"))
    assert excerpt(across, HEADER, 1, used=[0, 1, 2]).merged == 1


def test_a_long_cell_is_cut():
    (_header, line) = excerpt_of(policies(["长" * 200, "", ""])).lines
    assert len(line.texts[0]) < 100

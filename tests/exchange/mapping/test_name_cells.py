"""How many names the texts of cells of references may have, and the level that their rows tell."""

import pytest

from timeline.exchange.mapping.document_levels import OF_CITY
from timeline.exchange.mapping.name_cells import CellText, Length, texts_of
from timeline.exchange.readers.types import FileLocation, FileRow
from timeline.rows.tables import TABLES


def texts(table, column, cell, **cells):
    row = FileRow(FileLocation("表.csv", table), TABLES[table], {column: cell, **cells})
    return [*texts_of(row, TABLES[table].columns[column], cell, "云澜")]


def test_each_item_of_a_list_is_one_name():
    found = texts("policies", "issuers", ["市发改委", "市财政局"])
    assert found == [CellText("市发改委", Length.ONE, ""), CellText("市财政局", Length.ONE, "")]


@pytest.mark.parametrize(
    ("table", "column", "length"),
    [
        ("policies", "issuers", Length.MANY),
        ("pilot_designations", "designee", Length.CONTINUED),
        ("pilot_designations", "areas", Length.AREAS),
        ("citations", "source", Length.ONE),
    ],
)
def test_a_text_has_as_many_names_as_its_column(table, column, length):
    assert texts(table, column, "甲、乙") == [CellText("甲、乙", length, "")]


def test_a_document_number_of_the_city_tells_the_level():
    ((text, _length, level),) = texts("policies", "issuers", "发改委", document_number="云政发〔2019〕1号")
    assert (text, level) == ("发改委", OF_CITY)


def test_only_a_text_of_several_names_has_parts():
    assert [*CellText("甲、乙", Length.ONE, "").possible_names] == ["甲、乙"]
    assert {"甲", "乙"} <= {*CellText("甲、乙", Length.MANY, "").possible_names}


def test_the_code_of_an_office_of_the_city_is_kept():
    ((_text, _length, level),) = texts("policies", "issuers", "发改委", document_number="云经信〔2019〕1号")
    assert level == "of-city/云经信"


def test_a_text_for_one_that_is_continued_has_the_parts_without_remarks_and_with_units():
    names = {*CellText("余姚（含泗门）、象山等2个县", Length.CONTINUED, "").possible_names}
    assert {"余姚", "余姚市", "象山", "象山县"} <= names

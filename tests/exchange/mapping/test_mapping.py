"""Mappings as plain values, and the shape by which they are remembered."""

import json

import pytest

from timeline.exchange.mapping.mapping import ColumnMapping, Mapping, MappingError, SheetMapping, SkippedSheet

COLUMN = {"column": "title", "headers": ["题名"]}
SHEET = {"table": "policies", "header": ["题名"], "columns": [COLUMN]}


def test_a_mapping_is_the_same_after_json():
    sheet = SheetMapping("policies", "政策", ("题名",), (ColumnMapping("title", ("题名",)),), 2, 9)
    mapping = Mapping((sheet,), reads_dittos=False, source="board", answers={"date:2016.1": "2016-01"})
    assert Mapping.from_plain(json.loads(json.dumps(mapping.as_plain()))) == mapping


def test_what_has_a_default_can_be_left_out():
    assert Mapping.from_plain({"sheets": [SHEET]}).sheets[0].columns == (ColumnMapping("title", ("题名",)),)


@pytest.mark.parametrize(
    "plain",
    [
        None,
        [],
        "sheets",
        {},
        {"sheets": "policies"},
        {"sheets": [1]},
        {"sheets": [{"table": "policies"}]},
        {"sheets": [SHEET | {"table": 1}]},
        {"sheets": [SHEET | {"header": [1]}]},
        {"sheets": [SHEET | {"header_line": "2"}]},
        {"sheets": [SHEET | {"colour": "red"}]},
        {"sheets": [SHEET | {"columns": [COLUMN | {"headers": "题名"}]}]},
        {"sheets": [SHEET | {"columns": [COLUMN | {"default": None}]}]},
        {"sheets": [], "reads_dittos": "yes"},
        {"sheets": [], "answers": []},
        {"sheets": [], "answers": {"date:2016.1": 1}},
    ],
)
def test_what_is_no_mapping_is_refused(plain):
    with pytest.raises(MappingError):
        Mapping.from_plain(plain)


def test_the_shape_is_that_of_the_headers_and_not_of_lines_or_tabs():
    first = SheetMapping("policies", "2015年", ("题名", "文号"), header_line=2)
    second = SheetMapping("milestones", "2016年", ("题名", "文号"))
    assert Mapping((first,)).shape == Mapping((second,)).shape
    assert Mapping((first,)).shape != Mapping((first, second)).shape


def test_sheets_that_are_skipped_are_kept():
    mapping = Mapping((SheetMapping("policies"),), (SkippedSheet("草稿", ("名称", "日期")),))
    assert Mapping.from_plain(json.loads(json.dumps(mapping.as_plain()))) == mapping

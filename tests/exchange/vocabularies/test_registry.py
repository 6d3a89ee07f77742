"""The vocabularies together: each fits its table, and their files are told from others."""

import json
import re

import pytest

from tests.files import csv_file
from tests.grids import grids_of, problems_of
from timeline.exchange.vocabularies.registry import VOCABULARIES
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize("vocabulary", VOCABULARIES.values(), ids=VOCABULARIES)
def test_each_is_proposed_as_columns_of_its_table_each_once(vocabulary):
    columns = [field.column for field in vocabulary.fields if field.column]
    assert len(columns) == len({*columns})
    if vocabulary.table:
        assert {*columns} <= TABLES[vocabulary.table].columns.keys()


@pytest.mark.parametrize("vocabulary", VOCABULARIES.values(), ids=VOCABULARIES)
def test_no_header_looks_like_the_letter_of_a_column(vocabulary):
    assert [field.header for field in vocabulary.fields if re.fullmatch("[A-Z]{1,2}", field.header)] == []


@pytest.mark.parametrize(
    ("name", "content", "vocabulary"),
    [
        ("a.csv", csv_file([["Year", "Headline"], ["2010", "甲"]]), "timelinejs"),
        ("a.csv", csv_file([["Key", "Item Type", "Title"], ["A", "report", "甲"]]), "zotero"),
        ("a.csv", csv_file([["Key", "Title"], ["A", "甲"]]), ""),
        ("政策.csv", csv_file([["序号", "文件名称"], ["1", "甲"]]), ""),
        ("a.ris", "TY  - NEWS\nTI  - 甲\nER  - ", "ris"),
        ("a.bib", "@misc{a, title={甲}}", "bibtex"),
        ("a.json", json.dumps([{"type": "report", "title": "甲", "URL": "http://a.cn"}]), "csl-json"),
    ],
)
def test_a_file_is_told_by_its_header_or_members(name, content, vocabulary):
    (grid,) = grids_of(name, content)
    assert grid.vocabulary == vocabulary


def test_a_value_without_a_header_is_a_problem_at_its_line():
    (grid,) = grids_of("a.csv", csv_file([["Year", "Headline", ""], ["2010", "甲", "乙"]]))
    (problem,) = problems_of(grid)
    assert (problem.place.line, problem.value) == (2, "乙")


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", "null", "1", '"a"', "[[1]]", '{"head": 1, "results": 2}']
)
def test_other_json_has_no_grids(content):
    assert grids_of("a.json", content) == []

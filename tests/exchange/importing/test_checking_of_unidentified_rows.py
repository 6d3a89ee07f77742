"""Rows that are no record, or not known which: their cells are checked with all others."""

import pytest

from tests import factories as make
from tests.files import csv_file, xlsx_file
from tests.imports import import_rows, where
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def problems(**files):
    uploads = [Upload(f"{name}.csv", csv_file(lines)) for name, lines in files.items()]
    return [(one.column, one.value) for one in import_files(uploads).problems]


def test_a_header_without_the_key_leaves_the_cells_to_be_checked():
    make.make_topic(slug="data")
    found = problems(
        policies=[
            ["slgu", "title", "document_type", "issued", "topics"],
            ["a", "甲", "planning", "soon", "data, date"],
            ["b", "乙", "plan", "2013", "data"],
        ]
    )
    assert found == [
        ("slgu", ""),
        ("slug", ""),
        ("document_type", "planning"),
        ("issued", "soon"),
        ("topics", "data, date"),
    ]


def test_an_unknown_column_leaves_the_cells_to_be_checked():
    assert problems(milestones=[["slug", "title", "dta", "date"], ["a", "", "x", "soon"]]) == [
        ("dta", ""),
        ("date", "soon"),
        ("title", ""),
    ]


def test_a_row_without_its_key_has_its_cells_checked():
    assert problems(milestones=[["slug", "title", "date"], ["", "甲", "soon"], ["b", "乙", "later"]]) == [
        ("slug", ""),
        ("date", "soon"),
        ("date", "later"),
    ]


def test_a_row_with_the_key_of_another_has_its_cells_checked():
    assert problems(milestones=[["slug", "title", "date"], ["a", "甲", "2013"], ["a", "乙", "soon"]]) == [
        ("slug", "a"),
        ("date", "soon"),
    ]


def test_parts_of_what_is_not_known_have_their_cells_checked():
    make.make_source(slug="board")
    found = problems(
        citations=[["sorce", "entry", "date"], ["board", "nothing", "soon"]],
        relations=[["from", "type", "to"], ["nothing", "amend", "nobody"]],
    )
    assert found == [
        ("sorce", ""),
        ("source", ""),
        ("entry", "nothing"),
        ("date", "soon"),
        ("from", "nothing"),
        ("to", "nobody"),
        ("type", "amend"),
    ]


def test_parts_of_a_row_without_a_slug_have_their_cells_checked():
    report = import_rows(milestones=[{"title": "甲", "citations": [{"source": "nothing", "date": "soon"}]}])
    assert [where(one)[2:] for one in report.problems] == [
        ("slug", ""),
        ("source", "nothing"),
        ("date", "soon"),
    ]


def test_areas_without_slugs_lie_in_no_circle():
    report = import_rows(areas=[{"title": "甲"}, {"title": "乙", "parent": "nothing"}])
    assert sorted(where(one)[1:] for one in report.problems) == [
        (1, "slug", ""),
        (2, "parent", "nothing"),
        (2, "slug", ""),
    ]


def test_a_row_that_could_not_be_read_is_not_missed_by_those_that_name_it():
    make.make_source(slug="board")
    found = import_files(
        [
            Upload("milestones.csv", 'slug,title\na,"甲\nb,乙\n'.encode()),
            Upload("citations.csv", b"entry,source\na,board\nb,board\n"),
        ]
    ).problems
    (problem,) = found
    assert (problem.place.file, problem.place.line) == ("milestones.csv", 2)


def test_a_formula_in_the_header_leaves_the_other_columns_to_be_checked():
    content = xlsx_file(milestones=[["slug", '="title"', "date"], ["a", "甲", "soon"]])
    found = [(one.column, one.value) for one in import_files([Upload("milestones.xlsx", content)]).problems]
    assert found[1:] == [("date", "soon")]

"""Lines of a sheet under a header: the column of each cell, and cells without a column or a value."""

import pytest

from tests.files import cells_of, problem_of

pytestmark = pytest.mark.usefixtures("english")


def cells(text, name="policies.csv"):
    return cells_of(name, text)


def problem(text, name="policies.csv"):
    return problem_of(name, text)


def test_a_column_without_header_and_cells_is_ignored():
    assert cells("slug,,title,,\na,,b,,\n") == [{"slug": "a", "title": "b"}]


def test_a_cell_without_a_header_is_named_by_its_place():
    found = problem("slug,,title\na,b,c\n")
    assert (found.column, found.value, found.place.row, found.place.line) == ("B", "b", 1, 2)
    assert problem("slug,title\na,b,c\n").column == "C"


def test_an_empty_cell_is_none_and_a_missing_column_is_not_there():
    assert cells("slug,title,date\na,,2013\nb,x\n") == [
        {"slug": "a", "title": None, "date": "2013"},
        {"slug": "b", "title": "x", "date": None},
    ]


def test_a_single_apostrophe_is_empty_text():
    assert cells("slug,title\na,'\n") == [{"slug": "a", "title": ""}]


@pytest.mark.parametrize("sign", ["—", "/", "无", "N/A"])
def test_a_sign_for_an_empty_cell_is_empty_where_it_can_be_no_value(sign):
    text = f"slug,title,document_number,issued,topics,official_url\na,甲,{sign},{sign},{sign},{sign}\n"
    (found,) = cells(text)
    assert found == {"slug": "a", "title": "甲"} | dict.fromkeys(
        ("document_number", "issued", "topics", "official_url")
    )


def test_a_sign_stays_where_it_may_be_a_text_a_slug_or_identify_the_row():
    assert cells("slug,title,topics\n—,—,na\n") == [{"slug": "—", "title": "—", "topics": "na"}]


def test_many_references_stay_as_they_were_written_for_the_column_to_part():
    assert cells("slug,topics\na,x；y、z\n") == [{"slug": "a", "topics": "x；y、z"}]

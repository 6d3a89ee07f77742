"""The places of rows in the table that they cite."""

import pytest

from tests import factories as make
from timeline.exchange.mapping.row_locators import is_row_locator, row_locator, with_all_places
from timeline.exchange.readers.types import CitedRows, FileLocation, FileRow, Sheet
from timeline.rows.tables import TABLES

CITATIONS = TABLES["citations"]


def citing(*rows, file="甲.csv"):
    """Return a sheet of citations by rows, each given by its record and line."""
    read = [
        FileRow(
            FileLocation(file, "citations", line=line),
            CITATIONS,
            {"entry": entry, "source": "board", "locator": row_locator("", line)},
            cited_rows=CitedRows(),
        )
        for entry, line in rows
    ]
    return Sheet(file, CITATIONS, lambda: iter(read))


def told(*sheets):
    return [{*row.cited_rows.places} for sheet in with_all_places(sheets) for row in sheet]


@pytest.mark.parametrize("tab", ["", "甲", "表" * 80])
def test_the_place_of_a_row_is_known_as_one(tab):
    place = row_locator(tab, 12)
    assert len(place) <= 60
    assert place.endswith("第12行")
    assert is_row_locator(place)


@pytest.mark.parametrize("place", ["第三章", "¶12", "第12页", "第12行注"])
def test_other_places_are_none_of_rows(place):
    assert not is_row_locator(place)


@pytest.mark.django_db
def test_each_row_knows_the_places_of_the_others_of_its_record():
    make.make_citation(make.make_policy(), source=make.make_source(slug="board"), locator="第9行")
    sheets = citing(("a", 2), ("b", 3), ("a", 4)), citing(("a", 7), file="乙.csv")
    both = {"第2行", "第4行", "第7行"}
    assert told(*sheets) == [both, {"第3行"}, both, both]


@pytest.mark.django_db
def test_of_a_source_that_nothing_cites_nobody_asks_where_its_rows_stand():
    assert told(citing(("a", 2), ("a", 4))) == [set(), set()]

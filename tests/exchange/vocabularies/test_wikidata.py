"""Results of Wikidata's query service, in each of its formats."""

import json

import pytest

from tests.files import csv_file
from tests.grids import faults_of, grids_of, row_of, rows_of
from timeline.exchange.vocabularies.wikidata import VOCABULARY
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.usefixtures("english")

ENTITY = "http://www.wikidata.org/entity/"
DATE = "2010-09-08T00:00:00Z"


def table(header, *lines):
    return csv_file([header.split(","), *lines])


def item(number=1, label="甲", **cells):
    return [f"{ENTITY}Q{number}", label, *cells.values()]


def date_of(text, precision=""):
    content = table("item,itemLabel,date,datePrecision", item(date=text, precision=precision))
    return row_of("a.csv", content).get("date")


@pytest.mark.parametrize(
    ("text", "precision", "date"),
    [
        (DATE, "", "2010-09-08"),
        ("+2010-09-08T00:00:00Z", "", "2010-09-08"),
        ("2010-09-00T00:00:00Z", "", "2010-09"),
        ("2010-00-00T00:00:00Z", "", "2010"),
        ("2010-01-01T00:00:00Z", "9", "2010"),
        ("2010-09-01T00:00:00Z", "10", "2010-09"),
        (DATE, "11", "2010-09-08"),
        ("2010-01-01T00:00:00Z", "8", "2010/2019"),
        ("t123456789", "", None),
        ("2010年9月", "", "2010年9月"),
    ],
)
def test_a_date_is_as_exact_as_the_result_says(text, precision, date):
    assert date_of(text, precision) == date


def test_a_first_of_a_month_may_be_a_month_or_a_year_which_is_told():
    (grid,) = grids_of("a.csv", table("item,itemLabel,date", item(date="2010-01-01T00:00:00Z")))
    assert rows_of(grid)[0]["date"] == "2010-01-01"
    assert "does not say which is meant" in grid.notices[0]


def test_a_date_known_by_century_is_a_fault():
    content = table("item,itemLabel,date,datePrecision", item(date=DATE, precision="7"))
    (grid,) = grids_of("a.csv", content)
    assert faults_of(grid) == [(DATE, "This date is known less exactly than by decade.")]


def test_labels_stand_in_the_place_of_entities():
    content = table(
        "item,itemLabel,publisher,publisherLabel", item(publisher=f"{ENTITY}Q2", label2="某市政府")
    )
    assert row_of("a.csv", content) == {
        "item": f"{ENTITY}Q1",
        "itemLabel": "甲",
        "publisherLabel": "某市政府",
    }


@pytest.mark.parametrize("cells", [{"label": "Q1"}, {"publisher": "Q2"}, {"publisher": f"{ENTITY}Q2"}])
def test_an_item_without_a_label_is_asked_for(cells):
    (grid,) = grids_of("a.csv", table("item,itemLabel,publisher", item(**{"publisher": ""} | cells)))
    ((value, message),) = faults_of(grid)
    assert value in ("Q1", "Q2")
    assert message.startswith("Which one is this?")


def test_lines_of_an_item_are_put_together():
    content = table(
        "item,itemLabel,topicLabel",
        item(1, topic="交通"),
        item(2, label="乙", topic="医疗"),
        item(1, topic="医疗"),
    )
    (grid,) = grids_of("a.csv", content)
    assert [row["topicLabel"] for row in rows_of(grid)] == ["交通；医疗", "医疗"]
    assert [line.number for line in grid.read(())] == [1, 2, 3]
    assert grid.notices == ("Lines of the same item were put together: 3 lines, 2 items.",)


ROW = {"item": f"{ENTITY}Q1", "itemLabel": "甲", "date": "2010-09-08"}


def test_json_with_bindings():
    binding = {
        "item": {"type": "uri", "value": f"{ENTITY}Q1"},
        "itemLabel": {"xml:lang": "zh", "type": "literal", "value": "甲"},
        "date": {
            "datatype": "http://www.w3.org/2001/XMLSchema#dateTime",
            "type": "literal",
            "value": DATE,
        },
        "publisherLabel": {"type": "bnode", "value": "t1"},
    }
    variables = ["item", "itemLabel", "date", "publisherLabel"]
    result = {"head": {"vars": variables}, "results": {"bindings": [binding]}}
    assert row_of("query.json", json.dumps(result)) == ROW


def test_json_as_a_list():
    assert row_of("query.json", json.dumps([ROW | {"date": DATE}])) == ROW


def test_tsv():
    assert row_of("query.tsv", csv_file([[*ROW], [*ROW.values()]], delimiter="\t")) == ROW


def test_tsv_with_typed_terms():
    terms = f'<{ENTITY}Q1>\t"甲 \\"一\\""@zh\t"{DATE}"^^<http://www.w3.org/2001/XMLSchema#dateTime>'
    row = row_of("query.tsv", f"?item\t?itemLabel\t?date\n{terms}\n")
    assert row == ROW | {"itemLabel": '甲 "一"'}


@pytest.mark.parametrize(
    ("table", "header", "column"),
    [
        ("policies", "itemLabel", "title"),
        ("policies", "publisherLabel", "issuers"),
        ("policies", "url", "official_url"),
        ("policies", "documentNumber", "document_number"),
        ("sources", "publisherLabel", "publisher"),
        ("sources", "publicationDate", "published"),
        ("milestones", "itemDescription", "summary"),
        ("milestones", "pointInTime", "date"),
        ("organizations", "itemAltLabel", "aliases"),
        ("policies", "item", ""),
        ("policies", "coordinates", ""),
    ],
)
def test_a_variable_is_proposed_as_what_queries_mostly_mean(table, header, column):
    assert VOCABULARY.column(TABLES[table], header) == column


@pytest.mark.parametrize(
    "content",
    [
        table("slug,title,url", ["a", "甲", f"{ENTITY}Q1"]),
        table("title,url", ["甲", f"{ENTITY}Q1"], ["乙", "https://a.cn/"]),
        table("itemLabel,date", ["甲", DATE]),
    ],
)
def test_tables_of_people_that_name_an_entity_are_none_of_wikidata(content):
    (grid,) = grids_of("a.csv", content)
    assert grid.vocabulary == ""

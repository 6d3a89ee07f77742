"""Sheets are identified as a whole: rows that name each other, and parts that follow their row."""

import pytest

from tests.factories import make_organization, make_source
from tests.mapped_sheets import rows_of, sheet
from timeline.exchange.mapping.identification import identify
from timeline.exchange.readers.types import FileLocation, FileRow, Problem, Sheet
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


DECISION = {
    "title": "关于建设智慧城市的决定",
    "document_type": "decision",
    "document_number": "甬党〔2010〕14号",
}


def slugs(found):
    return [row.cells["slug"] for row in rows_of(found)]


def test_rows_of_the_same_files_may_be_named():
    sheets = [
        sheet("policies", {"title": "意见", "issuers": "市大数据局", "topics": "交通"}),
        sheet("organizations", {"title": "宁波市大数据局", "aliases": "市大数据局"}),
        sheet("topics", {"slug": "traffic", "title": "交通"}),
    ]
    found = identify(sheets)
    assert found.questions == []
    cells = [*found.sheets[0]][0].cells
    assert (cells["issuers"], cells["topics"]) == (["ning-bo-shi-da-shu-ju-ju"], ["traffic"])


def test_a_row_may_name_another_of_its_own_table():
    found = identify([sheet("areas", {"title": "街道", "parent": "镇海"}, {"title": "镇海"})])
    assert next(iter(found.sheets[0])).cells["parent"] == "zhen-hai"


def test_only_distinct_names_are_looked_up(django_assert_max_num_queries):
    make_organization(title="市委")
    rows = [{"title": f"意见{number}", "issuers": f"机构{number % 50}、市委"} for number in range(3000)]
    with django_assert_max_num_queries(20):
        assert len(identify([sheet("policies", *rows)]).questions) == 50


def test_parts_follow_their_row():
    policies = sheet("policies", {"title": "甲"}, {"title": "乙"}, parts={"citations": {"source": "board"}})
    make_source(slug="board")
    found = identify([policies])
    assert [(row.cells["entry"], row.cells["source"]) for row in rows_of(found, "citations")] == [
        ("jia", "board"),
        ("yi", "board"),
    ]


def test_parts_of_a_row_that_is_left_out_are_left_out_and_those_of_one_put_together_are_not():
    make_source(slug="board")
    policies = sheet("policies", DECISION, DECISION, parts={"citations": {"source": "board"}})
    (twins,) = identify([policies]).questions
    for answer, count in (("leave-out", 1), ("merge", 2), ("separate", 2)):
        found = identify([policies], {twins.key: answer})
        assert len(rows_of(found, "citations")) == count
        assert {row.cells["entry"] for row in rows_of(found, "citations")} == {*slugs(found)}


def test_the_queries_do_not_grow_with_the_rows(django_assert_max_num_queries):
    rows = [{"title": f"意见{number}", "date": "2013"} for number in range(1500)]
    with django_assert_max_num_queries(8):
        assert len({*slugs(identify([sheet("policies", *rows)]))}) == 1500


@pytest.mark.parametrize("last", [[], ["甲"], ["甲", "乙", "丙"]])
def test_a_file_that_changes_while_it_is_read_is_a_problem(last):
    def read():
        titles = last if is_changed else ["甲", "乙"]
        for number, title in enumerate(titles, start=1):
            yield FileRow(FileLocation("a.csv", "policies", number), TABLES["policies"], {"title": title})

    is_changed = False
    (found,) = identify([Sheet("a.csv", TABLES["policies"], read)]).sheets
    is_changed = True
    assert [one.message for one in found if isinstance(one, Problem)] == [
        "The file has changed while it was read."
    ]

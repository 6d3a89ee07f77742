"""Which files are the chronicle's own, and which need a mapping."""

import pytest

from tests.files import xlsx_file
from tests.foreign_tables import case, policies, table
from timeline.exchange.mapping.own_files import is_own, own_proposal
from timeline.exchange.readers.sources import Upload

OWN = [["slug", "title"], ["a", "甲"]]


@pytest.mark.parametrize(
    "file",
    [
        table(*OWN, name="policies.csv"),
        table(["网址标识", "题名"], ["a", "甲"], name="政策.csv"),
        Upload("content.xlsx", xlsx_file(policies=OWN, milestones=OWN)),
        Upload("政策.xlsx", xlsx_file(Sheet1=OWN)),
        Upload("policies.yaml", b"- {slug: a, titel: A}\n"),
        Upload("policies.csv", b""),
        Upload("policies.docx", b"PK"),
    ],
    ids=lambda file: file.name,
)
def test_a_file_is_the_chronicles_own_or_no_mapping_would_help(file):
    assert is_own([file])


@pytest.mark.parametrize(
    "file",
    [
        table(*OWN, name="汇总.csv"),
        table(["题名"], ["甲"], name="政策.csv"),
        table(["slug", "titel"], ["a", "甲"], name="policies.csv"),
        policies(["甲"]),
        Upload("content.xlsx", xlsx_file(policies=OWN, Sheet2=OWN)),
        case("70"),
    ],
    ids=lambda file: file.name,
)
def test_a_file_needs_a_mapping(file):
    assert not is_own([file])


def test_a_file_of_the_chronicle_can_be_read_as_any_other_table_and_is_not_its_source():
    found = own_proposal([table(["网址标识", "题名", "发文日期"], ["a", "甲", "2016.1"], name="政策.csv")])
    (sheet,) = found.mapping.sheets
    assert [one.column for one in sheet.columns] == ["slug", "title", "issued"]
    assert found.mapping.source == ""


@pytest.mark.parametrize(
    "file",
    [
        Upload("policies.yaml", b"- {slug: a, title: A}\n"),
        Upload("policies.xlsx", b"PK"),
        table(["entry", "source", "delete"], ["a", "b", "yes"], name="citations.csv"),
    ],
    ids=lambda file: file.name,
)
def test_what_is_no_table_or_deletes_rows_cannot(file):
    assert own_proposal([file]) is None

"""Which files are the chronicle's own, and which need a mapping."""

import pytest

from tests.files import xlsx_file
from tests.foreign_tables import case, policies, table
from timeline.exchange.mapping.own_files import is_own
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

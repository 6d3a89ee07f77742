"""The names in the cells of bodies and areas: what is no part of one is left out and told."""

import pytest

from tests.factories import make_area, make_chronicle, make_organization
from tests.mapped_sheets import sheet
from timeline.exchange.mapping.identification import Identification, identify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "records")]


@pytest.fixture
def records():
    make_chronicle(city="云澜")
    make_organization(slug="government", title="云澜市人民政府", aliases="市政府")
    make_organization(slug="data", title="云澜市大数据局", aliases="市大数据局")
    make_area(slug="haishu", title="海曙区")


def issued_by(*cells: str) -> tuple[list[object], Identification]:
    rows = [{"title": f"意见{number}", "issuers": cell} for number, cell in enumerate(cells)]
    found = identify([sheet("policies", *rows)])
    return [row.cells["issuers"] for row in found.sheets[0]], found


@pytest.mark.parametrize("cell", ["云澜市人民政府（云澜市大数据局）", "云澜市人民政府(云澜市大数据局)"])
def test_a_body_in_brackets_behind_another_is_told_and_not_a_second_one(cell):
    (named,), found = issued_by(cell)
    assert (named, found.questions) == (["government"], [])
    (notice,) = found.notices
    assert "大数据局" in notice.message
    assert notice.message.startswith("1 row has words in the column “issuers” that are part of no name")


def test_words_for_others_are_told_and_no_part_of_the_name_that_is_created():
    _named, found = issued_by("市信息中心等", "云澜市人民政府等3个部门")
    (question,) = found.questions
    assert question.subject == "市信息中心"
    assert "Create “云澜市信息中心” as a draft" in [choice.label for choice in question.choices]
    (notice,) = found.notices
    assert notice.message.startswith("2 rows have words")


def test_the_same_column_of_names_without_remarks_is_told_nothing():
    assert issued_by("云澜市大数据局、云澜市人民政府")[1].notices == []


def test_an_answer_divides_the_cells_of_its_text():
    row = {"title": "甲", "programme": "乙", "designee": "东区块、西片"}
    answers = {"name/area/东区块西片": "several"}
    found = identify([sheet("pilot_designations", row)], answers)
    assert {one.subject for one in found.questions} == {"东区块、西片", "东区块", "西片"}


@pytest.mark.parametrize(
    ("cell", "asked"),
    [
        ("海曙、镇海两区", ["镇海区"]),
        ("海曙区镇海区", ["镇海区"]),
        ("海曙区、余姚", ["余姚"]),
        ("东区块、西片", ["东区块", "西片"]),
        ("海曙区（含高新区）等地", []),
    ],
)
def test_a_column_of_several_areas_is_read_as_that_of_one_which_it_continues(cell, asked):
    row = {"title": "甲", "programme": "乙", "designee": "海曙区", "areas": cell}
    found = identify([sheet("pilot_designations", row)])
    assert [question.subject for question in found.questions] == asked
    assert not any("several names" in notice.message for notice in found.notices)

"""A table of pilots has one column for the title and the programme: it is proposed as both."""

import pytest

from tests.factories import make_area, make_organization
from tests.foreign_tables import columns_proposed, import_proposed, proposed, table
from timeline.exchange.mapping.mapping import ColumnMapping, SheetMapping
from timeline.exchange.mapping.shared_columns import is_shared, shared_column, with_shared
from timeline.models import PilotDesignation

pytestmark = pytest.mark.django_db

HEADER = ["序号", "试点名称", "批准单位", "批准时间", "区县"]
PILOTS = "智慧城市试点一览表.csv"


def pilots(header=HEADER):
    return table(header, [1, "国家智慧城市试点", "住房和城乡建设部", "2013年1月", "海曙区"], name=PILOTS)


@pytest.mark.parametrize("name", ["试点名称", "试点项目", "名称", "项目名称"])
def test_one_column_is_both_the_programme_and_the_title(name):
    (sheet,) = proposed(pilots([name if one == "试点名称" else one for one in HEADER])).mapping.sheets
    columns = {one.column: one.headers for one in sheet.columns}
    assert columns["title"] == columns["programme"] == (name,)
    assert is_shared(sheet)


def test_a_table_with_one_column_for_both_is_imported_at_the_first_upload():
    make_area(slug="haishu", title="海曙区")
    make_organization(slug="ministry", title="住房和城乡建设部")
    report = import_proposed(pilots())
    assert [str(one) for one in report.problems] == []
    pilot = PilotDesignation.objects.get()
    assert (pilot.title, pilot.programme) == ("国家智慧城市试点", "国家智慧城市试点")


@pytest.mark.parametrize("programme", ["所属计划", "试点项目", "试点类别"])
@pytest.mark.parametrize("is_first", [True, False])
def test_the_name_of_a_pilot_beside_its_programme_is_the_title(programme, is_first):
    names = ["试点名称", programme] if is_first else [programme, "试点名称"]
    found = columns_proposed(table([*names, "区县"], ["甲", "乙", "海曙区"], name=PILOTS))
    assert found == {"试点名称": "title", programme: "programme", "区县": "designee"}


def test_the_project_beside_the_kind_of_pilots_is_the_title():
    found = columns_proposed(table(["试点类型", "试点项目", "区县"], ["甲", "乙", "海曙区"], name=PILOTS))
    assert found == {"试点类型": "programme", "试点项目": "title", "区县": "designee"}


@pytest.mark.parametrize("name", ["涉及区域", "参与区（县、市）", "承担地区", "涉及地区"])
def test_the_areas_that_take_part_are_those_of_the_pilot_or_its_further_ones(name):
    alone = table(["项目名称", "项目类别", name], ["甲", "乙", "海曙区"], name=PILOTS)
    assert columns_proposed(alone)[name] == "designee"
    beside = table(["项目名称", "项目类别", name, "试点城市"], ["甲", "乙", "海曙区", "宁波市"], name=PILOTS)
    assert {columns_proposed(beside)[one] for one in (name, "试点城市")} == {"areas", "designee"}


def test_areas_that_are_called_others_are_no_area_of_the_pilot():
    found = columns_proposed(table(["项目名称", "批次", "其他地区"], ["甲", "1", "海曙区"], name=PILOTS))
    assert found["其他地区"] == "areas"


def test_a_sheet_with_a_title_keeps_the_name_of_a_pilot_as_its_programme():
    found = columns_proposed(
        table(["标题", "试点名称", "所属计划", "区县"], ["甲", "乙", "丙", "海曙区"], name=PILOTS)
    )
    assert (found["标题"], found["试点名称"], found["所属计划"]) == ("title", "programme", "")


def test_the_table_of_pilots_of_an_office_is_imported_at_the_first_upload():
    make_area(slug="haishu", title="海曙区")
    make_organization(slug="ministry", title="住房和城乡建设部")
    header = ["序号", "试点名称", "所属计划", "批准机关", "批准时间", "实施区县"]
    row = [1, "海曙区智慧社区试点", "国家智慧城市试点", "住房和城乡建设部", "2013年1月", "海曙区"]
    report = import_proposed(table(header, row, name="试点.csv"))
    assert [str(one) for one in report.problems] == []
    pilot = PilotDesignation.objects.get()
    assert (pilot.title, pilot.programme, str(pilot.date)) == (
        "海曙区智慧社区试点",
        "国家智慧城市试点",
        "2013-01",
    )
    assert (pilot.designee.slug, [one.slug for one in pilot.authorities.all()]) == ("haishu", ["ministry"])


def test_a_sheet_with_both_columns_shares_none():
    (sheet,) = proposed(
        table(["名称", "试点项目", "试点城市"], ["海曙区列为试点", "国家智慧城市试点", "海曙区"], name=PILOTS)
    ).mapping.sheets
    assert not is_shared(sheet)
    assert {one.column: one.headers for one in sheet.columns}["programme"] == ("试点项目",)


def test_only_what_has_a_column_of_the_sheet_is_shared():
    title, value = ColumnMapping("title", ("A",)), ColumnMapping("programme", default="甲")
    assert with_shared("pilot_designations", [title, value]) == (title, value)
    assert with_shared("pilot_designations", [value]) == (value,)
    assert with_shared("policies", [title]) == (title,)
    assert shared_column("pilot_designations", ["title"]) == ("title", "programme")
    assert shared_column("pilot_designations", []) is None
    assert not is_shared(SheetMapping("pilot_designations"))

"""A table of pilots has one column for the title and the programme: it is proposed as both."""

import pytest

from tests.factories import make_area, make_organization
from tests.foreign_tables import import_proposed, proposed, table
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

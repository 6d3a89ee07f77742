"""The records that names may mean: an exact title goes before other names, and rows of the import count as well."""

import pytest

from tests.factories import make_area, make_chronicle, make_organization
from tests.mapped_sheets import sheet
from timeline.exchange.mapping.identification import identify
from timeline.exchange.mapping.named_records import NamedRecords, titled_record
from timeline.exchange.mapping.record_choices import record_choice
from timeline.models import Area, Organization

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DISTRICT, TOWN = record_choice("district", "海曙区"), record_choice("town", "海曙区古林镇")


def designee(*areas):
    """Return what the designee of a pilot is, and what is asked, in a file that may have rows of areas besides."""
    pilot = sheet("pilot_designations", {"title": "甲", "programme": "乙", "designee": "海曙区"})
    found = identify([*([sheet("areas", *areas)] if areas else []), pilot])
    (row,) = next(one for one in found.sheets if one.table.name == "pilot_designations")
    return row.cells["designee"], found.questions


def test_the_record_of_this_title_is_meant_where_another_has_it_as_another_name():
    make_area(slug="town", title="海曙区古林镇", aliases="海曙区")
    make_area(slug="district", title="海曙区")
    assert designee() == ("district", [])


def test_two_records_of_one_title_are_asked_about():
    for slug in ("first", "second"):
        make_area(slug=slug, title="海曙区")
    _name, (question,) = designee()
    assert [choice.value for choice in question.choices] == ["record/first", "record/second"]


@pytest.mark.parametrize("is_stored", [False, True])
def test_a_title_goes_before_another_name_whether_rows_or_records_have_them(is_stored):
    row = {"slug": "town", "title": "海曙区古林镇", "aliases": "海曙区"}
    if is_stored:
        make_area(slug="town", title="海曙区古林镇", aliases="海曙区")
        row = {"slug": "district", "title": "海曙区"}
    else:
        make_area(slug="district", title="海曙区")
    assert designee(row) == ("district", [])


def test_an_office_of_the_city_is_found_by_its_title_in_full():
    make_chronicle(city="云澜")
    make_organization(slug="education", title="云澜市教育局")
    make_organization(slug="school", title="云澜市第一小学", aliases="云澜市教育局")
    wanted = {"市教育局", "云澜市教育局"}
    (records,) = NamedRecords().find(Organization, ["市教育局"], wanted, "云澜").values()
    assert [*records] == ["record/education"]


def test_of_several_records_none_is_preferred_without_a_title_of_its_own():
    make_area(slug="district", title="海曙区")
    make_area(slug="town", title="海曙区古林镇")
    records = {choice.value: choice for choice in (DISTRICT, TOWN)}
    assert titled_record(Area, records, ["海曙区"]) == {DISTRICT.value: DISTRICT}
    assert titled_record(Area, records, ["海曙"]) == records

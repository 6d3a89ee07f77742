"""The order of bodies in a cell: told once where the records will show another one."""

import pytest

from tests.factories import make_organization
from tests.mapped_sheets import sheet
from timeline.exchange.mapping.identification import identify

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def bodies():
    make_organization(slug="z-committee", title="市委", precedence=1)
    make_organization(slug="a-government", title="市政府", precedence=2)


def told(*cells, table="policies", column="issuers", others=()):
    """Return what is told of the order of these cells."""
    rows = [{"title": f"甲{number}", column: cell} for number, cell in enumerate(cells)]
    notices = identify([*others, sheet(table, *rows)]).notices
    return [notice.message for notice in notices if "another order" in notice.message]


@pytest.mark.parametrize(
    ("table", "column"),
    [("policies", "issuers"), ("milestones", "organizations"), ("pilot_designations", "authorities")],
)
def test_another_order_than_that_of_the_records_is_told_once(table, column):
    (words,) = told("市委、市政府", "市政府、市委", "市政府 市委", "市政府、市委", table=table, column=column)
    assert words.startswith("3 rows name bodies in another order than their records will show them")
    assert "“市政府、市委” (line 3–4)" in words
    assert "“precedence”" in words


def test_the_order_of_the_records_is_not_told():
    assert told("市委、市政府", "市政府") == []


def test_new_bodies_stand_behind_those_with_a_precedence_and_by_their_slugs_otherwise():
    assert told("市委、北测绘院、中测绘院") == []
    assert told("北测绘院、市委") != []
    assert told("中测绘院、北测绘院") != []


def test_the_order_of_bodies_to_which_the_file_gives_their_precedence_is_not_known():
    row = {"slug": "a-government", "title": "市政府", "precedence": "1"}
    assert told("市政府、市委", others=[sheet("organizations", row)]) == []


def test_what_is_asked_about_has_no_place_yet():
    assert told("区政府、市委") == []

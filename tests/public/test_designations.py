"""The tables of pilot designations on the page of areas."""

import contextlib

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories as make
from tests.pages import order_of, page
from timeline.public import designations
from timeline.public.designations import MAX_AUTHORITIES, designation_tables

pytestmark = pytest.mark.django_db


@pytest.fixture
def areas():
    return [
        make.make_area(title=title, position=n) for n, title in enumerate(("甲市", "乙区", "丙镇", "丁县"))
    ]


def areas_page(client) -> str:
    return page(client, reverse("timeline:area-list"))


def named(tables) -> list[list[str]]:
    return [[row.designation.designee.title for row in table.rows] for table in tables.programmes]


def test_each_programme_has_a_table_by_batch_then_area(areas):
    city, district, town, county = areas
    for designee, batch in ((county, 2), (town, None), (city, 10), (district, 2)):
        make.make_designation(programme="试点一", batch=batch, designee=designee, published=True)
    make.make_designation(programme="试点二", designee=city, published=True)
    assert named(designation_tables()) == [["乙区", "丁县", "甲市", "丙镇"], ["甲市"]]


def test_a_draft_is_in_no_table(client, areas):
    make.make_designation(programme="未公开的试点", designee=areas[0])
    assert designation_tables().programmes == []
    assert "未公开的试点" not in areas_page(client)


def test_a_row_names_area_batch_date_authority_and_sources(client, areas):
    body = make.make_organization(title="住建部")
    designation = make.make_designation(
        programme="国家试点", designee=areas[0], batch=2, date="2013-08-05", authorities=[body]
    )
    make.make_citation(designation, source=make.make_source(title="日报"), locator="¶4")
    designation.publish(by=make.make_user())
    text = areas_page(client)
    link = f'<a href="{designation.get_absolute_url()}">第二批</a>'
    assert order_of(text, "国家试点", "甲市", link, "2013年8月5日", "住建部", "日报", "第4段")


def test_all_who_announced_a_designation_are_named_the_highest_first(client, areas):
    bodies = [
        make.make_organization(title=f"第{number}部", precedence=10 - number)
        for number in range(MAX_AUTHORITIES + 2)
    ]
    make.make_designation(slug="joint", designee=areas[0], authorities=bodies[:2], published=True)
    make.make_designation(slug="many", designee=areas[1], authorities=bodies, published=True)
    cells = areas_page(client).split('data-name="公布机关">')[1:]
    assert order_of(cells[0], "第1部</a>、", "第0部</a>")
    assert order_of(cells[1], "第5部", "第2部", "2")
    assert "第1部" not in cells[1]


def test_two_citations_of_one_place_name_it_once(client, areas):
    designation = make.make_designation(programme="国家试点", designee=areas[0], batch=2)
    source = make.make_source(title="日报")
    for locator, number in (("¶4", 1), ("¶4", 2), ("¶5", 1)):
        make.make_citation(designation, source=source, locator=locator, number=number)
    designation.publish(by=make.make_user())
    text = areas_page(client)
    assert (text.count("第4段"), text.count("第5段")) == (1, 1)


def test_included_areas_are_below_the_one_that_includes_them(client, areas):
    city, district, town, _county = areas
    make.make_designation(designee=city, areas=[town, district, city], published=True)
    [[row]] = [table.rows for table in designation_tables().programmes]
    assert row.included == [district, town]
    text = areas_page(client)
    assert order_of(text, "甲市", "乙区", "丙镇")
    assert text.count('class="pilots__within"') == 2


def test_a_missing_date_is_named(client, areas):
    make.make_designation(designee=areas[0], published=True)
    assert "日期未载" in areas_page(client)


@pytest.mark.parametrize("examined", [True, False])
def test_a_missing_authority_is_said_to_be_in_no_source_only_where_the_sources_were_examined(
    client, areas, examined
):
    make.make_designation(designee=areas[0], examined=examined, published=True)
    assert ("来源未载" in areas_page(client)) is examined


def test_a_source_with_another_date_is_named_below_the_date(client, areas):
    designation = make.make_designation(designee=areas[0], date="2013-01-29")
    source = make.make_source(title="〔文章〕")
    make.make_citation(designation, source=source, date="2013")
    make.make_citation(designation, source=make.make_source(title="日报"), date="2013-01-29")
    designation.publish(by=make.make_user())
    text = areas_page(client)
    assert order_of(text, "2013年1月29日", "〔文章〕所记日期为", "2013年")
    assert text.count("所记日期为") == 1


def test_the_rows_can_be_downloaded(client, areas):
    make.make_designation(designee=areas[0], published=True)
    assert 'href="/table.xlsx?kind=pilot_designation"' in areas_page(client)
    with contextlib.closing(client.get("/table.xlsx?kind=pilot_designation")) as file:
        assert file.status_code == 200


def test_long_tables_end_with_a_link_to_the_filtered_list(client, areas, monkeypatch):
    monkeypatch.setattr(designations, "MAX_ROWS", 5)
    monkeypatch.setattr(designations, "MAX_INCLUDED", 1)
    city, district, town, county = areas
    make.make_designation(designee=city, batch=1, areas=[district, town, county], published=True)
    for batch in (2, 3, 4):
        make.make_designation(designee=district, batch=batch, published=True)
    tables = designation_tables()
    first, *_others = [row for table in tables.programmes for row in table.rows]
    assert (first.included, first.more_included, first.size) == ([district], 2, 3)
    assert (named(tables), tables.left_out) == ([["甲市", "乙区", "乙区"]], 1)
    assert order_of(areas_page(client), "另有2", "/?kind=pilot_designation#list", "另有1")


def test_many_designations_need_as_many_queries_as_few(areas):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            for table in designation_tables().programmes:
                for row in table.rows:
                    assert row.designation.differing_citations == []
                    assert [citation.source.title for citation in row.designation.citations.all()]
        return len(captured)

    make.make_designation(designee=areas[0], areas=[areas[1]], published=True)
    few = queries()
    for _number in range(5):
        make.make_designation(designee=areas[0], areas=areas[1:], published=True)
    assert queries() == few == 4


def test_the_tables_are_on_the_first_page_only(client, areas, monkeypatch):
    monkeypatch.setattr("timeline.public.views.base.PAGE_SIZE", 2)
    make.make_designation(programme="国家试点", designee=areas[0], published=True)
    address = reverse("timeline:area-list")
    assert "国家试点" in page(client, address)
    assert "国家试点" not in page(client, f"{address}?page=2")

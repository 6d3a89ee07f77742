"""CSL-JSON as Zotero and pandoc write it, read as sources."""

import json

import pytest

from tests.grids import grids_of, row_of, rows_of

pytestmark = pytest.mark.usefixtures("english")

ITEM = {
    "id": "http://zotero.org/users/1/items/ABC",
    "type": "article-newspaper",
    "title": "宁波：建设智慧城市",
    "container-title": "宁波日报",
    "publisher-place": "宁波",
    "page": "1-2",
    "language": "zh",
    "author": [{"family": "张", "given": "三"}, {"literal": "某市编辑部"}],
    "issued": {"date-parts": [["2013", "8", 6]]},
    "accessed": {"date-parts": [[2020, 1, 2]]},
    "URL": "https://daily.cnnb.com.cn/",
    "note": "头版",
}


def row(**changed):
    return row_of("a.json", json.dumps([ITEM | changed]))


def test_an_item_with_all_its_parts():
    assert row() == {
        "type": "newspaper",
        "title": "宁波：建设智慧城市",
        "author": "张三、某市编辑部",
        "publisher": "宁波日报",
        "publisher-place": "宁波",
        "page": "1-2",
        "issued": "2013-08-06",
        "accessed": "2020-01-02",
        "URL": "https://daily.cnnb.com.cn/",
        "note": "头版",
    }


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ({"date-parts": [[2013]]}, "2013"),
        ({"date-parts": [["2013", 8]]}, "2013-08"),
        ({"date-parts": [[2010], [2012, 3]]}, "2010/2012-03"),
        ({"date-parts": [[2010]], "circa": True}, "2010~"),
        ({"raw": "2013年8月"}, "2013年8月"),
        ({"literal": "不详"}, "不详"),
    ],
)
def test_dates_are_as_exact_as_they_are_known(issued, date):
    assert row(issued=issued)["issued"] == date


def test_particles_and_suffixes_stay_with_the_name():
    name = {"family": "Berg", "given": "Jan", "non-dropping-particle": "van den", "suffix": "Jr."}
    assert row(author=[name])["author"] == "van den Berg Jr., Jan"


def test_the_items_of_an_export_of_the_api_are_read_too():
    (grid,) = grids_of("a.json", json.dumps({"items": [ITEM]}))
    assert rows_of(grid)[0]["title"] == ITEM["title"]


def test_what_has_no_place_is_named():
    (grid,) = grids_of("a.json", json.dumps([ITEM | {"ISBN": "1", "publisher": "宁波日报社"}]))
    assert grid.notices == (
        "The publisher was left out beside the newspaper or website that the work is in. (1 record)",
        "These have no place here and were left out: ISBN.",
    )


@pytest.mark.parametrize(
    "rows",
    [
        [{"slug": "a", "type": "page", "title": "甲", "publisher": "某网", "accessed": "2020"}],
        [{"title": "甲", "type": "report", "author": "张三"}],
        [{"model": "timeline.source", "pk": 1, "fields": {}}],
        ["甲"],
        {"sources": [{"slug": "a", "type": "page"}]},
    ],
)
def test_rows_of_a_chronicle_and_other_json_are_no_items(rows):
    assert grids_of("sources.json", json.dumps(rows)) == []

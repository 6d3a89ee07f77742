"""TimelineJS as spreadsheet and JSON: events as milestones, eras as phases if asked for."""

import json

import pytest

from tests.files import csv_file, xlsx_file
from tests.grids import faults_of, grids_of, row_of, rows_of
from timeline.exchange.vocabularies.declaration import ForeignRecord
from timeline.exchange.vocabularies.timelinejs import date

pytestmark = pytest.mark.usefixtures("english")

COLUMNS = [
    *("Year", "Month", "Day", "Time", "End Year", "End Month", "End Day", "End Time", "Display Date"),
    *("Headline", "Text", "Media", "Media Credit", "Media Caption", "Media Thumbnail", "Type", "Group"),
    "Background",
]


def line(**cells):
    return [cells.get(name.replace(" ", "_"), "") for name in COLUMNS]


def sheet(*lines):
    return csv_file([COLUMNS, *lines])


@pytest.mark.parametrize(
    ("cells", "cell"),
    [
        ({"Year": "2010"}, "2010"),
        ({"Year": "2010", "Month": "9", "Day": "8"}, "2010-09-08"),
        ({"Year": "2010.0", "Month": "9.0"}, "2010-09"),
        ({"Year": "2011", "End Year": "2015", "End Month": "12"}, "2011/2015-12"),
        ({"Year": "2011", "End Year": "2011"}, "2011"),
        ({"Year": "2011", "End Year": "2015", "Display Date": "“十二五”期间"}, "2011/2015（“十二五”期间）"),
        ({"Year": "2011", "Display Date": "2011年"}, "2011"),
        ({"Year": "2011", "Display Date": "1999年"}, "2011"),
        ({}, ""),
    ],
)
def test_a_date_is_put_together(cells, cell):
    record = ForeignRecord(1, {name: [text] for name, text in cells.items()})
    assert date(record, ()) == cell
    assert len(record.notes) == (cells.get("Display Date") == "1999年")


@pytest.mark.parametrize(
    ("words", "cell", "note"),
    [
        ("2021年5月", "2021-05", "was read from the display date"),
        ("2021年春", "2021", "was read from the display date"),
        ("新世纪初", "", "the display date “新世纪初” is no date"),
    ],
)
def test_a_display_date_without_a_year_is_read_or_told(words, cell, note):
    record = ForeignRecord(2, {"Display Date": [words]})
    assert date(record, ()).partition("（")[0] == cell
    (told,) = record.notes
    assert note in told


def test_a_line_of_the_spreadsheet_is_an_event():
    assert row_of(
        "时间线.csv",
        sheet(
            line(
                Year="2010",
                Month="9",
                Headline="<b>决定</b>",
                Text="<p>市委<br>市政府</p>",
                Media="https://a.cn/a.jpg",
                Group="政策",
            )
        ),
    ) == {  # fmt: skip
        "Date": "2010-09",
        "Headline": "决定",
        "Text": "市委\\\n市政府",
        "Media": "https://a.cn/a.jpg",
        "Group": "政策",
    }


def test_a_workbook_is_read_as_the_csv():
    content = xlsx_file(od1=[COLUMNS, [2010, 9, 8, *[None] * 6, "决定", *[None] * 8]])
    assert row_of("a.xlsx", content) == {"Date": "2010-09-08", "Headline": "决定"}


def test_a_year_that_no_chronicle_has_is_a_fault():
    (grid,) = grids_of("a.csv", sheet(line(Year="-44", Headline="甲"), line(Month="3", Headline="乙")))
    assert [value for value, _message in faults_of(grid)] == ["-44", "3"]


def test_a_title_without_a_date_is_left_out_and_one_with_a_date_is_an_event():
    (grid,) = grids_of(
        "a.csv",
        sheet(line(Type="title", Headline="某市编年"), line(Type="title", Headline="决定", Year="2010")),
    )
    assert [row["Headline"] for row in rows_of(grid)] == ["决定"]
    assert grid.notices == (
        "The title slide “某市编年” has no date and was left out.",
        "The title slide has a date and was read as an event.",
    )


def test_eras_are_a_grid_of_their_own():
    events, eras = grids_of(
        "a.csv",
        sheet(
            line(Year="2010", Headline="决定"),
            line(Year="2011", End_Year="2015", Type="era", Headline="起步"),
        ),
    )
    assert rows_of(events) == [{"Date": "2010", "Headline": "决定"}]
    assert rows_of(eras) == [{"Date": "2011/2015", "Headline": "起步"}]
    assert (events.name, eras.name, eras.file) == ("events", "eras", "a.csv/eras")


def test_what_has_no_place_is_named():
    (grid,) = grids_of("a.csv", sheet(line(Year="2010", Headline="决定", Time="3:00", Background="#fff")))
    assert grid.notices == ("These have no place here and were left out: Time, Background.",)


JSON = {
    "title": {"text": {"headline": "某市编年"}},
    "events": [
        {
            "start_date": {"year": 2010, "month": "9", "day": "", "hour": "3"},
            "end_date": {"year": "2011"},
            "text": {"headline": "决定", "text": "<p>市委</p>"},
            "media": {"url": "https://a.cn/a.jpg", "credit": "新华社", "caption": "图", "thumbnail": "x"},
            "group": "政策",
            "background": {"color": "#fff"},
            "unique_id": "a",
        }
    ],
}


def test_an_event_of_the_json_is_the_same():
    (grid,) = grids_of("a.json", json.dumps(JSON))
    assert rows_of(grid) == [
        {
            "Date": "2010-09/2011",
            "Headline": "决定",
            "Text": "市委",
            "Media": "https://a.cn/a.jpg",
            "Media Credit": "新华社",
            "Media Caption": "图",
            "Group": "政策",
        }
    ]
    assert grid.notices == (
        "The title slide “某市编年” has no date and was left out.",
        "HTML in the text became Markdown; pictures and embedded media in it were left out. (1 record)",
        "These have no place here and were left out: start_date.hour, media.thumbnail, background.",
    )


def test_eras_of_the_json_are_a_grid_of_their_own():
    eras = [{"start_date": {"year": "2011"}, "end_date": {"year": "2015"}, "text": {"headline": "起步"}}]
    _events, grid = grids_of("a.json", json.dumps(JSON | {"eras": eras}))
    assert rows_of(grid) == [{"Date": "2011/2015", "Headline": "起步"}]


@pytest.mark.parametrize("root", [{"events": [{"name": "甲"}]}, {"events": "甲"}, {"milestones": []}])
def test_other_json_is_no_timeline(root):
    assert grids_of("a.json", json.dumps(root)) == []

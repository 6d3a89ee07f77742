"""Cells of OpenDocument spreadsheets as text: what is shown, and in date and number columns what is meant."""

import pytest

from tests.files import cells_of, problem_of
from tests.opendocument import DAY, MONTH, YEAR, date_style, ods_file, row, text, value
from timeline.exchange.error_workbook import error_workbook
from timeline.exchange.readers.sources import Upload, readable
from timeline.exchange.readers.xlsx_workbooks import xlsx_grids

pytestmark = pytest.mark.usefixtures("english")

WORD = "<number:text>{}</number:text>".format
STYLES = (
    date_style("day", YEAR + WORD("年") + MONTH + WORD("月") + DAY + WORD("日"))
    + date_style("month", YEAR + WORD("年") + MONTH + WORD("月"))
    + date_style("year", YEAR)
    + date_style("yearless", MONTH + WORD("月") + DAY + WORD("日"))
    + date_style("until", WORD("截至") + YEAR)
    + date_style("time", YEAR + "-" + MONTH + "-" + DAY + "<number:hours/><number:minutes/>")
    + '<style:style style:name="child" style:family="table-cell" style:parent-style-name="month"/>'
)


def content(cell, column):
    return ods_file({"policies": [row("slug", column), row("a", cell)]}, styles=STYLES)


def one(cell, column="title"):
    """Return what is read from a cell in this column."""
    return cells_of("content.ods", content(cell, column))[0][column]


def problem(cell, column="title"):
    return problem_of("content.ods", content(cell, column))


def date(style, shown, stored="2016-09-26"):
    return value("date", stored, shown, f'table:style-name="{style}"')


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (value("percentage", "0.95", "95%"), "95%"),
        (value("float", "2000", "2,000亿元"), "2,000亿元"),
        (value("float", "7", "007"), "007"),
        (value("currency", "1200", "¥1,200.00"), "¥1,200.00"),
        (value("boolean", "true", "是"), "是"),
        (value("float", "12.50", ""), "12.5"),
        (date("day", "2016年9月26日"), "2016年9月26日"),
        (date("yearless", "9月26日"), "9月26日"),
        (text("一", "二"), "一\n二"),
    ],
)
def test_a_text_column_takes_what_a_cell_shows(cell, shown):
    assert one(cell) == shown


@pytest.mark.parametrize(
    ("style", "shown", "read"),
    [
        ("day", "2016年9月26日", "2016-09-26"),
        ("month", "2016年9月", "2016-09"),
        ("child", "2016年9月", "2016-09"),
        ("year", "2016", "2016"),
        ("until", "截至2016", "截至2016"),
        ("unknown", "09/26/16", "09/26/16"),
    ],
)
def test_a_date_counts_as_far_as_its_cell_shows_it(style, shown, read):
    assert one(date(style, shown), "date") == read


def test_the_style_of_a_row_or_a_column_holds_for_its_cells():
    cell = value("date", "2016-09-26", "2016年9月")
    by_row = ods_file(
        {
            "policies": [
                row("slug", "date"),
                row("a", cell, attributes='table:default-cell-style-name="month"'),
            ]
        },
        styles=STYLES,
    )
    column = '<table:table-column/><table:table-column table:default-cell-style-name="month" table:number-columns-repeated="3"/>'
    by_column = ods_file({"policies": [column, row("slug", "date"), row("a", cell)]}, styles=STYLES)
    for found in (by_row, by_column):
        assert cells_of("content.ods", found)[0]["date"] == "2016-09"


def test_a_date_that_shows_no_year_is_refused():
    found = problem(date("yearless", "9月26日"), "date")
    assert (found.value, found.message[:46]) == ("9月26日", "Cell B2 shows a date without its year or month")


@pytest.mark.parametrize("stored", ["x", "", "2016-13-01"])
def test_a_date_that_is_none_is_refused(stored):
    assert "formatted as a date, but its value is none" in problem(date("day", "x", stored), "date").message


def test_a_number_that_may_be_january_or_october_is_read_as_it_is_stored():
    assert one(value("float", "2016.1", "2016.10"), "date") == "2016.1"
    assert one(value("float", "2016.11", "2016.11"), "date") == "2016.11"


def test_a_column_of_numbers_takes_a_number_that_its_cell_shows():
    assert one(value("float", "3", "第3条"), "provisional") == "3"
    assert one(value("boolean", "true", "是"), "provisional") == "TRUE"
    assert "shows “否” and holds 1" in problem(value("float", "1", "否"), "provisional").message
    assert "formatted as a date" in problem(date("day", "2016年9月26日"), "provisional").message


def test_a_number_longer_than_a_spreadsheet_keeps_is_refused():
    found = problem(value("float", "330201199001011234", "330201199001011000"))
    assert "more than 15 digits" in found.message


@pytest.mark.parametrize(
    "cell",
    [
        value("date", "2016-09-26", "", 'table:style-name="day"'),
        value("float", "5", "", 'table:style-name="day"'),
        '<table:table-cell office:value-type="time" office:time-value="PT1H"/>',
    ],
)
def test_what_a_format_hides_is_refused(cell):
    assert "What cell B2 shows is not in the file" in problem(cell).message


def test_an_error_of_the_spreadsheet_is_refused():
    cell = text("#REF!", attributes='calcext:value-type="error" table:formula="of:=x"')
    assert (problem(cell).value, problem(cell).message) == (
        "#REF!",
        "Cell B2 holds an error of the spreadsheet. Type the value that is meant, or leave the cell empty.",
    )


def test_spaces_tabs_and_links_are_text_and_comments_and_notes_are_none():
    cell = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation>'
        '<text:p>一<text:s text:c="2"/>二<text:span>三<text:tab/></text:span><text:a>四</text:a>\n  五<text:line-break/>六'
        "<text:note><text:p>注</text:p></text:note><text:ruby><text:ruby-base>七</text:ruby-base>"
        "<text:ruby-text>qī</text:ruby-text></text:ruby></text:p></table:table-cell>"
    )
    assert one(cell) == "一  二三\t四 五\n六七"


def test_more_spaces_than_anybody_types_are_refused():
    cell = '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="999999999"/>b</text:p></table:table-cell>'
    assert "damaged" in problem(cell).message


def test_the_workbook_of_faults_keeps_what_stands_under_an_unknown_header(tmp_path):
    cells = [
        date("month", "2016年9月"),
        value("float", "2016.1", "2016.1"),
        value("float", "2016.1", "2016.10"),
    ]
    upload = Upload(
        "content.ods",
        ods_file({"policies": [row("slug", "x", "y", "z"), row("a", *cells)]}, styles=STYLES),
    )
    path = tmp_path / "content.xlsx"
    path.write_bytes(error_workbook([upload], []))
    grid = next(one for one in xlsx_grids(readable(path)) if one.name == "policies")
    _header, line = grid.read(())
    assert [*line.cells][:3] == [(0, "a"), (1, "2016年9月"), (2, "2016.1")]
    assert [(fault.column, fault.value) for fault in line.faults] == [(3, "#N/A")]

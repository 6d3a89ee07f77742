"""The cells of a workbook: displayed values, as the column allows; formulas and hidden values are refused."""

import datetime

import pytest

from tests.files import cells_of, problem_of, read_all, xlsx_file
from tests.workbooks import of_format_number, one
from timeline.exchange.readers.sources import Upload

pytestmark = pytest.mark.usefixtures("english")


def cells(content, name="content.xlsx"):
    return cells_of(name, content)


def problem(content, name="content.xlsx"):
    return problem_of(name, content)


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ("yyyy-mm-dd", "2016-09-26"),
        ('yyyy"年"m"月"d"日"', "2016-09-26"),
        ("[DBNum1][$-804]yyyy年m月d日;@", "2016-09-26"),
        ('yyyy"年"m"月"', "2016-09"),
        ("mmm-yy", "2016-09"),
        ("yyyy/mm", "2016-09"),
        ("yyyy", "2016"),
        ('yyyy"年"', "2016"),
    ],
)
def test_a_date_is_as_precise_as_it_is_shown(number_format, text):
    assert one(datetime.date(2016, 9, 26), number_format) == text


@pytest.mark.parametrize(
    "number_format", ['m"月"d"日"', "d-mmm", "m/d", "mmmm", "d", "h:mm", "yyyy d", "dddd"]
)
def test_a_date_that_is_shown_without_its_year_or_month_is_refused(number_format):
    def change(workbook):
        workbook["policies"]["B2"].number_format = number_format

    found = problem(xlsx_file(change, policies=[["slug", "date"], ["a", datetime.date(2016, 9, 26)]]))
    assert found.column == "date"
    assert found.message.startswith("Cell B2 shows a date without its year or month")


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ('m"月"d"日"', "9月26日"),
        ('"截至"yyyy"年"m"月"', "截至2016年9月"),
        ("yyyy/m/d", "2016/9/26"),
        ("mm-dd-yy", "2016-09-26"),  # the system's date format, which no file contains
    ],
)
def test_a_date_in_a_column_of_text_is_what_its_cell_shows(number_format, text):
    assert one(datetime.date(2016, 9, 26), number_format, "title") == text


def test_a_date_with_words_of_its_own_keeps_them():
    assert one(datetime.date(2016, 9, 26), '"约"yyyy"年"') == "约2016年"


@pytest.mark.parametrize(("number", "text"), [(57, "2016-09"), (31, "2016-09-26"), (14, "2016-09-26")])
def test_the_chinese_date_formats_that_have_only_a_number_are_known(number, text):
    assert cells(of_format_number(number))[0]["date"] == text


@pytest.mark.parametrize("number", [28, 29, 51, 53, 54, 58])
def test_the_chinese_date_formats_without_a_year_are_known_too(number):
    assert problem(of_format_number(number)).message.startswith("Cell B2 shows a date without its year")


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [(0.95, "0%", "95%"), (2000, '#,##0"亿元"', "2,000亿元"), (7, "000", "007"), (0.1 + 0.2, "General", "0.3"),
     ("甲", '@"级"', "甲级"), ("甲", "@", "甲"), ("甲", "0.00", "甲"), (2013, "@", "2013")],
)  # fmt: skip
def test_a_number_is_read_as_its_cell_shows_it(value, number_format, text):
    assert one(value, number_format, "title") == text


def test_a_number_whose_text_cannot_be_told_is_refused_with_its_cell_and_format():
    def change(workbook):
        workbook["goals"]["B2"].number_format = "[DBNum1]0%"

    found = problem(xlsx_file(change, goals=[["slug", "indicator"], ["a", 0.95]]))
    assert (found.column, found.value) == ("indicator", "0.95")
    assert "cell B2" in found.message
    assert "its format [DBNum1]0%" in found.message


@pytest.mark.parametrize("value", [0.2, "甲"])
def test_what_a_format_hides_is_refused(value):
    def change(workbook):
        workbook["policies"]["B2"].number_format = ";;;"

    assert "its format ;;;" in problem(xlsx_file(change, policies=[["slug", "title"], ["a", value]])).message


def test_a_number_longer_than_a_spreadsheet_keeps_is_refused():
    assert (
        "more than 15 digits"
        in problem(xlsx_file(policies=[["slug", "title"], ["a", 330200199001011234]])).message
    )


@pytest.mark.parametrize(
    ("number_format", "value"), [('"第"0"批"', 1), ("000", 1), ("0.00", 1), ("#,##0", 1000)]
)
def test_a_column_of_numbers_takes_the_number_whatever_stands_around_it(number_format, value):
    def change(workbook):
        workbook["pilot_designations"]["B2"].number_format = number_format

    content = xlsx_file(change, pilot_designations=[["slug", "batch"], ["a", value]])
    assert cells(content)[0]["batch"] == str(value)


@pytest.mark.parametrize(
    ("table", "column", "number_format", "value", "shown"),
    [
        ("policies", "provisional", '"否";;"是"', 1, "否"),
        ("policies", "provisional", '"是";;"否"', 2, "是"),
        ("pilot_designations", "batch", "#,##0,", 2000, "2"),
        ("pilot_designations", "batch", "0", 1.5, "2"),
        ("pilot_designations", "batch", '"第"0"批"0', 12, "第1批2"),
        ("pilot_designations", "batch", '"二"', 1, "二"),
    ],
)
def test_a_column_of_numbers_or_of_yes_and_no_takes_no_number_that_its_cell_shows_as_another(
    table, column, number_format, value, shown
):
    def change(workbook):
        workbook[table]["B2"].number_format = number_format

    found = problem(xlsx_file(change, **{table: [["slug", column], ["a", value]]}))
    assert (found.column, found.value) == (column, str(value))
    assert f"Cell B2 shows “{shown}” and holds {value}." in found.message


@pytest.mark.parametrize(
    ("number_format", "value"), [('"是";;"否"', 1), ('"是";;"否"', 0), ('"yes";;"no"', 1), ("General", 0)]
)
def test_a_column_of_yes_and_no_takes_a_number_that_its_cell_shows_as_the_same(number_format, value):
    def change(workbook):
        workbook["policies"]["B2"].number_format = number_format

    content = xlsx_file(change, policies=[["slug", "provisional"], ["a", value]])
    assert cells(content)[0]["provisional"] == str(value)


def test_a_date_is_no_whole_number():
    def change(workbook):
        workbook["pilot_designations"]["B2"].number_format = "yyyy"

    found = problem(xlsx_file(change, pilot_designations=[["slug", "batch"], ["a", 42639]]))
    assert (found.value, "formatted as a date" in found.message) == ("2016", True)


@pytest.mark.parametrize("value", [60, 60.5, -1, -0.5, -42639])
@pytest.mark.parametrize("column", ["date", "title"])
def test_a_number_that_no_calendar_has_is_no_date(value, column):
    def change(workbook):
        workbook["policies"]["B2"].number_format = "yyyy-mm-dd"

    found = problem(xlsx_file(change, policies=[["slug", column], ["a", value]]))
    assert (found.column, "but its value is none" in found.message) == (column, True)


def test_the_days_before_and_after_the_one_that_never_was_are_dates():
    assert [one(value, "yyyy-mm-dd") for value in (59, 61)] == ["1900-02-28", "1900-03-01"]


def test_a_percentage_is_no_whole_number():
    def change(workbook):
        workbook["pilot_designations"]["B2"].number_format = "0%"

    assert cells(xlsx_file(change, pilot_designations=[["slug", "batch"], ["a", 1]]))[0]["batch"] == "100%"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [(2016.1, "General", "2016.1"), (2016.1, "0.00", "2016.1"), (2016.11, "0.00", "2016.11"), (2016, '0"年"', "2016年"),
     (201609, "0000-00", "2016-09")],
)  # fmt: skip
def test_a_number_in_a_column_of_dates_is_never_made_another_month(value, number_format, text):
    assert one(value, number_format) == text


def test_a_time_of_day_is_not_dropped():
    assert one(datetime.datetime(2016, 9, 26, 10, 30), "yyyy-mm-dd hh:mm") == "2016-09-26 10:30:00"
    assert one(datetime.datetime(2016, 9, 26), "yyyy-mm-dd hh:mm") == "2016-09-26"


@pytest.mark.parametrize(
    ("value", "text"),
    [(2013, "2013"), (2013.0, "2013"), (2013.5, "2013.5"), (42639, "42639"), ("2013", "2013"), ("0123", "0123"),
     (True, "TRUE"), (False, "FALSE"), (" x ", "x"), ("  ", None), (None, None), ("'", ""), ("'=1", "=1")],
)  # fmt: skip
def test_a_cell_that_is_no_date_is_its_text(value, text):
    assert one(value) == text


def test_a_date_that_is_none_is_refused():
    def change(workbook):
        workbook["policies"]["B2"].number_format = "yyyy-mm-dd"

    found = problem(xlsx_file(change, policies=[["slug", "date"], ["a", -5000000]]))
    assert (found.column, found.value) == ("date", "-5000000")


def test_a_formula_without_a_value_is_refused_with_its_cell_and_the_rest_of_the_row_is_read():
    content = xlsx_file(policies=[["slug", "date", "title"], ["a", "=1+1", "b"]])
    rows, (found,) = read_all(Upload("content.xlsx", content))
    assert (found.column, found.value, found.place.row, found.place.line) == ("date", "=1+1", 1, 2)
    assert found.message.startswith(
        "Cell B2 holds a formula without a value. Open the file in the spreadsheet"
    )
    assert [(row.cells, row.unread) for row in rows] == [({"slug": "a", "title": "b"}, {"date"})]


def test_an_error_of_the_spreadsheet_is_refused():
    content = xlsx_file(policies=[["slug", "date"], ["a", "#N/A"]])
    assert problem(content).message == (
        "Cell B2 holds an error of the spreadsheet. Type the value that is meant, or leave the cell empty."
    )

"""XLSX: which sheets are tables, cells with the precision they show, and nothing that acts or hides."""

import datetime
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.xml.constants import SHEET_MAIN_NS

from tests.examples import examples
from tests.files import read_all, replaced, xlsx_file, zipped
from timeline.exchange.escapes import to_cell, to_workbook
from timeline.exchange.readers import Upload, read

pytestmark = pytest.mark.usefixtures("english")

SHEET = "xl/worksheets/sheet1.xml"


def reading(content, name="content.xlsx"):
    return read([Upload(name, content)])


def cells(content, name="content.xlsx"):
    rows, problems = read_all(Upload(name, content))
    assert [str(problem) for problem in problems] == []
    return [row.cells for row in rows]


def problem(content, name="content.xlsx"):
    _, problems = read_all(Upload(name, content))
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def one(value, number_format="General", column="date"):
    """What a single cell of that value and format is read as."""

    def change(workbook):
        workbook["policies"]["B2"].number_format = number_format

    return cells(xlsx_file(change, policies=[["slug", column], ["a", value]]))[0][column]


def test_sheets_named_for_tables_in_either_language_are_read():
    content = xlsx_file(政策=[["网址标识", "题名"], ["a", "甲"]], sources=[["slug"], ["s"]])
    assert [(sheet.file, sheet.table.name) for sheet in reading(content).sheets] == [
        ("content.xlsx/政策", "policies"),
        ("content.xlsx/sources", "sources"),
    ]
    assert cells(content) == [{"slug": "a", "title": "甲"}, {"slug": "s"}]


def test_a_sheet_that_is_no_table_is_left_out_and_told():
    found = reading(xlsx_file(policies=[["slug"], ["a"]], 说明=[["read me"]]))
    assert [str(notice) for notice in found.notices] == [
        "content.xlsx/说明: The sheet is named for no table and was left out."
    ]
    assert len(found.sheets) == 1


def test_a_hidden_sheet_of_choices_is_not_even_told():
    def hide(workbook):
        workbook["lists"].sheet_state = "hidden"

    content = xlsx_file(hide, policies=[["slug"], ["a"]], lists=[["plan"]])
    assert reading(content).notices == []


def test_a_workbook_named_for_a_table_needs_no_name_for_its_only_sheet():
    content = xlsx_file(Sheet1=[["slug"], ["a"]], Sheet2=[])
    assert cells(content, "政策.xlsx") == [{"slug": "a"}]
    assert "There is no table “content”" in problem(content).message


def test_a_workbook_named_for_a_table_with_several_other_sheets_is_refused():
    content = xlsx_file(Sheet1=[["slug"], ["a"]], Sheet2=[["slug"], ["b"]])
    assert "several sheets" in problem(content, "policies.xlsx").message


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
        ("mm-dd-yy", "2016-09-26"),  # in the manner of the machine, which no file tells
    ],
)
def test_a_date_in_a_column_of_text_is_what_its_cell_shows(number_format, text):
    assert one(datetime.date(2016, 9, 26), number_format, "title") == text


def test_a_date_with_words_of_its_own_keeps_them():
    assert one(datetime.date(2016, 9, 26), '"约"yyyy"年"') == "约2016年"


def of_format_number(number):
    content = xlsx_file(policies=[["slug", "date"], ["a", datetime.date(2016, 9, 26)]])
    return replaced(
        content,
        {
            "xl/styles.xml": lambda xml: re.sub(
                b'<xf numFmtId="164"', f'<xf numFmtId="{number}"'.encode(), xml
            )
        },
    )


@pytest.mark.parametrize(("number", "text"), [(57, "2016-09"), (31, "2016-09-26"), (14, "2016-09-26")])
def test_the_chinese_date_formats_that_have_only_a_number_are_known(number, text):
    assert cells(of_format_number(number))[0]["date"] == text


@pytest.mark.parametrize("number", [28, 29, 51, 53, 54, 58])
def test_the_chinese_date_formats_without_a_year_are_known_too(number):
    assert problem(of_format_number(number)).message.startswith("Cell B2 shows a date without its year")


@pytest.mark.parametrize("number", [44, 80])
def test_a_format_that_the_file_does_not_spell_out_is_refused_by_its_number(number):
    found = problem(of_format_number(number))
    assert (found.column, found.value) == ("date", "42639")
    assert f"its format [{number}]" in found.message


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


@pytest.mark.parametrize("address", ["2", "?2"])
def test_a_cell_without_a_column_is_of_no_column(address):
    content = replaced(
        SOUND, {SHEET: lambda xml: xml.replace(b'<c t="s"><v>3', f'<c r="{address}" t="s"><v>3'.encode())}
    )
    assert "damaged" in problem(content).message


def test_the_address_of_a_cell_may_be_in_small_letters():
    content = replaced(SOUND, {SHEET: lambda xml: xml.replace(b'<c t="s"><v>3', b'<c r="b2" t="s"><v>3')})
    assert cells(content) == [{"slug": "a", "title": "b"}]


def test_a_sheet_that_is_not_in_the_workbook_is_named():
    content = xlsx_file(政策=[["slug"], ["a"]], 大事=[["slug"], ["b"]])
    found = problem(replaced(content, {"xl/workbook.xml": lambda xml: xml.replace(b"rId2", b"rId99")}))
    assert str(found).startswith("content.xlsx/大事: The sheet “大事” cannot be read")


def test_a_workbook_of_no_bytes_is_an_empty_file():
    reading = read([Upload("policies.xlsx", b"")])
    assert reading.problems == []
    assert ["the file is empty" in notice.message for notice in reading.notices] == [True]


def test_a_sheet_of_another_kind_of_document_is_no_empty_one():
    content = replaced(SOUND, {SHEET: lambda xml: xml.replace(SHEET_MAIN_NS.encode(), b"urn:another")})
    assert "“policies” is damaged" in problem(content).message


def test_a_workbook_with_nothing_but_a_hidden_sheet_is_not_called_empty():
    def hide(workbook):
        workbook["Sheet1"].sheet_state = "hidden"
        workbook.create_sheet("Sheet2")

    assert "hidden sheets" in problem(xlsx_file(hide, Sheet1=[["slug"], ["a"]]), "政策.xlsx").message


def test_a_workbook_with_nothing_but_a_sheet_of_choices_is_not_called_empty():
    assert "no sheet of content" in str(reading(xlsx_file(选项=[["甲"]])).notices[0])


def test_a_chart_is_left_out_and_told():
    def draw(workbook):
        workbook.create_chartsheet("图")

    assert [str(notice) for notice in reading(xlsx_file(draw, policies=[["slug"], ["a"]])).notices] == [
        "content.xlsx/图: The sheet is a chart or a dialog and was left out."
    ]


def test_a_long_text_that_a_million_cells_share_is_refused():
    began = time.process_time()
    line = b'<row><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>'
    content = with_shared_strings("<t>slug</t>", "<t>title</t>", "<t>a</t>", f"<t>{'长' * 200_000}</t>")
    content = replaced(
        content, {SHEET: lambda xml: xml.replace(b"</sheetData>", line * 20_000 + b"</sheetData>")}
    )
    assert "damaged" in problem(content).message
    assert time.process_time() - began < 3


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


def test_a_formula_is_refused_with_its_cell_and_the_rest_of_the_row_is_read():
    content = xlsx_file(policies=[["slug", "date", "title"], ["a", "=1+1", "b"]])
    rows, (found,) = read_all(Upload("content.xlsx", content))
    assert (found.column, found.value, found.place.row, found.place.line) == ("date", "=1+1", 1, 2)
    assert found.message == "Cell B2 holds a formula. Paste its value instead."
    assert [row.cells for row in rows] == [{"slug": "a", "title": "b"}]


def test_an_error_of_the_spreadsheet_is_refused():
    content = xlsx_file(policies=[["slug", "date"], ["a", "#N/A"]])
    assert problem(content).message == "Cell B2 holds an error of the spreadsheet."


def test_merged_cells_are_refused():
    content = xlsx_file(
        lambda workbook: workbook["policies"].merge_cells("B2:B3"),
        policies=[["slug", "title"], ["a", "b"], ["c", None]],
    )
    assert "B2:B3" in problem(content).message


def test_empty_rows_count_for_nothing_but_every_row_has_the_number_beside_it():
    content = xlsx_file(policies=[[], ["slug"], [], ["a"], [None], ["b"], [None], [" "]])
    rows, problems = read_all(Upload("content.xlsx", content))
    assert problems == []
    assert [(row.cells["slug"], row.place.row, row.place.line) for row in rows] == [("a", 1, 4), ("b", 2, 6)]


def test_a_sheet_is_read_from_its_start_each_time():
    (sheet,) = reading(xlsx_file(policies=[["slug"], ["a"], ["b"]])).sheets
    assert [[row.cells["slug"] for row in sheet] for _time in range(2)] == [["a", "b"]] * 2


def with_shared_strings(*strings):
    """A workbook as Excel writes it, its cells from A1 on being these strings, two in a line."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    lines = "".join(
        f'<row r="{number // 2 + 1}">'
        + "".join(f'<c t="s"><v>{at}</v></c>' for at in (number, number + 1))
        + "</row>"
        for number in range(0, len(strings), 2)
    )
    items = "".join(f"<si>{string}</si>" for string in strings)
    return replaced(
        xlsx_file(policies=[]),
        {
            "[Content_Types].xml": lambda xml: xml.replace(
                b"</Types>",
                f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode(),
            ),
            "xl/sharedStrings.xml": lambda _: f'<sst xmlns="{SHEET_MAIN_NS}">{items}</sst>'.encode(),
            SHEET: lambda xml: re.sub(
                b"<sheetData ?/>|<sheetData></sheetData>", f"<sheetData>{lines}</sheetData>".encode(), xml
            ),
        },
    )


def test_text_in_several_styles_is_one_text_without_its_pronunciation():
    rich = '<r><t>甲</t></r><r><t xml:space="preserve"> 乙</t></r><rPh sb="0" eb="1"><t>jia</t></rPh>'
    content = with_shared_strings("<t>slug</t>", "<t>title</t>", "<t>a</t>", rich)
    assert cells(content) == [{"slug": "a", "title": "甲 乙"}]


def test_what_excel_escapes_is_read():
    content = with_shared_strings("<t>slug</t>", "<t>title</t>", "<t>a</t>", "<t>b_x000A_c_x005F_x000A_</t>")
    assert cells(content) == [{"slug": "a", "title": "b\nc_x000A_"}]


SOUND = with_shared_strings("<t>slug</t>", "<t>title</t>", "<t>a</t>", "<t>b</t>")


@pytest.mark.parametrize(
    ("member", "words"),
    [("xl/vbaProject.bin", "macros"), ("xl/externalLinks/externalLink1.xml", "other workbooks")],
)
def test_what_acts_is_refused(member, words):
    assert words in problem(replaced(SOUND, {member: lambda _: b"<x/>"})).message


@pytest.mark.parametrize("member", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_entities_are_refused_wherever_they_are_declared(member, codec):
    def declare(xml):
        text = xml.decode().replace('encoding="UTF-8"', "")
        text = text.partition("?>")[2] if text.startswith("<?xml") else text
        return ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + text).encode(codec)

    assert "damaged" in problem(replaced(SOUND, {member: declare})).message


@pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a.ods", "a.xlsb"])
def test_workbooks_of_other_kinds_are_refused(name):
    assert "save the workbook as .xlsx" in problem(SOUND, name).message


def test_an_old_workbook_or_one_with_a_password_is_named_for_what_it_is():
    assert (
        ".xls workbook, or one with a password"
        in problem(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600).message
    )


@pytest.mark.parametrize("name", ["policies.csv", "policies.yaml", "policies.json"])
def test_a_workbook_by_another_name_is_refused(name):
    assert "but a workbook" in problem(SOUND, name).message


@pytest.mark.parametrize("content", [b"slug\na\n", b"PK\x03\x04", zipped({"a": b""}), SOUND[:-200]])
def test_what_is_no_workbook_is_refused(content):
    assert problem(content)


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml.replace(b'r="2"', b'r="99999999999999"'),
        lambda xml: xml.replace(b'<c t="s"><v>3', b'<c r="ZZZZZZ2" t="s"><v>3'),
        lambda xml: xml.replace(b'<c t="s"><v>3', b'<c r="ZZ2" s="999999999999" t="s"><v>3'),
        lambda xml: xml.replace(b"</sheetData>", b"<row>" + b"<c/>" * 500_000 + b"</row></sheetData>"),
        lambda xml: xml.replace(b"<v>3</v>", b"<v>99999</v>"),
        lambda xml: xml.replace(b"<v>3</v>", b"<v>" + b"9" * 10_000 + b"</v>"),
        lambda xml: xml[: len(xml) // 2],
        lambda xml: xml.replace(b"<sheetData>", b'<x a="' + b"x" * 9_000_000 + b'"/><sheetData>'),
        lambda xml: b" " * 1_000_000 + xml,
    ],
)  # fmt: skip
def test_a_sheet_that_claims_too_much_is_read_or_refused_at_once(change):
    began = time.process_time()
    rows, problems = read_all(Upload("content.xlsx", replaced(SOUND, {SHEET: change})))
    assert rows or problems
    assert time.process_time() - began < 5


TEXTS = st.text(
    st.characters(blacklist_categories=["Cs", "Cn"], blacklist_characters="\ufffe\uffff")
    | st.sampled_from("=+-@'\n_x0D"),
    max_size=20,
).map(str.strip)


@given(st.lists(TEXTS.filter(bool) | st.none(), min_size=1, max_size=4))
@settings(max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow])
def test_any_text_survives_a_workbook(texts):
    def fill(workbook):
        for number, text in enumerate(texts, 2):
            cell = workbook["policies"].cell(number, 2)
            cell.value = to_workbook(to_cell(text)) or None
            cell.data_type = "s" if cell.value else "n"

    content = xlsx_file(fill, policies=[["slug", "summary"], *(["a"] for _text in texts)])
    assert [row["summary"] for row in cells(content)] == texts

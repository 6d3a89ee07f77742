"""CSV and TSV: headers in any words and order, cells as they stand, the line of every row, and no formula that acts."""

import csv
import io
import tracemalloc

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.files import csv_file, read_all
from timeline.exchange.escapes import FORMULA, from_cell, from_workbook, to_cell, to_workbook
from timeline.exchange.readers import Upload, read
from timeline.exchange.readers.headers import ALIASES, LANGUAGES, column_named, folded, table_named
from timeline.rows import TABLES

pytestmark = pytest.mark.usefixtures("english")


def sheet(text, name="policies.csv"):
    return read_all(Upload(name, text.encode() if isinstance(text, str) else text))


def cells(text, name="policies.csv"):
    rows, problems = sheet(text, name)
    assert [str(problem) for problem in problems] == []
    return [row.cells for row in rows]


def problem(text, name="policies.csv"):
    _, problems = sheet(text, name)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


@pytest.mark.parametrize(
    "header",
    [
        "slug,title,date",
        "网址标识,题名,日期",
        "slug,标题,日期",
        " 网址标识 ,　题 名,ｄａｔｅ",
        "Slug*,标题＊,日期：",
    ],
)
def test_a_column_may_have_any_of_its_names(header):
    assert cells(f"{header}\na,甲,2013\n") == [{"slug": "a", "title": "甲", "date": "2013"}]


def test_the_order_of_columns_does_not_matter():
    assert cells("日期,title,网址标识\n2013,甲,a\n") == [{"slug": "a", "title": "甲", "date": "2013"}]


def test_the_headers_that_were_found_are_told():
    (found,) = read([Upload("policies.csv", "网址标识,文号,发文单位\n".encode())]).sheets
    assert found.headers == {"网址标识": "slug", "文号": "document_number", "发文单位": "issuers"}


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_is_found_by_its_names_on_the_screens(table):
    for name, column in table.columns.items():
        assert column_named(table, name) == name
        for language in LANGUAGES:
            with translation.override(language):
                label = str(column.field.verbose_name)
            assert column_named(table, label) == name, label


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_no_alias_means_two_columns_of_a_table(table):
    seen = {}
    for name in table.columns:
        for alias in ALIASES.get(name, ()):
            assert seen.setdefault(folded(alias), name) == name, alias


def test_every_alias_is_of_a_column_that_there_is():
    assert set(ALIASES) <= {name for table in TABLES.values() for name in table.columns}


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("政策", "policies"),
        ("Policies", "policies"),
        ("政策-2024", "policies"),
        ("pilot designations", "pilot_designations"),
        ("试点", "pilot_designations"),
        ("大事记", "milestones"),
        ("引用", "citations"),
        ("nothing", None),
        ("", None),
    ],
)
def test_a_table_is_found_by_its_name_in_english_or_chinese(name, table):
    found = table_named(name)
    assert (found.name if found else None) == table


def test_an_unknown_column_is_named_with_the_nearest():
    found = problem("slug,titel\na,b\n")
    assert (found.column, found.place.line) == ("titel", 1)
    assert "perhaps “title” is meant" in found.message


def test_an_unknown_chinese_column_is_named_with_the_nearest():
    assert "perhaps “发文机关” is meant" in problem("slug,发文几关\na,b\n").message


def test_a_sheet_without_the_column_that_identifies_its_rows_is_refused_whole():
    reading = read([Upload("policies.csv", b"slgu,title\na,b\n")])
    assert reading.sheets == []
    assert reading.unread == {"policies"}
    unknown, missing = reading.problems
    assert "perhaps “slug” is meant" in unknown.message
    assert "“slug（网址标识）” is missing" in missing.message
    assert "perhaps “slgu” is meant" in missing.message


def test_a_citation_needs_no_number_but_what_it_is_for_and_its_source():
    assert cells("entry,source\na,b\n", "citations.csv") == [{"entry": "a", "source": "b"}]
    assert "“source（来源）” is missing" in problem("entry,locator\na,b\n", "citations.csv").message


@pytest.mark.parametrize("header", ["slug,title,title", "slug,标题,题名", "slug,title,名称"])
def test_a_column_that_stands_twice_is_named(header):
    assert "twice" in problem(f"{header}\na,b,c\n").message


def test_what_is_nested_in_other_formats_has_a_sheet_of_its_own():
    assert "named citations" in problem("slug,引用\na,b\n").message


def test_a_column_without_header_and_cells_is_ignored():
    assert cells("slug,,title,,\na,,b,,\n") == [{"slug": "a", "title": "b"}]


def test_a_cell_without_a_header_is_named_by_its_place():
    found = problem("slug,,title\na,b,c\n")
    assert (found.column, found.value, found.place.row, found.place.line) == ("B", "b", 1, 2)
    assert problem("slug,title\na,b,c\n").column == "C"


def test_an_empty_cell_is_none_and_a_missing_column_is_not_there():
    assert cells("slug,title,date\na,,2013\nb,x\n") == [
        {"slug": "a", "title": None, "date": "2013"},
        {"slug": "b", "title": "x", "date": None},
    ]


def test_a_single_apostrophe_is_empty_text():
    assert cells("slug,title\na,'\n") == [{"slug": "a", "title": ""}]


def test_many_references_stay_as_they_were_written_for_the_column_to_part():
    assert cells("slug,topics\na,x；y、z\n") == [{"slug": "a", "topics": "x；y、z"}]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("name", ["policies.csv", "policies.tsv"])
def test_the_delimiter_is_found(delimiter, name):
    content = csv_file([["slug", "标题"], ["a", "一,二;三\t四"]], delimiter)
    assert cells(content, name) == [{"slug": "a", "title": "一,二;三\t四"}]


def test_excel_may_say_which_delimiter_follows():
    assert cells("sep=;\r\nslug;title\r\na;b\r\n") == [{"slug": "a", "title": "b"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_row_has_the_line_it_begins_in(end):
    text = end.join(["slug,summary", 'a,"one', 'two"', "", "b,three", ",", "c,"]) + end
    rows, problems = sheet(text)
    assert problems == []
    assert [(row.cells["slug"], row.place.row, row.place.line) for row in rows] == [
        ("a", 1, 2),
        ("b", 2, 5),
        ("c", 3, 7),
    ]
    assert rows[0].cells["summary"] == f"one{end}two"


@pytest.mark.parametrize("text", ["", "\n\n", "slug,title\n"])
def test_a_sheet_without_rows_has_nothing_wrong(text):
    assert sheet(text) == ([], [])


def test_a_sheet_is_read_from_its_start_each_time():
    (found,) = read([Upload("policies.csv", b"slug\na\nb\n")]).sheets
    first, second = iter(found), iter(found)
    assert next(first).cells == next(second).cells == {"slug": "a"}
    assert [row.cells["slug"] for row in found] == ["a", "b"]


def test_a_sheet_is_not_held_while_it_is_read(tmp_path):
    path = tmp_path / "policies.csv"
    path.write_text("slug,title\n" + "a,宁波市人民政府关于推进大数据发展的实施意见\n" * 20_000)  # 1.3 MB
    tracemalloc.start()
    (found,) = read([path]).sheets
    read([path])  # the names of columns are made once
    tracemalloc.reset_peak()
    before, _peak = tracemalloc.get_traced_memory()
    assert sum(1 for row in found) == 20_000
    _after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - before < 200_000


def test_an_open_file_is_read_from_its_start_each_time():
    (found,) = read([Upload("policies.csv", io.BytesIO(b"slug\n" + b"a\n" * 20_000))]).sheets
    assert [sum(1 for row in found), sum(1 for row in found)] == [20_000, 20_000]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('slug,title\na,b\nc,"d\n', 3, "never closed"),
        ('slug,title\na,b\nc,"d"e"\n', 3, "doubled"),
        ("slug,title\na,b\nc," + "x" * 1_000_001, 3, "longer than"),
        ("slug,title\na,b\nc," + "x," * 2_000_001, 3, "longer than"),
        ('"slug,title\na,b', 1, "never closed"),
    ],
    ids=["open", "within", "long cell", "long line", "header"],
)
def test_broken_quotation_is_a_problem_of_its_line(text, line, words):
    rows, (found,) = sheet(text)
    assert (found.place.line, len(rows)) == (line, line // 3)
    assert words in found.message


def test_a_header_of_very_many_columns_is_refused_at_once():
    assert (
        "more than 200 columns" in problem(",".join(f"column {number}" for number in range(100_000))).message
    )


def test_a_file_of_no_table_is_refused():
    assert "perhaps “policies” is meant" in problem("slug\na\n", "polices.csv").message


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'", "''", "'=1", "'tis", ""])
def test_text_survives_the_cell(text):
    assert from_cell(to_cell(text)) == text


def test_no_cell_begins_like_a_formula():
    assert all(to_cell(sign + "x")[0] == "'" for sign in FORMULA)
    assert to_cell("x=1") == "x=1"


def test_exactly_one_apostrophe_is_taken_away_and_only_before_what_was_escaped():
    assert [from_cell(cell) for cell in ("'=1", "''=1", "'tis", "''tis", "'", "''", "")] == [
        "=1", "'=1", "'tis", "'tis", "", "'", None,
    ]  # fmt: skip


@given(st.none() | st.text(alphabet="=+-@\t\r'ab甲", max_size=6) | st.text())
def test_any_text_survives_the_cell_and_none_stays_apart_from_empty(text):
    cell = to_cell(text)
    assert from_cell(cell) == text
    assert not cell.startswith(tuple(FORMULA))


@given(st.text(alphabet="_x005FDd\r\n\x07a", max_size=30) | st.text())
def test_any_text_survives_the_xml_of_a_workbook(text):
    assert from_workbook(to_workbook(text)) == text


WORDS = st.text(
    st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from("\n\"',;\t=+-@"), max_size=20
).map(str.strip)


@given(st.lists(WORDS.filter(bool) | st.none(), min_size=1, max_size=5), st.sampled_from(",;\t"))
def test_any_text_survives_a_csv_file(texts, delimiter):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["slug", "summary"])
    writer.writerows(("a", to_cell(text)) for text in texts)
    assert [row["summary"] for row in cells(file.getvalue().encode("utf-8-sig"))] == texts


@pytest.mark.parametrize("serial", ["序号", "编号", "No.", "NO", "№", "ID", "＃", "序 号", "行号"])
def test_a_column_of_serial_numbers_is_proposed_for_nothing(serial):
    _, problems = read_all(Upload("policies.csv", f"{serial},title\n1,甲\n".encode()))
    assert len(problems) == 2
    assert not any("perhaps" in problem.message for problem in problems)


def test_a_column_of_numbers_that_the_table_has_is_no_serial_number():
    rows, problems = read_all(Upload("citations.csv", "条目,来源,编号\na,b,2\n".encode()))
    assert problems == []
    assert rows[0].cells["number"] == "2"

"""Headers: tables and columns under any of their names; unknown ones are refused with a suggestion."""

import pytest
from django.utils import translation

from tests.files import cells_of, problem_of, read_all
from timeline.exchange.readers.headers import ALIASES, LANGUAGES, find_column, find_table, normalized_header
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.usefixtures("english")


def cells(text, name="policies.csv"):
    return cells_of(name, text)


def problem(text, name="policies.csv"):
    return problem_of(name, text)


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
        assert find_column(table, name) == name
        for language in LANGUAGES:
            with translation.override(language):
                label = str(column.field.verbose_name)
            assert find_column(table, label) == name, label


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_no_alias_means_two_columns_of_a_table(table):
    seen = {}
    for name in table.columns:
        for alias in ALIASES.get(name, ()):
            assert seen.setdefault(normalized_header(alias), name) == name, alias


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
        ("政策(1)", "policies"),
        ("政策 (2)", "policies"),
        ("政策（终稿）", "policies"),
        ("政策20240501", "policies"),
        ("政策-副本", "policies"),
        ("“政策”的副本", "policies"),
        ("Copy of policies", "policies"),
        ("2024-05-01 政策", "policies"),
        ("assessment_citations_2", "assessment_citations"),
        ("nothing", None),
        ("2015年", None),
        ("(1)", None),
        ("", None),
    ],
)
def test_a_table_is_found_by_its_name_in_english_or_chinese(name, table):
    found = find_table(name)
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
    assert reading.unread_tables == {"policies"}
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


def test_a_header_of_very_many_columns_is_refused_at_once():
    assert (
        "more than 200 columns" in problem(",".join(f"column {number}" for number in range(100_000))).message
    )


def test_a_file_of_no_table_is_refused():
    assert "perhaps “policies” is meant" in problem("slug\na\n", "polices.csv").message


@pytest.mark.parametrize("serial", ["序号", "编号", "No.", "NO", "№", "ID", "＃", "序 号", "行号"])
def test_a_column_of_serial_numbers_is_proposed_for_nothing(serial):
    _, problems = read_all(Upload("policies.csv", f"{serial},title\n1,甲\n".encode()))
    assert len(problems) == 2
    assert not any("perhaps" in problem.message for problem in problems)


def test_a_column_of_numbers_that_the_table_has_is_no_serial_number():
    rows, problems = read_all(Upload("citations.csv", "条目,来源,编号\na,b,2\n".encode()))
    assert problems == []
    assert rows[0].cells["number"] == "2"


def test_what_has_no_status_has_no_such_column(tmp_path):
    (tmp_path / "citations.csv").write_text("entry,source,status\na,b,x\n")
    assert [problem.column for problem in read_all(tmp_path / "citations.csv")[1]] == ["status"]


@pytest.mark.parametrize("name", ["wording", "原文表述"])
@pytest.mark.parametrize("table", [table for table in TABLES if table.endswith("citations")])
def test_the_wording_of_former_files_is_a_remark(table, name):
    assert find_column(TABLES[table], name) == "remark"

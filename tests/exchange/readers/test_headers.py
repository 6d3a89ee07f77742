"""Headers: tables and columns under any of their names; unknown ones are refused with a suggestion."""

import pytest
from django.utils import translation

from tests.files import cells_of, problem_of, read_all
from timeline.exchange.readers.headers import (
    LANGUAGES,
    column_label,
    find_column,
    find_table,
    stem_of_versions,
    unknown_column,
    unknown_table,
)
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


def test_a_file_of_no_table_is_refused():
    assert "perhaps “policies” is meant" in problem("slug\na\n", "polices.csv").message


def test_a_column_of_numbers_that_the_table_has_is_no_serial_number():
    rows, problems = read_all(Upload("citations.csv", "条目,来源,编号\na,b,2\n".encode()))
    assert problems == []
    assert rows[0].cells["number"] == "2"


def test_the_only_authority_of_former_files_is_one_of_the_authorities():
    assert find_column(TABLES["pilot_designations"], "authority") == "authorities"


@pytest.mark.parametrize("name", ["wording", "原文表述"])
@pytest.mark.parametrize("table", [table for table in TABLES if table.endswith("citations")])
def test_the_wording_of_former_files_is_a_remark(table, name):
    assert find_column(TABLES[table], name) == "remark"


@pytest.mark.parametrize(
    ("header", "column"),
    [
        *[(name, "issued") for name in ("发文日期", "发文时间", "成文时间", "印发日期")],
        *[(name, "published_on") for name in ("发布日期", "颁布日期", "公布日期")],
        *[(name, "issuers") for name in ("发文部门", "印发单位", "主办单位", "发布机构", "发文单位")],
        *[(name, "document_number") for name in ("文号", "发布文号", "发文文号", "文件编号")],
        *[(name, "official_url") for name in ("链接地址", "原文链接", "官方网址")],
        *[(name, None) for name in ("序号", "编号", "索引号", "主题词", "起草单位", "备注")],
    ],
)
def test_tables_of_policies_have_headers_of_many_names(header, column):
    assert find_column(TABLES["policies"], header) == column


def test_the_host_of_a_milestone_takes_part_in_it():
    assert find_column(TABLES["milestones"], "主办单位") == "organizations"


def test_columns_are_called_by_their_labels_with_the_names_of_files_behind():
    policies = TABLES["policies"]
    assert column_label(policies, "title") == "title"
    assert column_label(policies, "official_url") == "official text (official_url)"
    assert column_label(policies, "relations") == "relations between policies (relations)"


def test_tables_are_called_by_their_labels_in_the_language_of_the_page():
    with translation.override("zh-hans"):
        assert "政策" in unknown_table("policy list")
        assert "大事" in unknown_table("policy list")


def test_an_unknown_table_is_named_with_the_nearest_in_either_language():
    assert "perhaps “政策” is meant" in unknown_table("政策汇总表")


def test_of_many_columns_the_nearest_are_listed():
    message = unknown_column(TABLES["policies"], "issued_by")
    assert "perhaps “issued” is meant" in message
    listed = message.partition("Columns with similar names are: ")[2]
    assert listed.startswith("date of the document (issued), issuers, ")
    assert len(listed.partition(".")[0].split(", ")) == 8
    assert "All 28 are in “Content file format”." in message


def test_columns_in_english_are_listed_only_where_the_nearest_is_one():
    assert "_en" not in unknown_column(TABLES["site"], "titel")
    message = unknown_column(TABLES["site"], "titel_en")
    assert "perhaps “title_en” is meant" in message


def test_few_columns_are_all_listed():
    message = unknown_column(TABLES["relations"], "x")
    for column in TABLES["relations"].columns:
        assert column_label(TABLES["relations"], column) in message


@pytest.mark.parametrize(
    "name", ["汇总.xlsx", "汇总（改）.xlsx", "汇总 (1).csv", "汇总 - 副本.xlsx", "汇总-导入问题.xlsx"]
)
def test_the_versions_of_a_file_have_one_stem(name):
    assert stem_of_versions(name) == "汇总"


@pytest.mark.parametrize("name", ["汇总2.xlsx", "汇总2023.xlsx", "汇总（2023年）.xlsx", "2023年汇总.xlsx"])
def test_the_next_file_is_no_version_of_the_former(name):
    assert stem_of_versions(name) != "汇总"

"""Files from other programs, in tests/data/cases: read as they are meant, or refused with a clear message."""

import time
import warnings

import pytest

from tests.factories import ROOT, make_organization, make_policy
from tests.files import csv_file, json_file, read_all, xlsx_file
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read
from timeline.models import Milestone, Policy
from timeline.rows.tables import TABLES
from timeline.values.document_numbers import DocumentNumber

CASES = ROOT / "tests" / "data" / "cases"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def files(case):
    (folder,) = CASES.glob(f"{case}-*")
    return sorted(folder.iterdir())


def rows(case):
    found, problems = read_all(*files(case))
    assert [str(problem) for problem in problems] == []
    return [row.cells for row in found]


def problems(case):
    return [str(problem) for problem in import_files(files(case)).problems]


# By row, what the date of the case is kept as, or what is said of it.
DATES = {
    0: "2016-09-26",
    1: "2016-09-26",
    2: "2016-09-26",
    3: "2016-09-26",
    4: "2016-09",
    5: "2016-09",
    6: "There is no month 00",
    7: "“Sep” is a month in English.",
    8: "“Sep” is a month in English.",
    9: "In “9/26/2016” it is not certain",
    10: "In “26.09.2016” it is not certain",
    11: "“施行” is no part of a date.",
    12: "2016（2016年底）",
    13: "2016（2016年初）",
    14: "In “16-9-26” it is not certain",
    15: "2016-09-26",
    16: "“+2016-00-00T00:00:00Z” is not a date.",
    17: "2016-09-21/2016-09-30（2016年9月下旬）",
    18: "There is no day 31 in 2016-09",
    19: "“民国” counts years in another way.",
    20: "“2016、2017” names several dates.",
    # Signs for empty cells.
    **dict.fromkeys(range(21, 25), "None"),
    25: "2016-09/2016-10",
    26: "There is no day 00 in 1900-01",
}
# The same of document numbers.
NUMBERS = {
    **dict.fromkeys(range(6), "None"),
    **dict.fromkeys(range(6, 10), "甬政发〔2016〕10号"),
    10: "甬政办发〔2016〕10号",
    11: "The year of “甬政发2016 10号” has no brackets.",
    12: "“甬政发〔16〕10号” shortens the year.",
    13: "市政府令第200号",
}


def read_or_refused(column, cell):
    """What the cell is kept as, or what is said of it."""
    try:
        value = column.read(cell)
        if isinstance(value, DocumentNumber):
            value.check_standard()
    except ValueError as refusal:
        return str(refusal)
    return str(value)


@pytest.mark.parametrize(
    ("case", "name", "expected"), [("27", "issued", DATES), ("29", "document_number", NUMBERS)]
)
def test_dates_and_numbers_are_read_as_sources_write_them_or_each_mistake_has_its_sentence(
    case, name, expected
):
    column = TABLES["policies"].columns[name]
    for number, cells in enumerate(rows(case)):
        assert expected[number] in read_or_refused(column, cells[name]), number
    said = [problem.message for problem in import_files(files(case)).problems]
    assert len(said) == sum(" " in text for text in expected.values())


@pytest.mark.parametrize("case", ["01", "28"])
def test_a_month_that_a_spreadsheet_may_have_shortened_is_refused_with_both_that_it_may_be(case):
    found = problems(case)
    assert found
    assert all("2016.1 may be January or October" in problem for problem in found)
    assert all("Write 2016-01 or 2016-10." in problem for problem in found)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("milestones.csv", csv_file([["slug", "title", "date"], ["a", "甲", "2016.1"]])),
        ("milestones.tsv", csv_file([["slug", "title", "date"], ["a", "甲", " 2016.1 "]], "\t")),
        ("milestones.yaml", b"- {slug: a, title: A, date: 2016.10}\n- {slug: b, title: B, date: 2016.1}"),
        ("milestones.json", json_file([{"slug": "a", "title": "甲", "date": 2016.1}])),
        ("milestones.xlsx", xlsx_file(milestones=[["slug", "title", "date"], ["a", "甲", 2016.1]])),
        ("milestones.xlsx", xlsx_file(milestones=[["slug", "title", "date"], ["a", "甲", "2016.1"]])),
        (
            "content.json",
            json_file(
                [{"model": "timeline.milestone", "fields": {"slug": "a", "title": "甲", "date": 2016.1}}]
            ),
        ),
    ],
    ids=["csv", "tsv", "yaml", "json", "number", "text", "fixture"],
)
def test_no_file_of_any_kind_makes_january_of_october(name, content):
    (problem,) = import_files([Upload(name, content)]).problems
    assert problem.column == "date"
    assert problem.value == "2016.1"
    assert "2016.1 may be January or October" in problem.message


@pytest.mark.parametrize(
    ("text", "date"),
    [("2016.10", "2016-10"), ("2016.11", "2016-11"), ("2016.2", "2016-02"), ("2016.01", "2016-01"),
     ("2010.9", "2010-09"), ("2010.9.15", "2010-09-15"), ("2016.1.5", "2016-01-05")],
)  # fmt: skip
def test_a_date_with_points_that_can_be_only_one_is_read(text, date):
    report = import_files([Upload("milestones.csv", f"slug,title,date\na,甲,{text}".encode())])
    assert report.problems == []
    assert str(Milestone.objects.get().date) == date


def test_numbers_are_read_as_their_cells_show_them():
    assert [row["indicator"] for row in rows("02")] == ["95%", "2,000亿元", "98.5%", "20Mbps", "007"]


def test_a_workbook_saved_as_strict_open_xml_is_read_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert rows("03") == [
            {
                "slug": "strict-a",
                "title": "关于建设智慧城市的决定",
                "document_type": "决定",
                "document_number": "甬党〔2010〕14号",
                "issued": "2010-09-10",
            }
        ]


@pytest.mark.parametrize(
    ("case", "titles"),
    [("12d", ["关于反斜杠的意见"]), ("14b", ["关于共享字符串的意见"])],
)
def test_parts_are_found_whatever_the_case_and_the_slashes_of_their_names(case, titles):
    assert [row["title"] for row in rows(case)] == titles


def test_no_sheet_of_several_is_lost():
    assert [sheet.table.name for sheet in read(files("14e")).sheets] == ["policies", "milestones"]


def test_a_day_counts_from_the_first_day_of_its_own_workbook():
    assert {row["issued"] for row in rows("04")} == {"2016-09-26", "42639"}
    import_files(files("04"))
    assert {str(policy.issued) for policy in Policy.objects.all()} == {"2016-09-26"}


def test_a_day_and_a_month_gain_no_year():
    (problem,) = problems("05a")
    assert "value “9月26日”: Cell E2 shows a date without its year" in problem


def test_a_title_of_question_marks_is_refused_as_damaged():
    (problem,) = problems("23")
    assert "column 题名, value “??????????”: The text is nothing but question marks" in problem


def test_texts_lose_what_nobody_sees():
    assert import_files(files("09b")).problems == []
    assert {policy.title for policy in Policy.objects.all()} == {
        "关于 丙的意见",
        "关于庚的ＡＢＣ意见（试行）",
        "关于  双空格 的意见",
    }


@pytest.mark.parametrize(
    "header", ["网址\n标识", "网址\r\n标识", "\ufeff网址标识", "网址\u200b标识", " 网 址 标 识 "]
)
def test_headers_are_known_and_shown_without_what_nobody_sees(header):
    for name, content in (
        ("政策.csv", csv_file([[header, "题\n名", "文\n种"], ["A", "甲", "意\n见\n书"]])),
        ("政策.xlsx", xlsx_file(政策=[[header, "题\n名", "文\n种"], ["A", "甲", "意\n见\n书"]])),
    ):
        found = [str(problem) for problem in import_files([Upload(name, content)]).problems]
        assert len(found) == 2
        assert "column 文 种, value “意 见 书”" in found[1]
        assert not any("\ufffd" in problem or "\n" in problem for problem in found)


def test_aliases_that_stand_for_millions_of_values_are_refused_at_once():
    began = time.process_time()
    (problem,) = problems("41e")
    assert "The aliases of this file (*t) stand for more than is read" in problem
    assert time.process_time() - began < 1


def test_a_reference_by_title_is_told_the_slug():
    make_organization(slug="ningbo-government", title="宁波市人民政府")
    make_organization(slug="cpc-ningbo", title="中共宁波市委")
    assert problems("71") == [
        "政策.csv, row 1 (line 2), column 发文机关, value “宁波市人民政府”: "
        "“宁波市人民政府” is the title of the organization ningbo-government; write that slug.",
        "政策.csv, row 2 (line 3), column 发文机关, value “中共宁波市委”: "
        "“中共宁波市委” is the title of the organization cpc-ningbo; write that slug.",
        "政策.csv, row 3 (line 4), column 发文机关, value “Ningbo-Government”: "
        "There is no organization “Ningbo-Government” (perhaps “ningbo-government” is meant).",
    ]


def test_bare_numbers_as_slugs_are_warned_of():
    report = import_files(files("72"))
    assert report.problems == []
    (notice,) = report.notices
    assert str(notice).startswith("政策.csv: The slugs of new records are bare numbers: 1, 2.")


def test_a_policy_that_is_there_under_another_slug_is_warned_of_and_imported():
    make_policy(
        slug="big-data-opinion",
        title="宁波市人民政府关于推进大数据发展的实施意见",
        date="2016-09-26",
        document_number="甬政发〔2016〕98号",
    )
    report = import_files(files("77"))
    assert report.problems == []
    assert Policy.objects.count() == 4
    assert [str(notice) for notice in report.notices] == [
        "政策.csv, row 1 (line 2): Perhaps a duplicate: “宁波市人民政府关于推进大数据发展的实施意见” "
        "(slug “big-data-opinion”) is there already and has the same document number, title. If it is the same, write its slug.",
        "政策.csv, row 3 (line 4): Perhaps a duplicate: the row “关于建设智慧城市的决定” (slug “dup-y”) of this "
        "import has the same document number, title.",
    ]

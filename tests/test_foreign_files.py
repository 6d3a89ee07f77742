"""Files as other people's programs write them, in tests/data/cases: read as they are meant, or refused by name."""

import warnings
from pathlib import Path

import pytest

from tests.files import csv_file, json_file, read_all, xlsx_file
from timeline.exchange.importing import import_files
from timeline.exchange.readers import Upload, read
from timeline.models import Milestone, Policy

CASES = Path(__file__).parent / "data" / "cases"

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

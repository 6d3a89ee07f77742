"""CSV, YAML and JSON of other programs, in tests/data/cases: read as they are meant, or every fault named at once."""

import pytest

from tests.factories import ROOT
from tests.files import read_all
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.models import Policy

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


def test_a_broken_quotation_mark_hides_its_own_row_alone():
    (problem,) = problems("26")
    assert problem.startswith("政策.csv (line 3): A quotation mark stands within a cell")
    found, _problems = read_all(*files("26"))
    assert [row.cells["title"] for row in found] == ['关于"互联网+"行动的意见']


def test_what_is_wrong_behind_a_broken_quotation_mark_is_said_in_the_same_round():
    (path,) = files("26")
    text = path.read_text(encoding="utf-8") + "q-c,关于丙的意见,意见,,someday\nq-d,,意见,,2016\n"
    found = import_files([Upload("政策.csv", text.encode())]).problems
    assert sorted((one.place.line, one.column) for one in found) == [(3, ""), (4, "成文日期"), (5, "题名")]


def test_a_merge_key_is_read():
    assert rows("40") == [
        {
            "slug": f"ym-{letter}",
            "title": f"关于{name}的意见",
            "document_type": "opinions",
            "issuers": issuers,
        }
        for letter, name, issuers in (
            ("a", "甲", ["ningbo-government"]),
            ("b", "乙", ["ningbo-government"]),
            ("c", "丙", ["ningbo-government"]),
        )
    ]


def test_a_tag_that_makes_another_value_is_refused():
    (problem,) = problems("42b")
    assert "The tag !!binary asks for another value" in problem


def test_documents_of_one_file_are_read_one_after_another():
    assert [row["slug"] for row in rows("43")] == ["md-a", "md-b"]
    assert problems("43") == []
    assert Policy.objects.count() == 2


def test_a_whole_number_may_be_written_as_a_float():
    assert not any("batch" in problem for problem in problems("55"))


def test_headers_of_other_offices_are_known_and_those_that_are_not_are_named_with_no_wrong_proposal():
    found = import_files(files("73")).problems
    assert [(one.column, one.message.split(". ")[0]) for one in found] == [
        ("发布文号", "The column stands twice: as “文号” and as “发布文号”."),
        ("发文部门", "The column stands twice: as “印发单位” and as “发文部门”."),
        ("索引号", "There is no such column"),
        ("主题词", "There is no such column (perhaps “主题” is meant)"),
    ]

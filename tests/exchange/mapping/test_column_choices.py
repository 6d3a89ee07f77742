"""Words in columns of choices that are none of them."""

import pytest

from tests.foreign_tables import import_proposed, policies, texts
from timeline.models import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

HEADER = ("文件名称", "文号", "发文日期", "有效性")
ROWS = [
    ["关于甲的通知", "", "2016", "有效"],
    ["关于乙的通知", "", "2016", "有效"],
    ["关于丙的通知", "", "2016", "失效"],
    ["关于丁的通知", "", "2016", "现行有效"],
    ["关于戊的通知", "", "2016", "待定"],
]


def asked(report):
    return {one.subject: one for one in report.questions if one.kind == "choice"}


def test_what_a_word_means_is_asked_once_for_all_rows_and_the_usual_meaning_proposed():
    report = import_proposed(policies(*ROWS, header=HEADER))
    questions = asked(report)
    assert {text: (one.answer, one.rows) for text, one in questions.items()} == {
        "有效": ("in_force", 2),
        "失效": ("lapsed", 1),
        "待定": ("", 1),
    }
    assert questions["待定"].text == "What does “待定” in the column “有效性” mean?"
    assert [problem.message for problem in report.problems] == [questions["待定"].text]


def test_the_answers_are_the_values_of_the_rows():
    answers = {"choice:policies.validity:待定": "empty", "choice:policies.validity:失效": "repealed"}
    report = import_proposed(policies(*ROWS, header=HEADER), answers=answers)
    assert texts(report.problems) == []
    values = dict(Policy.objects.values_list("title", "validity"))
    assert [values[row[0]] for row in ROWS] == ["in_force", "in_force", "repealed", "in_force", ""]

"""Questions about a file: answered by one of their choices only."""

import dataclasses

import pytest

from timeline.exchange.mapping.questions import Choice, Question, unanswered
from timeline.exchange.readers.types import FileLocation

QUESTION = Question(
    "date:2016.1",
    "Which date is “2016.1”?",
    "2016.1",
    FileLocation("政策.csv", "policies", 1, 2),
    (Choice("2016-01", "2016-01"), Choice("2016-10", "2016-10")),
)


def test_a_choice_answers_it():
    answered = QUESTION.answered({"date:2016.1": "2016-10"})
    assert (answered.answer, answered.is_answered) == ("2016-10", True)


@pytest.mark.parametrize("answers", [{}, {"date:2016.1": "2016-11"}, {"date:2016.2": "2016-10"}])
def test_anything_else_does_not(answers):
    assert QUESTION.answered(answers) == QUESTION


def test_a_proposal_may_be_taken_as_it_is():
    proposed = dataclasses.replace(QUESTION, answer="2016-01")
    assert unanswered([QUESTION, proposed]) == [QUESTION]


def test_without_an_answer_it_is_a_problem_of_its_row():
    assert QUESTION.problem.place == QUESTION.place
    assert QUESTION.problem.message == QUESTION.text


def test_it_is_the_same_from_the_plain_values_of_a_report():
    assert Question.from_plain(dataclasses.asdict(QUESTION)) == QUESTION

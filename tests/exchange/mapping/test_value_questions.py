"""Questions about cells of numbers, document numbers and yes or no."""

import pytest

from timeline.exchange.mapping.value_questions import may_be_asked_about, readings, value_question
from timeline.exchange.readers.types import FileLocation
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

POLICIES, PILOTS = TABLES["policies"].columns, TABLES["pilot_designations"].columns
NUMBERS = "甬政发〔2020〕1号、甬政办发〔2020〕12号"


def question(column, text, table="policies"):
    place = FileLocation("a.csv", table, 1, 2, {column.name: "原表列名"})
    return value_question(place, column, text, "It cannot be read.")


@pytest.mark.parametrize("name", ["document_number", "provisional", "official_url"])
def test_columns_that_hold_no_text_are_asked_about(name):
    assert may_be_asked_about(POLICIES[name])


@pytest.mark.parametrize("name", ["slug", "title", "summary", "issued", "issuers", "validity"])
def test_texts_dates_references_and_choices_are_not(name):
    assert not may_be_asked_about(POLICIES[name])


@pytest.mark.parametrize(
    ("column", "text", "values"),
    [
        (PILOTS["batch"], "第二批（2021年）", ["2"]),
        (PILOTS["batch"], "第一、二批", ["1", "2"]),
        (PILOTS["batch"], "待定", []),
        (POLICIES["document_number"], NUMBERS, ["甬政发〔2020〕1号", "甬政办发〔2020〕12号"]),
        (POLICIES["provisional"], "部分", ["true", "false"]),
        (POLICIES["official_url"], "见官网", []),
    ],
)
def test_the_readings_of_a_text(column, text, values):
    assert readings(column, text) == values


def test_the_only_number_is_proposed():
    asked = question(PILOTS["batch"], "第2批(2021)", "pilot_designations")
    assert (asked.answer, asked.is_answered) == ("2", False)
    assert asked.text == "“第2批(2021)” in the column “原表列名” is read as 2."


def test_of_several_document_numbers_each_is_a_choice_and_the_cell_may_stay_empty():
    asked = question(POLICIES["document_number"], NUMBERS)
    assert [choice.value for choice in asked.choices] == [
        "甬政发〔2020〕1号",
        "甬政办发〔2020〕12号",
        "empty",
    ]
    assert asked.answer == ""
    assert asked.text.endswith("in the column “原表列名” mean? It cannot be read.")

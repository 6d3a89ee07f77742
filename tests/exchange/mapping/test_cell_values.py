"""Values of cells, and values that are typed as answers."""

import pytest

from tests.factories import make_chronicle
from timeline.exchange.mapping.cell_values import refusal_of, value_choice, value_typed, with_typed
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.readers.types import FileLocation
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.usefixtures("english")

POLICIES = TABLES["policies"].columns
BATCH = TABLES["pilot_designations"].columns["batch"]
DATE = Question(
    "date:policies.issued:年底:甲", "?", "年底", FileLocation("a.csv"), (Choice("empty", "Leave it empty"),)
)


def test_a_value_is_not_refused_and_another_text_is_with_what_would_be_right():
    assert refusal_of(POLICIES["issued"], "2016年底") == ""
    assert "has no year" in refusal_of(POLICIES["issued"], "年底")
    assert "not a whole number" in refusal_of(BATCH, "第二批（2021年）")


@pytest.mark.django_db
@pytest.mark.parametrize(("accepts", "is_refused"), [(False, True), (True, False)])
def test_a_number_of_another_system_is_refused_unless_the_chronicle_accepts_it(accepts, is_refused):
    make_chronicle(other_document_numbers=accepts)
    assert bool(refusal_of(POLICIES["document_number"], "2016-A-3")) == is_refused


def test_a_choice_has_the_value_as_it_is_stored_and_in_words():
    assert value_choice(POLICIES["issued"], "2016年9月") == Choice("2016-09", "September 2016")
    assert value_choice(POLICIES["provisional"], "是") == Choice("true", "Yes")
    assert value_choice(BATCH, "第二批") == Choice("2", "2")


def test_a_date_is_typed_as_people_write_it():
    assert value_typed(DATE, "2016年底").value == "2016（2016年底）"
    assert value_typed(DATE, "2016").value == "2016"


@pytest.mark.parametrize("text", ["年底", "2016.1", "x", ""])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="."):
        value_typed(DATE, text)


def test_a_typed_answer_is_one_of_the_choices_of_the_next_preview():
    answered = with_typed(DATE, {DATE.key: "2016"}).answered({DATE.key: "2016"})
    assert (answered.answer, [choice.value for choice in answered.choices]) == ("2016", ["2016", "empty"])
    assert with_typed(DATE, {DATE.key: "年底"}) == with_typed(DATE, {}) == DATE

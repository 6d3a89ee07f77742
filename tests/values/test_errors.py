"""Errors of invalid values: messages in English, and in the language of the page."""

import pytest
from django.utils import translation

from timeline.values.document_numbers import DocumentNumber
from timeline.values.errors import InvalidValueError
from timeline.values.partial_date import PartialDate


def test_a_refusal_keeps_its_sentence_apart_from_what_it_names():
    refusal = InvalidValueError("There is no year %(year)s: 100%% sure.", year="0000")
    assert str(refusal) == "There is no year 0000: 100% sure."
    assert refusal.message % refusal.params == str(refusal)


@pytest.mark.parametrize(
    ("parse", "text"), [(PartialDate.parse, "2013-13"), (PartialDate.parse, ""), (DocumentNumber.parse, "x")]
)
def test_what_a_value_refuses_can_be_said_in_chinese(parse, text):
    with pytest.raises(InvalidValueError) as refused:
        parse(text)
    said = translation.gettext(refused.value.message) % refused.value.params
    assert said != str(refused.value)

"""Choices of records, with what tells them apart."""

import pytest

from tests.factories import make_area, make_phase, make_policy, make_source
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import (
    CREATE,
    answers_for_others,
    date_choice,
    record_choice,
    slug_chosen,
    stored_choices,
)
from timeline.exchange.readers.types import FileLocation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.mark.parametrize(
    ("make", "cells", "label"),
    [
        (
            make_policy,
            {"document_number": "甬党〔2010〕14号", "date": "2010"},
            "“甲” (甬党〔2010〕14号, 2010)",
        ),
        (make_source, {"publisher": "宁波日报", "published": "2013-01"}, "“甲” (宁波日报, January 2013)"),
        (make_phase, {"period": "2011/2015"}, "“甲” (2011–2015)"),
        (make_area, {"title_en": "A"}, "“甲” (A)"),
        (make_area, {}, "“甲”"),
    ],
)
def test_a_choice_tells_its_record_from_others_of_its_title(make, cells, label):
    record = make(slug="a", title="甲", **cells)
    (choice,) = stored_choices(type(record), [record.pk]).values()
    assert choice.label == label
    assert slug_chosen(choice.value) == "a"


def test_other_choices_choose_no_record():
    assert [slug_chosen(answer) for answer in ("", "create", "new")] == ["", "", ""]
    assert slug_chosen(record_choice("a", "甲").value) == "a"


def test_a_date_is_chosen_as_pages_show_it():
    choice = date_choice("2013-40")
    assert (choice.value, choice.label) == ("2013-40", "first half of 2013")


def test_what_one_file_has_created_is_not_created_by_the_next():
    choices = (Choice("record/a", "甲"), Choice(CREATE, "乙"))
    questions = [
        Question(
            key,
            "?",
            key,
            FileLocation("policies"),
            choices,
            answer=answer,
            is_answered=True,
            is_remembered=True,
        )
        for key, answer in (("name/a", "record/a"), ("name/b", CREATE))
    ]
    assert answers_for_others(questions) == {"name/a": "record/a"}

"""Questions of an upload as fields, and the answers from them."""

from timeline.admin.import_questions import (
    CREATE_MISSING,
    answers_in,
    field_name,
    may_create,
    question_groups,
)
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import CREATE
from timeline.exchange.readers.types import FileLocation


def asked(key, *values, **how):
    choices = tuple(Choice(value, value) for value in values)
    return Question(key, "?", key, FileLocation("a.csv"), choices, **how)


DATE = asked("date:2016.1", "2016-01", "2016-10")
OFFICE = asked("name/市府办", CREATE, "empty")
OTHER = asked("name/市委", CREATE, "record/city", answer="record/city")


def test_questions_stand_by_what_is_left_to_do():
    done = asked("date:2012.1", "2012-01", "2012-10", answer="2012-01", is_answered=True)
    counts = {"open": 7, "proposed": 1, "answered": 1}
    groups = question_groups([DATE, OTHER, done], counts, remembered=[OTHER.key])
    found = {group["name"]: [item["question"].key for item in group["items"]] for group in groups}
    assert found == {"open": [DATE.key], "proposed": [OTHER.key], "answered": [done.key]}
    assert [group["count"] for group in groups] == [7, 1, 1]
    assert [item["is_remembered"] for group in groups for item in group["items"]] == [False, True, False]


def test_few_choices_are_radio_buttons():
    many = asked("type", *map(str, range(20)))
    (group,) = question_groups([DATE, many], {"open": 2}, remembered=())
    assert [item["has_radios"] for item in group["items"]] == [True, False]


def test_answers_are_those_among_the_choices():
    data = {field_name(DATE): "2016-10", field_name(OFFICE): "nonsense", "answer-other": "x"}
    assert answers_in(data, [DATE, OFFICE]) == {DATE.key: "2016-10"}


def test_missing_records_are_created_at_once_where_nothing_else_is_chosen():
    left_out = asked("name/市政府", CREATE, "empty")
    data = {CREATE_MISSING: "1", field_name(left_out): "empty", field_name(OTHER): "record/city"}
    answers = answers_in(data, [DATE, OFFICE, OTHER, left_out])
    assert answers == {OFFICE.key: CREATE, OTHER.key: "record/city", left_out.key: "empty"}
    assert may_create([DATE, OFFICE, OTHER]) == [OFFICE]

"""Questions of an upload as fields, and the answers from them."""

import pytest

from timeline.admin.import_questions import (
    FILLED,
    NEW_TITLE,
    STORED,
    answers_in,
    errors_of,
    field_name,
    other_field_name,
    others_in,
    question_groups,
    shared_field_name,
)
from timeline.exchange.mapping.questions import Choice, Question
from timeline.exchange.mapping.record_choices import CREATE, EMPTY, NEW
from timeline.exchange.readers.types import FileLocation


def asked(key, *values, **how):
    choices = tuple(Choice(value, value) for value in values)
    return Question(key, "?", key, FileLocation("a.csv"), choices, **how)


DATE = asked("date:2016.1", "2016-01", "2016-10")
OFFICE = asked("name/organization/市府办", CREATE, EMPTY)
OTHER = asked("name/organization/市委", CREATE, "record/city", answer="record/city")


def items(groups):
    return [item for group in groups for kind in group["kinds"] for item in kind["items"]]


def test_questions_stand_by_what_is_left_to_do():
    done = asked("date:2012.1", "2012-01", "2012-10", answer="2012-01", is_answered=True)
    groups = question_groups([DATE, OTHER, done], {"open": 6, "proposed": 0}, remembered=[OTHER.key])
    found = {group["name"]: [item["question"].key for item in items([group])] for group in groups}
    assert found == {"open": [DATE.key], "proposed": [OTHER.key], "answered": [done.key]}
    assert [(group["shown"], group["count"]) for group in groups] == [(1, 7), (1, 1), (1, 1)]
    assert [item["is_remembered"] for item in items(groups)] == [False, True, False]


def test_questions_of_a_kind_stand_together():
    row = asked("record/policies/甲", "record/a", NEW)
    (group,) = question_groups([DATE, OFFICE, row], {}, remembered=())
    assert [item["question"] for item in items([group])] == [row, OFFICE, DATE]


def test_few_choices_are_radio_buttons():
    many = asked("document-type:甲", *map(str, range(20)))
    groups = question_groups([DATE, many], {}, remembered=())
    assert [item["has_radios"] for item in items(groups)] == [True, False]


def test_choices_with_one_label_have_the_slugs_of_their_records():
    choices = (Choice("record/a", "“海曙”"), Choice("record/b", "“海曙”"), Choice("record/c", "“江北”"))
    question = Question("name/area/海曙", "?", "海曙", FileLocation("a.csv"), choices)
    (item,) = items(question_groups([question], {}, remembered=()))
    assert item["choices"] == [
        ("record/a", "“海曙”", "a"),
        ("record/b", "“海曙”", "b"),
        ("record/c", "“江北”", ""),
    ]


def test_open_questions_are_errors_once_answers_were_sent_and_the_first_has_the_focus():
    groups = question_groups([DATE, OFFICE, OTHER], {}, remembered=(), is_checked=True)
    found = [(item["question"], bool(item["error"]), item.get("has_focus", False)) for item in items(groups)]
    assert found == [(OFFICE, True, True), (DATE, True, False), (OTHER, False, False)]


def test_what_was_typed_and_cannot_be_taken_stays_and_unfolds_its_group():
    groups = question_groups([DATE, OTHER], {}, remembered=(), refused={OTHER.key: ["市政府", "Of several."]})
    assert [(group["name"], group["is_unfolded"]) for group in groups] == [("open", True), ("proposed", True)]
    (item,) = errors_of(groups)
    assert (item["question"], item["typed"], item["error"]) == (OTHER, "市政府", "Of several.")
    assert item["has_focus"]
    assert not question_groups([OTHER], {}, remembered=())[0]["is_unfolded"]


def test_answers_are_those_among_the_choices():
    data = {field_name(DATE): "2016-10", field_name(OFFICE): "nonsense", "answer-other": "x"}
    assert answers_in(data, [DATE, OFFICE]) == {DATE.key: "2016-10"}


def test_one_answer_for_all_is_offered_where_several_questions_have_it():
    left_out = asked("name/topic/交通", CREATE, "record/a")
    (group,) = question_groups([DATE, OFFICE, left_out], {}, remembered=())
    (names, dates) = group["kinds"]
    assert [value for value, _label in names["shared"]] == [CREATE]
    assert dates["shared"] == []


def test_all_of_a_kind_are_answered_alike_but_for_those_with_an_answer_of_their_own():
    left_out = asked("name/organization/市政府", CREATE, EMPTY)
    without = asked("name/area/江北", "record/a", "record/b")
    data = {shared_field_name("open", "name"): CREATE, field_name(left_out): EMPTY}
    answers = answers_in(data | {field_name(OTHER): "record/city"}, [DATE, OFFICE, left_out, without, OTHER])
    assert answers == {OFFICE.key: CREATE, left_out.key: EMPTY, OTHER.key: "record/city"}


def test_an_answer_for_all_replaces_what_was_only_proposed():
    data = {shared_field_name("proposed", "name"): CREATE, field_name(OTHER): OTHER.answer}
    assert answers_in(data, [OTHER]) == {OTHER.key: CREATE}


@pytest.mark.parametrize(
    ("choices", "proposed", "answer"),
    [
        (("record/a", NEW), "", "record/a"),
        (("record/a", "record/b", NEW), "record/b", "record/b"),
        # Nothing tells which of them it is.
        (("record/a", "record/b", NEW), "", None),
    ],
)
def test_rows_that_are_all_there_are_the_records_that_they_may_be(choices, proposed, answer):
    row = asked("record/policies/甲", *choices, answer=proposed)
    group = "proposed" if proposed else "open"
    data = {shared_field_name(group, "record"): STORED, field_name(row): proposed}
    assert answers_in(data, [row]).get(row.key) == answer


def test_dates_values_and_names_may_be_typed_and_other_answers_may_not():
    value, row = (
        asked("value:pilot_designations.batch:二", "2", EMPTY),
        asked("record/policies/甲", "record/a", NEW),
    )
    (group,) = question_groups([DATE, OFFICE, value, row], {}, remembered=())
    labels = {item["question"]: str(item["other_label"]) for item in items([group])}
    assert labels[OFFICE] == str(NEW_TITLE)
    assert all(labels[one] for one in (DATE, OFFICE, value))
    assert labels[row] == other_field_name(row) == ""
    data = {other_field_name(DATE): " 2016年底 ", other_field_name(value): ""}
    assert others_in(data, [DATE, value, row]) == [(DATE, "2016年底")]


def test_all_records_that_are_there_keep_what_they_have_at_once():
    first = asked("record/policies/甲", "record/a", "fill/a", NEW)
    second = asked("record/policies/乙", "record/b", NEW)
    several = asked("record/policies/丙", "record/c", "fill/c", "record/d", "fill/d", NEW)
    (group,) = question_groups([first, second, several], {}, remembered=())
    (kind,) = group["kinds"]
    assert [value for value, _label in kind["shared"]] == [STORED, FILLED, NEW]
    answers = answers_in({kind["field"]: FILLED}, [first, second, several])
    assert answers == {first.key: "fill/a", second.key: "record/b"}

"""Columns: cells in all common notations are parsed; others are refused with a suggestion."""

import pytest

from tests.factories import make_topic
from timeline.models import Area, Citation, Milestone, PilotDesignation, Policy, Source, Topic
from timeline.rows.columns import PrimaryKeyIn, suggestion_for
from timeline.rows.tables import table_of
from timeline.values.document_numbers import DocumentNumber
from timeline.values.partial_date import PartialDate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def column(model, name):
    return table_of(model).columns[name]


@pytest.mark.parametrize("cell", ["2013-01", "2013年1月", "2013.01", " 2013/01 "])
def test_a_date_is_read_as_people_write_it(cell):
    assert column(Milestone, "date").read(cell) == PartialDate.parse("2013-01")


def test_a_month_that_may_be_october_is_no_january_in_a_row_but_one_in_a_form():
    with pytest.raises(ValueError, match="^2013.1 may be January or October"):
        column(Milestone, "date").read("2013.1")
    assert column(Milestone, "date").field.formfield().clean("2013.1") == PartialDate.parse("2013-01")


def test_a_date_keeps_the_words_of_its_source():
    date = column(Milestone, "date")
    assert str(date.read("“十三五”末")) == "2020（“十三五”末）"
    assert date.normalized_key("2015年底") == date.normalized_key("2015（2015年底）") == "2015（2015年底）"


def test_a_document_number_is_read_with_any_brackets():
    read = column(Policy, "document_number").read("甬党[2010]14号")
    assert read == DocumentNumber("甬党", 2010, 14)


@pytest.mark.parametrize(
    "cell", ["工信部；MIIT", "工信部;MIIT", "工信部\nMIIT", ["工信部", "MIIT", "工信部", ""]]
)
def test_other_names_are_read_from_one_text_or_a_list(cell):
    assert column(Topic, "aliases").read(cell) == "工信部；MIIT"


@pytest.mark.parametrize(
    ("name", "cell", "words"),
    [
        ("date", "soon", "“soon” is not a date"),
        ("date", "2013-13", "There is no month 13"),
        ("document_number", "无", "“无” stands for no document number"),
        ("document_type", "planning", "“planning” is none of: "),
        ("level", "city", "“city” is none of: National（national）"),
        ("provisional", "perhaps", "“perhaps” is neither yes nor no."),
        ("title", ["甲", "乙"], "One value is expected here, not a list."),
        ("date", ["2013"], "One value is expected here, not a list."),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_with_what_would_be_right(name, cell, words):
    with pytest.raises(ValueError, match="^" + words.replace("“", "“")) as caught:
        column(Policy, name).read(cell)
    assert type(caught.value) is ValueError


@pytest.mark.parametrize("word", ["true", "True", "YES", "y", "1", "是", "真"])
def test_yes_is_said_in_several_ways(word):
    assert column(Source, "linked").read(word) is True


@pytest.mark.parametrize("word", ["false", "False", "NO", "n", "0", "否", "假"])
def test_no_is_said_in_several_ways(word):
    assert column(Source, "linked").read(word) is False


def test_a_switch_that_is_empty_takes_its_default():
    assert column(Source, "linked").read("") is True
    assert column(Policy, "provisional").read(None) is False


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        *(("1", 1), ("007", 7), (3, 3), ("1.0", 1), ("12.00", 12), ("999999999", 999999999)),
        *(("第一批", 1), ("第2批", 2), ("第二批次", 2), ("首批", 1), ("一", 1)),
    ],
)
def test_a_whole_number_is_read(cell, number):
    assert column(PilotDesignation, "batch").read(cell) == number


@pytest.mark.parametrize(
    "cell", ["-1", "1.5", "1.", ".0", "第二批名单", "１", "1e3", "1 000", "9999999999", "²"]
)
def test_what_is_no_whole_number_is_refused(cell):
    with pytest.raises(ValueError, match="is not a whole number"):
        column(PilotDesignation, "batch").read(cell)


@pytest.mark.parametrize("cell", [None, ""])
def test_an_empty_cell_is_what_the_column_holds_when_it_is_empty(cell):
    assert column(Policy, "date").read(cell) is None
    assert column(Policy, "title_en").read(cell) == ""
    assert column(Policy, "level").read(cell) == ""
    assert column(PilotDesignation, "batch").read(cell) is None
    assert column(Area, "position").read(cell) == 0
    assert column(Citation, "number").read(cell) == 1


def test_a_choice_is_read_by_its_value_or_its_label():
    assert column(Policy, "level").read("municipal") == "municipal"
    assert column(Policy, "level").read("Municipal") == "municipal"


def test_nearest_is_silent_where_nothing_is_near():
    assert suggestion_for("sorces", ["sources", "areas"]) == " (perhaps “sources” is meant)"
    assert suggestion_for("qqq", ["sources", "areas"]) == ""
    assert suggestion_for("", []) == ""


def test_among_no_keys_is_nobody():
    topic = make_topic()
    make_topic()
    assert list(Topic.objects.filter(PrimaryKeyIn("pk", []))) == []
    assert list(Topic.objects.filter(PrimaryKeyIn("pk", [topic.pk]))) == [topic]

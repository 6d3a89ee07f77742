"""Names of one import that mean one record which none has yet."""

import pytest

from tests.factories import make_area, make_chronicle
from tests.mapped_sheets import sheet
from timeline.exchange.mapping.identification import identify
from timeline.exchange.mapping.same_names import answering_keys, longer_spellings
from timeline.models import Area, Organization

SHORT, FULL = "name/area/慈溪", "name/area/慈溪市"


def made(*names, answers=None, aliases=""):
    """The questions by their keys, the areas of the rows, and the rows of new areas."""
    make_chronicle(city="云澜")
    make_area(slug="city", title="云澜市")
    if aliases:
        make_area(slug="town", title="慈溪市龙山镇", aliases=aliases)
    rows = [{"title": f"第{n}件", "areas": name} for n, name in enumerate(names)]
    found = identify([sheet("milestones", *rows)], answers or {})
    assert not found.problems
    cells = {one.table.name: [row.cells for row in one] for one in found.sheets}
    areas = [row["areas"] for row in cells["milestones"]]
    return {one.key: one for one in found.questions}, areas, cells.get("areas", [])


@pytest.mark.django_db
def test_a_name_without_its_unit_is_read_as_the_same_as_that_with_it():
    questions, _areas, created = made("慈溪", "慈溪市")
    assert questions[SHORT].answer == f"same/{FULL}"
    assert (questions[FULL].answer, created) == ("", [])


@pytest.mark.django_db
def test_another_name_of_a_place_within_makes_no_two_of_them():
    answers = {FULL: "create/city"}
    questions, areas, created = made("慈溪", "慈溪市", answers=answers, aliases="慈溪；慈溪市")
    assert questions[SHORT].answer == f"same/{FULL}"
    assert "record/town" in [choice.value for choice in questions[SHORT].choices]
    assert areas == [["ci-xi-shi"], ["ci-xi-shi"]]
    assert [row["title"] for row in created] == ["慈溪市"]


@pytest.mark.django_db
def test_one_area_is_created_for_both_and_the_short_name_is_another_name_of_it():
    _questions, areas, created = made("慈溪", "慈溪市", answers={FULL: "create/city"})
    assert areas == [["ci-xi-shi"], ["ci-xi-shi"]]
    assert created == [{"slug": "ci-xi-shi", "title": "慈溪市", "parent": "city", "aliases": "慈溪"}]


@pytest.mark.django_db
def test_what_is_left_empty_for_one_is_left_empty_for_the_other():
    _questions, areas, created = made("慈溪", "慈溪市", answers={FULL: "empty"})
    assert not any(areas)
    assert created == []


@pytest.mark.django_db
def test_two_names_can_be_created_apart():
    _questions, areas, created = made("慈溪", "慈溪市", answers={SHORT: "create", FULL: "create/city"})
    assert areas[0] != areas[1]
    assert [row["title"] for row in created] == ["慈溪", "慈溪市"]


@pytest.mark.django_db
def test_names_that_only_refer_to_each_other_are_asked_about():
    answers = {SHORT: f"same/{FULL}", FULL: f"same/{SHORT}"}
    questions, areas, _created = made("慈溪", "慈溪市", answers=answers)
    assert [questions[key].answer for key in (SHORT, FULL)] == ["", ""]
    assert not any(areas)


def test_the_answer_of_the_last_question_holds():
    assert answering_keys({"a": "same/b", "b": "same/c", "c": "create"}) == {"a": "c", "b": "c", "c": "c"}
    assert answering_keys({"a": "same/gone"}) == {"a": ""}


def test_short_forms_belong_to_one_longer_name():
    assert longer_spellings(Area, ["慈溪", "慈溪市"], "云澜") == {"慈溪": "慈溪市"}
    assert longer_spellings(Area, ["慈溪", "慈溪市", "慈溪县"], "云澜") == {}
    assert longer_spellings(Organization, ["国家发改委", "国家发展和改革委员会"], "云澜") == {
        "国家发改委": "国家发展和改革委员会"
    }

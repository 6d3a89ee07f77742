"""Several areas in the cell of one: the first is the pilot, the others are further areas, and the preview tells it."""

import pytest

from tests.factories import make_area, make_chronicle, make_user
from tests.foreign_tables import import_proposed, table, texts
from tests.mapped_sheets import sheet
from timeline.exchange.exporting.export import export
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.mapping.identification import Identification, identify
from timeline.models import Chronicle, PilotDesignation
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "districts")]

HEADER = ["试点名称", "所属计划", "试点地区"]


@pytest.fixture
def districts():
    make_chronicle(city="云澜")
    city = make_area(slug="city", title="云澜市")
    make_area(slug="haishu", title="海曙区", aliases="海曙", parent=city)
    zhenhai = make_area(slug="zhenhai", title="镇海区", parent=city)
    make_area(slug="heping", title="和平区", parent=city)
    make_area(slug="street", title="招宝山街道", parent=zhenhai)
    make_area(slug="zone", title="高新区、保税区", aliases="东片；两区、一岛", parent=city)


def pilot(**cells: str) -> dict:
    return {"title": "甲", "programme": "乙", **cells}


def identified(*rows: dict, answers: dict | None = None) -> Identification:
    return identify([sheet("pilot_designations", *rows)], answers or {})


def areas_of(found: Identification, number: int = 0) -> tuple[object, object]:
    cells = [*found.sheets[0]][number].cells
    return cells["designee"], cells.get("areas")


@pytest.mark.parametrize(
    "cell",
    [
        "海曙区、镇海区",
        "海曙区；镇海区",
        "海曙区和镇海区",
        "海曙区 镇海区",
        "云澜市海曙区，镇海区",
        "海曙区/镇海区",
    ],
)
def test_of_several_areas_the_first_is_the_pilot_and_the_others_are_further_areas(cell):
    found = identified(pilot(designee=cell))
    assert found.questions == found.problems == []
    assert areas_of(found) == ("haishu", ["zhenhai"])


def test_three_areas_are_three_and_none_stands_twice():
    found = identified(pilot(designee="海曙区、镇海区和和平区、海曙"))
    assert areas_of(found) == ("haishu", ["zhenhai", "heping"])


@pytest.mark.parametrize("cell", ["高新区、保税区", "两区、一岛"])
def test_a_name_with_a_separator_that_is_known_is_never_split(cell):
    found = identified(pilot(designee=cell))
    assert areas_of(found)[0] == "zone"
    assert areas_of(found)[1] is None
    assert found.notices == []


@pytest.mark.parametrize("cell", ["全市（除海曙区、镇海区）", "镇海区 招宝山街道", "东区块、西片"])
def test_what_is_no_list_of_areas_is_one_name(cell):
    (question,) = identified(pilot(designee=cell)).questions
    assert question.subject == cell


@pytest.mark.parametrize(("city", "cell"), [("", "和平区"), ("云澜", "云澜和平区")])
def test_a_mark_within_the_name_of_an_area_splits_nothing(city, cell):
    Chronicle.objects.update(city=city)
    make_area(title="云澜和平区", slug="peace") if city else None
    found = identified(pilot(designee=cell))
    assert found.questions == []
    assert areas_of(found) == ("peace" if city else "heping", None)


def test_areas_of_which_one_lies_in_another_are_several_with_a_mark_between():
    assert areas_of(identified(pilot(designee="云澜市、镇海区"))) == ("city", ["zhenhai"])
    make_area(slug="counties", title="云澜市、县")
    assert areas_of(identified(pilot(designee="云澜市、县"))) == ("counties", None)


@pytest.mark.parametrize("cell", ["海曙区、江北区", "海曙区和江北区"])
def test_an_unknown_further_area_is_asked_about_alone_and_may_be_left_out(cell):
    found = identified(pilot(designee=cell))
    (question,) = found.questions
    assert (question.subject, question.answer) == ("江北区", "create")
    assert areas_of(found) == ("haishu", ["jiang-bei-qu"])
    key = question.key
    assert areas_of(identified(pilot(designee=cell), answers={key: "empty"})) == ("haishu", None)
    assert areas_of(identified(pilot(designee=cell), answers={key: "record/zhenhai"})) == (
        "haishu",
        ["zhenhai"],
    )
    assert found.sheets[-1].table is TABLES["areas"]


def test_an_unknown_first_area_is_required():
    found = identified(pilot(designee="前湾新区、海曙区"))
    (question,) = found.questions
    assert "empty" not in [choice.value for choice in question.choices]
    assert areas_of(found)[0] is None
    answered = identified(pilot(designee="前湾新区、海曙区"), answers={question.key: "record/zhenhai"})
    assert areas_of(answered) == ("zhenhai", ["haishu"])


def test_an_area_that_is_required_elsewhere_is_no_error_where_it_is_a_further_one():
    found = identified(pilot(designee="海曙区、前湾新区"), pilot(designee="前湾新区", title="丙"))
    (question,) = found.questions
    assert question.rows == 2
    assert areas_of(found) == ("haishu", None)
    assert areas_of(found, 1)[0] is None


def test_names_of_which_none_is_known_are_asked_about_one_by_one_if_all_look_like_areas():
    found = identified(pilot(designee="江北区、余姚市"))
    assert [question.subject for question in found.questions] == ["江北区", "余姚市"]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("定海区（含石化区）、北仑区", ["定海区", "北仑区"]),
        ("定海区(含石化区、临港)、北仑区", ["定海区", "北仑区"]),
        ("北仑区和奉化区", ["北仑区", "奉化区"]),
        ("北仑区以及奉化区", ["北仑区", "奉化区"]),
        ("北仑区、奉化区和鄞州区", ["北仑区", "奉化区", "鄞州区"]),
        ("余姚市和慈溪市", ["余姚市", "慈溪市"]),
        ("北仑、奉化两区", ["北仑区", "奉化区"]),
        ("北仑和奉化2个区", ["北仑区", "奉化区"]),
        ("北仑区奉化区", ["北仑区", "奉化区"]),
        ("象山县、宁海县等3个区县", ["象山县", "宁海县"]),
        ("象山县、宁海县等3个区县(市)", ["象山县", "宁海县"]),
        ("象山、宁海等地", ["象山", "宁海"]),
        ("象山县等地", ["象山县"]),
        ("象山县（含石浦镇）", ["象山县"]),
        ("北仑区 奉化区", ["北仑区", "奉化区"]),
    ],
)
def test_a_list_of_areas_of_which_none_is_known_is_asked_about_one_by_one(cell, names):
    assert [question.subject for question in identified(pilot(designee=cell)).questions] == names


@pytest.mark.parametrize(
    ("cell", "first", "others"),
    [
        ("海曙、镇海两区", "haishu", ["zhenhai"]),
        ("海曙和镇海两区", "haishu", ["zhenhai"]),
        ("海曙、镇海共两个区", "haishu", ["zhenhai"]),
        ("海曙区、镇海区，共2个区", "haishu", ["zhenhai"]),
        ("海曙区镇海区", "haishu", ["zhenhai"]),
        ("海曙区（含高新区）、镇海区(部分)", "haishu", ["zhenhai"]),
        ("海曙区、镇海区等3个区", "haishu", ["zhenhai"]),
    ],
)
def test_known_areas_are_known_with_remarks_and_without_marks_between(cell, first, others):
    found = identified(pilot(designee=cell))
    assert found.questions == []
    assert areas_of(found) == (first, others)


@pytest.mark.parametrize(
    "cell",
    [
        "长三角一体化示范区",
        "云澜市奉化区",
        "云澜市和义路街道",
        "别市和平区",
        "和义路",
        "前湾新区",
        "别市 和义区",
        "别区 义和街道",
        "上海自贸区临港新片区",
        "永和镇",
        "长安区高新区",
    ],
)
def test_one_place_is_one_name(cell):
    (question,) = identified(pilot(designee=cell)).questions
    assert question.subject == cell
    assert "create" in [choice.value for choice in question.choices]


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("余姚、象山", ["余姚", "象山"]),
        ("东区块、西片", ["东区块", "西片"]),
        ("余姚、象山、奉化两区", ["余姚", "象山", "奉化两区"]),
    ],
)
def test_what_may_be_several_is_an_open_question_that_offers_no_false_area(cell, parts):
    row = pilot(designee=cell)
    (question,) = identified(row).questions
    values = [choice.value for choice in question.choices]
    assert (question.subject, question.answer) == (cell, "")
    assert "create" not in values
    assert values[0] == "several"
    answers = {question.key: "several"}
    divided = identified(row, answers=answers)
    assert sorted(one.subject for one in divided.questions) == sorted([cell, *parts])
    (whole,) = [one for one in divided.questions if one.subject == cell]
    assert (whole.answer, whole.is_answered, whole.is_remembered) == ("several", True, True)
    answers |= {one.key: "create" for one in divided.questions if one.subject != cell}
    created = identified(row, answers=answers)
    assert [one.cells["title"] for one in created.sheets[-1]] == parts
    assert len(areas_of(created)[1]) == len(parts) - 1


def test_bare_names_are_a_list_where_one_lacks_only_the_unit_of_a_stored_area():
    make_area(slug="yuyao", title="余姚市")
    found = identified(pilot(designee="余姚、象山"))
    assert [question.subject for question in found.questions] == ["余姚", "象山"]
    assert "record/yuyao" in [choice.value for choice in found.questions[0].choices]


@pytest.mark.parametrize(
    ("cell", "is_created"), [("海曙镇海两区", False), ("别区五乡镇", True), ("第二区", True)]
)
def test_words_for_several_counties_are_no_new_area(cell, is_created):
    (question,) = identified(pilot(designee=cell)).questions
    assert question.subject == cell
    assert question.answer == ("create" if cell == "第二区" else "")
    assert ("create" in [choice.value for choice in question.choices]) is is_created


def test_all_but_some_areas_is_no_new_area():
    (question,) = identified(pilot(designee="全市（除海曙区、镇海区）")).questions
    assert "create" not in [choice.value for choice in question.choices]


def test_what_is_no_part_of_a_name_is_told():
    found = identified(pilot(designee="海曙区（含石化区）、镇海区"), pilot(designee="海曙区等地", title="丙"))
    (told,) = [one.message for one in found.notices if "part of no name" in one.message]
    assert told.startswith("2 rows have words")
    assert "“（含石化区）” in “海曙区（含石化区）、镇海区”" in told


def test_the_further_areas_of_both_columns_are_joined_without_doubles():
    row = pilot(designee="海曙区、镇海区", areas="镇海区、和平区、海曙区")
    assert areas_of(identified(row)) == ("haishu", ["zhenhai", "heping"])
    alone = pilot(designee="海曙区", areas="镇海区、和平区")
    assert areas_of(identified(alone)) == ("haishu", ["zhenhai", "heping"])


def test_the_preview_tells_how_many_rows_were_read_as_several_areas():
    found = identified(
        pilot(designee="海曙区、镇海区"),
        pilot(designee="海曙区、镇海区", title="丙"),
        pilot(designee="镇海区"),
    )
    (notice,) = found.notices
    assert notice.message.startswith("2 rows have several names")
    assert "“海曙区、镇海区”" in notice.message
    assert "the first is the designee, the others are the further areas" in notice.message


def test_a_table_of_pilots_of_several_areas_is_imported_and_changes_nothing_the_next_time():
    file = table(
        HEADER, ["甲试点", "国家试点", "海曙区、镇海区"], ["乙试点", "国家试点", "镇海区"], name="试点.csv"
    )
    report = import_proposed(file)
    assert report.problems == report.questions == []
    assert any("试点地区" in text for text in texts(report.notices))
    first = PilotDesignation.objects.get(title="甲试点")
    assert (first.designee.slug, [area.slug for area in first.areas.all()]) == ("haishu", ["zhenhai"])
    second = PilotDesignation.objects.get(title="乙试点")
    assert (second.designee.slug, second.areas.count()) == ("zhenhai", 0)
    assert import_proposed(file).counts["pilot_designations"] == {"unchanged": 2}


def test_an_exported_pilot_of_several_areas_changes_nothing_when_it_is_imported(tmp_path):
    import_proposed(table(HEADER, ["甲试点", "国家试点", "海曙区、镇海区"], name="试点.csv"))
    file = tmp_path / "all.xlsx"
    export(None, file, "xlsx")
    report = import_files([file], by=make_user(username="second"))
    assert report.problems == []
    assert report.counts["pilot_designations"] == {"unchanged": 1}

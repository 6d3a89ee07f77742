"""Names that are typed as answers: a record, what another question creates, or the title of a new one."""

import pytest

from tests.factories import make_area, make_chronicle, make_organization
from tests.mapped_sheets import sheet
from timeline.exchange.mapping.identification import identify
from timeline.exchange.mapping.questions import Choice
from timeline.exchange.mapping.typed_names import name_typed, takes_new_title

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def identify_issuers(*names, answers=None):
    rows = [{"title": f"意见{number}", "issuers": name} for number, name in enumerate(names)]
    return identify([sheet("policies", *rows)], answers or {})


def asked(*names):
    return identify_issuers(*names).questions


def created(found):
    return [{name: cell for name, cell in row.cells.items() if name != "slug"} for row in found.sheets[-1]]


def test_a_title_that_is_typed_is_that_of_a_new_record_with_the_name_of_the_file_beside_it():
    (question,) = asked("市发改局")
    choice = name_typed(question, "镇海区发展和改革局")
    assert choice == Choice("create-titled/镇海区发展和改革局", "Create “镇海区发展和改革局” as a draft")
    found = identify_issuers("市发改局", answers={question.key: choice.value})
    assert created(found) == [{"title": "镇海区发展和改革局", "aliases": "市发改局"}]
    (question,) = found.questions
    assert (question.answer, question.is_answered) == (choice.value, True)
    assert choice in question.choices


def test_what_the_choices_create_anyway_is_offered_once():
    make_chronicle(city="云澜")
    (question,) = asked("市发改局")
    choice = name_typed(question, "云澜市发改局")
    (question,) = identify_issuers("市发改局", answers={question.key: choice.value}).questions
    labels = [one.label for one in question.choices]
    assert labels.count(choice.label) == 1
    assert question.answer == choice.value


def test_one_title_for_two_names_makes_one_record():
    names = ["市发改局", "市发改委"]
    answers = {one.key: name_typed(one, "镇海区发展和改革局").value for one in asked(*names)}
    found = identify_issuers(*names, answers=answers)
    assert created(found) == [{"title": "镇海区发展和改革局", "aliases": "市发改局；市发改委"}]


def test_an_import_that_publishes_says_so_of_what_is_typed():
    (question,) = asked("区发改局")
    assert name_typed(question, "镇海区发改局", publish=True).label == "Create and publish “镇海区发改局”"


def test_a_record_of_the_typed_title_that_was_made_since_is_asked_about():
    (question,) = asked("区发改局")
    answer = name_typed(question, "镇海区发展和改革局").value
    make_organization(slug="since", title="镇海区发展和改革局")
    (question,) = identify_issuers("区发改局", answers={question.key: answer}).questions
    assert not question.is_answered
    assert "record/since" in [choice.value for choice in question.choices]
    assert answer not in [choice.value for choice in question.choices]


def test_what_is_there_is_that_record_and_an_exact_title_goes_first():
    make_organization(slug="bureau", title="镇海区发展和改革局", aliases="镇海发改")
    make_organization(slug="centre", title="镇海区信息中心", aliases="镇海区发展和改革局")
    (question,) = asked("区发改局")
    for typed in ("镇海区发展和改革局", "bureau", " 镇海发改 "):
        assert name_typed(question, typed).value == "record/bureau"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("信息中心", "“信息中心” is the name of several records: “镇海区信息中心”, “江北区信息中心”."),
        ("镇海区发改局", "“镇海区发改局” would double “镇海区发展和改革局”, which is there."),
        ("甲" * 301, "300"),
    ],
)
def test_what_would_double_a_record_or_is_no_title_is_refused(typed, reason):
    make_organization(title="镇海区发展和改革局")
    for title in ("镇海区信息中心", "江北区信息中心"):
        make_organization(title=title, aliases="信息中心")
    (question,) = asked("区经信局")
    with pytest.raises(ValueError, match=reason):
        name_typed(question, typed)


def test_a_name_of_another_question_is_the_same_as_that():
    first, second = asked("区发改局", "区经信局")
    assert name_typed(first, "区经信局", [first, second]).value == f"same/{second.key}"


def test_where_nothing_can_be_created_only_a_record_can_be_typed():
    for slug in ("first", "second"):
        make_organization(slug=slug, title="信息中心")
    (question,) = asked("信息中心")
    assert not takes_new_title(question)
    with pytest.raises(ValueError, match="not the title"):
        name_typed(question, "镇海区信息中心")


def test_a_new_area_that_is_typed_belongs_to_what_its_name_tells():
    make_chronicle(city="云澜")
    city = make_area(slug="city", title="云澜市")
    make_area(slug="zhenhai", title="镇海区", parent=city)
    rows = [sheet("pilot_designations", {"title": "甲", "programme": "乙", "designee": "九龙湖"})]
    (question,) = identify(rows).questions
    choice = name_typed(question, "镇海区九龙湖镇")
    assert choice.label == "Create “镇海区九龙湖镇” as a draft (within “镇海区”)"
    found = identify(rows, {question.key: choice.value})
    assert created(found) == [{"title": "镇海区九龙湖镇", "aliases": "九龙湖", "parent": "zhenhai"}]

"""What is typed in answer to the questions about a table from elsewhere: taken, or told beside its field."""

import re

import pytest

from tests import factories as make
from tests.uploads import address, confirm, submitted, uploaded
from timeline.models import Organization, PilotDesignation, Policy, PreparedImport

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["宁波市卫生和计划生育委员会", "市卫计局", "health", " health "])
def test_a_name_may_be_any_record_that_one_names_by_its_title_another_name_or_slug(editor_client, typed):
    office = make.make_organization(slug="health", title="宁波市卫生和计划生育委员会", aliases="市卫计局")
    text, url = uploaded(editor_client, "文件名称,发文机关,发文日期\n关于甲的通知,疾控办,2016\n")
    page = submitted(editor_client, text, url)
    prepared = PreparedImport.objects.get()
    (name,) = {*re.findall(r'name="(other-\w+)"', page.content.decode())}
    page = editor_client.post(address("answers", prepared.pk), {name: typed}, follow=True)
    confirm(editor_client, page)
    assert [*Policy.objects.get().issuers.all()] == [office]


def test_what_was_typed_and_cannot_be_taken_is_told_and_not_answered_with_all_others(editor_client):
    for title in ("宁波市卫生局", "宁波市城管局"):
        make.make_organization(title=title)
        make.make_organization(title=f"{title}一处", aliases=f"{title.removeprefix('宁波市')}；健康处")
        make.make_organization(title=f"{title}二处", aliases=title.removeprefix("宁波市"))
    rows = "关于甲的通知,区疾控办,2016\n关于乙的通知,区城管办,2016\n"
    text, url = uploaded(editor_client, f"文件名称,发文机关,发文日期\n{rows}")
    content = submitted(editor_client, text, url).content.decode()
    names = list(dict.fromkeys(re.findall(r'name="(other-\w+)"', content)))
    typed = dict(zip(names, ("卫生局", "城管局"), strict=True))
    answers = address("answers", PreparedImport.objects.get().pk)
    page = editor_client.post(answers, {"all-open-name": "create", **typed}, follow=True).content.decode()
    for name, text in typed.items():
        error = name.replace("other-", "error_answer-")
        field = re.search(rf'<input type="text" name="{name}"[^>]*>', page)[0]
        assert f'value="{text}"' in field
        assert f'aria-describedby="{error}"' in field
        assert text in re.search(rf'id="{error}"><li>(.*?)</li>', page)[1]
    assert "/confirm/" not in page
    # The next answers are told apart from these.
    page = editor_client.post(answers, {"all-open-name": "create"}, follow=True)
    assert "errorlist" not in page.content.decode()
    confirm(editor_client, page)


def test_what_is_not_there_is_created_under_the_full_name_that_is_typed(editor_client):
    make.make_area(title="宁波市", slug="city")
    rows = "甲试点,国家试点,石化区,区发改局\n乙试点,省试点,石化区,区经信局\n"
    text, url = uploaded(editor_client, f"试点名称,所属计划,试点地区,批准单位\n{rows}", "试点.csv")
    content = submitted(editor_client, text, url).content.decode()
    full = {"石化区": "宁波石化区", "区发改局": "镇海区发展和改革局", "区经信局": "镇海区经济和信息化局"}
    typed = {}
    for section in re.split("(?=<fieldset)", content):
        for name, title in full.items():
            if f"“{name}”" in section and (field := re.search(r'name="(other-\w+)"', section)):
                typed |= {field[1]: title, field[1].replace("other-", "answer-"): "empty"}
    answers = address("answers", PreparedImport.objects.get().pk)
    confirm(editor_client, editor_client.post(answers, {"all-open-name": "create", **typed}, follow=True))
    # 区发改局 is another office in the table of another district, and so no other name of this one.
    assert {(office.title, office.aliases) for office in Organization.objects.all()} == {
        (full[name], "") for name in ("区发改局", "区经信局")
    }
    designees = {pilot.designee for pilot in PilotDesignation.objects.select_related("designee")}
    assert {(area.title, area.aliases) for area in designees} == {("宁波石化区", "石化区")}


def test_a_date_that_cannot_be_read_is_typed_on_the_page(editor_client):
    text, url = uploaded(editor_client, "文件名称,发文日期\n关于甲的通知,年底\n")
    page = submitted(editor_client, text, url)
    prepared = PreparedImport.objects.get()
    (name,) = {*re.findall(r'name="(other-\w+)"', page.content.decode())}
    page = editor_client.post(address("answers", prepared.pk), {name: "十三月"}, follow=True)
    assert "十三月" in page.content.decode()
    assert "/confirm/" not in page.content.decode()
    # Whoever would rather correct the table has a workbook of it.
    assert address("problems", prepared.pk) in page.content.decode()
    page = editor_client.post(address("answers", prepared.pk), {name: "2016年底"}, follow=True)
    confirm(editor_client, page)
    assert str(Policy.objects.get().issued) == "2016（2016年底）"


def test_a_name_may_be_what_another_question_of_the_page_creates(editor_client):
    header = "文件名称,发文机关,发文日期\n"
    text, url = uploaded(
        editor_client, header + "关于甲的通知,疾控办,2016\n关于乙的通知,宁波市疾病防控中心,2016\n"
    )
    page = submitted(editor_client, text, url)
    answers = address("answers", PreparedImport.objects.get().pk)
    text = page.content.decode()
    sections = re.split(r"(?=<fieldset)", text)
    short = next(one for one in sections if "疾控办" in one and 'name="other-' in one)
    whole = next(one for one in sections if "“宁波市疾病防控中心”" in one and 'name="other-' in one)
    typed = {re.search(r'name="(other-\w+)"', short)[1]: "宁波市疾病防控中心"}
    chosen = {re.search(r'name="(answer-\w+)"', whole)[1]: "create"}
    confirm(editor_client, editor_client.post(answers, typed | chosen, follow=True))
    (office,) = Organization.objects.all()
    assert (office.title, office.aliases) == ("宁波市疾病防控中心", "疾控办")
    assert {policy.issuers.get() for policy in Policy.objects.all()} == {office}

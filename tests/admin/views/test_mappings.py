"""Tables of other offices in the admin: from the upload by the mapping and the questions to the import."""

import datetime
import json
import re

import pytest
from django.utils import timezone
from django.utils.translation import gettext as _

from tests import factories as make
from tests.files import xlsx_file
from tests.foreign_tables import case
from tests.forms import fields_of
from tests.uploads import address, confirm, upload
from timeline.admin.import_questions import field_name, other_field_name
from timeline.exchange import prepared_imports
from timeline.exchange.mapping.mapping import Mapping
from timeline.models import (
    ImportMapping,
    Milestone,
    Organization,
    PilotDesignation,
    Policy,
    PreparedImport,
    Source,
)

pytestmark = pytest.mark.django_db

TABLE = "汇总表,,\n文件名称,文号,发文日期\n关于甲的通知,甬政发〔2016〕1号,2016.1\n关于乙的决定,—,2017\n"


def uploaded(client, text=TABLE, name="政策.csv"):
    """Upload a table, and return its page and the address of that."""
    page = upload(client, name, text)
    assert page.redirect_chain[-1][0].endswith("/mapping/")
    return page.content.decode(), page.redirect_chain[-1][0]


def submitted(client, text, url, **changed):
    form = fields_of(text) | {
        "reads_placeholders": "on",
        "reads_dittos": "on",
        "fills_merged": "on",
        "cites": "",
    }
    return client.post(
        url, form | {name.replace("__", "-"): value for name, value in changed.items()}, follow=True
    )


def test_a_table_from_elsewhere_is_shown_with_what_is_proposed(editor_client):
    text, _url = uploaded(editor_client)
    assert "汇总表" in text
    assert "关于甲的通知" in text
    assert '<option value="policies" selected' in text
    assert '<option value="title" selected' in text


def test_a_file_of_the_chronicle_goes_to_its_preview(editor_client):
    page = upload(editor_client, "milestones.csv", "slug,title\na,甲\n")
    preview = page.redirect_chain[-1][0]
    assert not preview.endswith("/mapping/")
    assert "/mapping/" not in page.content.decode()
    assert editor_client.get(f"{preview}mapping/")["Location"] == preview


def test_a_file_of_the_chronicle_that_is_refused_can_be_read_as_any_other_table(editor_client):
    make.make_organization(title="宁波市教育局", slug="education")
    rows = "slug,title,issued,issuers,document_type\na,甲,2016.1,宁波市教育局,notice\n"
    page = upload(editor_client, "policies.csv", rows)
    preview = page.redirect_chain[-1][0]
    assert f"{preview}mapping/" in page.content.decode()
    text = editor_client.get(f"{preview}mapping/").content.decode()
    page = submitted(editor_client, text, f"{preview}mapping/")
    (question,) = prepared_imports.questions(PreparedImport.objects.get())
    assert question.key == "date:policies.issued:2016.1:甲"
    assert "宁波市教育局" in page.content.decode()


def test_a_refused_file_without_columns_to_choose_leads_to_the_list_of_columns(editor_client):
    page = upload(editor_client, "milestones.yaml", "- {slug: a, titel: 甲}\n")
    assert "/mapping/" not in page.content.decode()
    assert address("columns") in page.content.decode()


def test_a_sheet_that_was_skipped_is_skipped_in_the_next_file_and_a_new_one_is_proposed(editor_client):
    header = ["文件名称", "文号", "发文日期"]
    sheets = {"政策": [header, ["关于甲的通知", "", "2016"]], "草稿": [["名称", "日期"], ["乙", "2016"]]}

    def page_of(content):
        file = xlsx_file(**content)
        page = upload(editor_client, "汇总.xlsx", file)
        return page.content.decode(), page.redirect_chain[-1][0]

    text, url = page_of(sheets)
    page = submitted(editor_client, text, url, sheet_1__table="")
    confirm(editor_client, page)
    assert ImportMapping.objects.get().mapping["skipped"]
    sheets["政策"].append(["关于丙的通知", "", "2017"])
    page_of(sheets | {"大事记": [["事件", "时间"], ["丁", "2017"]]})
    proposal = prepared_imports.proposal_of(PreparedImport.objects.get())
    assert {one.grid.name: one.mapping.table if one.mapping else "" for one in proposal.sheets} == {
        "政策": "policies",
        "草稿": "",
        "大事记": "milestones",
    }


def test_a_table_from_elsewhere_is_imported_once_its_questions_are_answered(editor_client):
    text, url = uploaded(editor_client)
    page = submitted(editor_client, text, url)
    text = page.content.decode()
    assert "“2016.1”" in text
    assert "/confirm/" not in text
    prepared = PreparedImport.objects.get()
    (name,) = {*re.findall(r'name="(answer-\w+)"', text)}
    page = editor_client.post(address("answers", prepared.pk), {name: "2016-10"}, follow=True)
    assert "/confirm/" in page.content.decode()
    confirm(editor_client, page)
    assert {str(policy.issued) for policy in Policy.objects.all()} == {"2016-10", "2017"}
    assert ImportMapping.objects.get().name == "政策.csv"


def test_the_next_table_of_the_shape_is_read_as_the_last(editor_client):
    text, url = uploaded(editor_client, TABLE.replace("2016.1", "2016"))
    page = submitted(editor_client, text, url, **{"sheet-0-column-1": ""})
    confirm(editor_client, page)
    text, url = uploaded(editor_client, TABLE.replace("2016.1", "2018"), "今年.csv")
    assert "政策.csv" in text
    assert '<option value="document_number" selected' not in text
    anew = editor_client.get(f"{url}?anew").content.decode()
    assert '<option value="document_number" selected' in anew


def test_what_conflicts_is_said_at_the_column_and_nothing_is_lost(editor_client):
    text, url = uploaded(editor_client)
    page = submitted(
        editor_client, text, url, **{"sheet-0-column-1": "title", "sheet-0-more_value": "市政府"}
    )
    text = page.content.decode()
    assert page.redirect_chain == []
    assert "errorlist" in text
    assert 'value="市政府"' in text
    assert 'name="sheet-0-separator-title"' in text


def test_another_table_is_applied_before_the_preview(editor_client):
    text, url = uploaded(editor_client, TABLE.replace("2016.1", "2016"))
    page = submitted(editor_client, text, url, **{"sheet-0-table": "milestones", "cites": "this-file"})
    text = page.content.decode()
    assert page.redirect_chain == []
    assert '<option value="milestones" selected' in text
    page = submitted(editor_client, text, url, apply="sheet-0")
    assert page.redirect_chain == []
    page = submitted(editor_client, page.content.decode(), url)
    confirm(editor_client, page)
    assert Milestone.objects.count() == 2


def test_the_preview_leads_back_to_the_mapping_and_says_which_record_a_row_is(editor_client):
    make.make_policy(title="关于乙的决定", slug="yi", issued="2017", published=True)
    text, url = uploaded(
        editor_client, "网址标识,文件名称,发文时间\nyi,关于乙的决定（新）,2017\n", "汇总.csv"
    )
    page = submitted(editor_client, text, url)
    text = page.content.decode()
    assert f'href="{url}"' in text
    assert _("the one of %(date)s that you have") % {"date": "2017年"} in text


def test_the_mapping_is_a_file_for_the_command(editor_client):
    uploaded(editor_client)
    prepared = PreparedImport.objects.get()
    PreparedImport.objects.update(answers={"date:2016.1": "2016-10"})
    response = editor_client.get(address("mapping_file", prepared.pk))
    mapping = Mapping.from_plain(json.loads(response.content))
    assert mapping.sheets[0].table == "policies"
    assert mapping.answers == {"date:2016.1": "2016-10"}
    assert ".json" in response["Content-Disposition"]


def test_the_records_that_rows_name_are_created_as_drafts_at_once(editor_client):
    table = "文件名称,发文机关,发文日期\n关于甲的通知,市府办,2016\n关于乙的通知,市经信委,2016\n"
    text, url = uploaded(editor_client, table)
    page = submitted(editor_client, text, url)
    assert 'name="all-open-name"' in page.content.decode()
    prepared = PreparedImport.objects.get()
    page = editor_client.post(address("answers", prepared.pk), {"all-open-name": "create"}, follow=True)
    text = page.content.decode()
    assert _("New records that the rows name") in text
    confirm(editor_client, page)
    assert Policy.objects.filter(issuers__title="市经信委", issuers__status="draft").exists()


def test_questions_without_an_answer_are_listed_and_the_others_are_kept(editor_client):
    table = "文件名称,发文机关,发文日期\n关于甲的通知,市府办,2016.1\n关于乙的通知,市经信委,2016\n"
    text, url = uploaded(editor_client, table)
    text = submitted(editor_client, text, url).content.decode()
    assert "autofocus" not in text
    url = address("answers", PreparedImport.objects.get().pk)
    page = editor_client.post(url, {"all-open-name": "create"}, follow=True)
    text = page.content.decode()
    (link,) = re.findall(r'<a href="#(id_answer-\w+)">', text)
    assert re.search(rf'<input type="radio" [^>]*id="{link}"[^>]* autofocus>', text)
    assert text.count('value="create" id=') == text.count(" checked") == 2
    assert "/confirm/" not in text
    name = link.removeprefix("id_")
    page = editor_client.post(url, {name: "2016-01"}, follow=True)
    confirm(editor_client, page)
    assert Policy.objects.filter(issuers__title="市府办", issued="2016-01").exists()


def test_the_pages_of_a_mapping_are_the_uploaders_for_a_day(editor_client, client):
    _text, url = uploaded(editor_client)
    prepared = PreparedImport.objects.get()
    pages = [url, address("answers", prepared.pk), address("mapping_file", prepared.pk)]
    client.force_login(make.make_editor())
    assert {client.get(page).status_code for page in pages} == {404}
    client.force_login(make.make_user(is_staff=True))
    assert {client.get(page).status_code for page in pages} == {403}
    PreparedImport.objects.update(created_at=timezone.now() - datetime.timedelta(hours=25))
    client.force_login(prepared.created_by)
    assert {client.get(page)["Location"] for page in pages} == {address("upload")}


@pytest.mark.parametrize("number", ["19", "32", "70", "73", "74"])
def test_the_tables_of_the_cases_are_shown(editor_client, number):
    file = case(number)
    text, _url = uploaded(editor_client, file.read_bytes(), file.name)
    assert '<option value="policies" selected' in text


@pytest.mark.parametrize(
    ("number", "model"), [("80", Milestone), ("81", Policy), ("83", Source), ("83c", Source)]
)
def test_a_file_of_another_programs_format_goes_in_as_proposed(editor_client, number, model):
    file = case(number)
    text, url = uploaded(editor_client, file.read_bytes(), file.name)
    assert "header_line" not in text
    page = submitted(editor_client, text, url)
    assert page.redirect_chain, page.content.decode()
    page = _answered(editor_client, page)
    confirm(editor_client, page)
    assert model.objects.exists()


def _answered(client, page):
    """Answer the questions of the page: documents are of another type, and each row is a new record."""
    text = page.content.decode()
    if "/confirm/" in text:
        return page
    answers = {}
    for name in {*re.findall(r'name="(answer-\w+)"', text)}:
        choices = re.findall(rf'name="{name}" value="([^"]+)"', text)
        answers[name] = choices[-1] if choices else "other"
    return client.post(address("answers", PreparedImport.objects.get().pk), answers, follow=True)


def test_a_corrected_table_goes_to_its_preview_with_the_mapping_of_the_former(editor_client):
    wrong = "文件名称,发文日期,成文日期\n关于甲的通知,十三月,2016\n"
    text, url = uploaded(editor_client, wrong)
    submitted(editor_client, text, url, **{"sheet-0-column-1": "published_on", "sheet-0-column-2": "issued"})
    page = upload(editor_client, "政策（改）.csv", wrong.replace("十三月", "2017"))
    preview = page.redirect_chain[-1][0]
    assert not preview.endswith("/mapping/")
    assert "/mapping/" in page.content.decode()
    confirm(editor_client, page)
    policy = Policy.objects.get()
    assert (str(policy.issued), str(policy.published_on)) == ("2016", "2017")


def test_the_preview_of_the_next_table_names_the_records_that_it_lacks(editor_client):
    header = "文件名称,发文日期\n"
    text, url = uploaded(editor_client, header + "关于甲的通知,2016\n关于乙的通知,2016\n")
    confirm(editor_client, submitted(editor_client, text, url))
    text, url = uploaded(editor_client, header + "关于乙的通知,2016\n关于丙的通知,2017\n")
    page = submitted(editor_client, text, url)
    left = Policy.objects.get(title="关于甲的通知")
    section = re.search(r'<section class="missing">.*?</section>', page.content.decode(), re.DOTALL)[0]
    assert f'href="/admin/timeline/policy/{left.pk}/change/">关于甲的通知</a>' in section
    assert "关于乙的通知" not in section


@pytest.mark.parametrize("typed", ["宁波市卫生和计划生育委员会", "市卫计局", "health", " health "])
def test_a_name_may_be_any_record_that_one_names_by_its_title_another_name_or_slug(editor_client, typed):
    office = make.make_organization(slug="health", title="宁波市卫生和计划生育委员会", aliases="市卫计局")
    text, url = uploaded(editor_client, "文件名称,发文机关,发文日期\n关于甲的通知,疾控办,2016\n")
    page = submitted(editor_client, text, url)
    prepared = PreparedImport.objects.get()
    (name,) = {*re.findall(r'name="(other-\w+)"', page.content.decode())}
    page = editor_client.post(address("answers", prepared.pk), {name: "没有的机构"}, follow=True)
    assert "没有的机构" in page.content.decode()
    assert "/confirm/" not in page.content.decode()
    page = editor_client.post(address("answers", prepared.pk), {name: typed}, follow=True)
    confirm(editor_client, page)
    assert [*Policy.objects.get().issuers.all()] == [office]


def test_what_was_typed_and_cannot_be_taken_is_told_and_not_answered_with_all_others(editor_client):
    text, url = uploaded(
        editor_client, "文件名称,发文机关,发文日期\n关于甲的通知,疾控办,2016\n关于乙的通知,城管办,2016\n"
    )
    content = submitted(editor_client, text, url).content.decode()
    names = sorted({*re.findall(r'name="(other-\w+)"', content)})
    typed = {name: f"宁波市没有的机构{number}" for number, name in enumerate(names)}
    answers = address("answers", PreparedImport.objects.get().pk)
    page = editor_client.post(answers, {"all-open-name": "create", **typed}, follow=True).content.decode()
    assert {*re.findall("宁波市没有的机构[01]", page)} == {*typed.values()}
    assert {*re.findall(r'name="(other-\w+)"', page)} == {*names}
    assert "/confirm/" not in page


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


def test_the_list_of_what_is_open_leads_to_a_question_without_choices(editor_client):
    text, url = uploaded(editor_client, "名称,起止\n起步,年底起\n", "阶段.csv")
    submitted(editor_client, text, url)
    page = editor_client.post(address("answers", PreparedImport.objects.get().pk), follow=True)
    (target,) = {*re.findall(r'<li><a href="#(id_answer-\w+)"', page.content.decode())}
    assert f'id="{target}"' in page.content.decode()


def test_only_rows_of_open_questions_are_counted_as_open(editor_client):
    rows = "关于甲的通知,年底\n关于乙的通知,9月\n关于丙的通知,2016.1\n"
    text, url = uploaded(editor_client, f"文件名称,发文日期\n{rows}")
    submitted(editor_client, text, url)
    prepared = PreparedImport.objects.get()
    assert prepared.outcome["totals"]["open"] == 3
    first, second, _third = prepared_imports.questions(prepared)
    answers = {field_name(first): first.choices[-1].value, other_field_name(second): "2016年9月"}
    page = editor_client.post(address("answers", prepared.pk), answers, follow=True)
    prepared.refresh_from_db()
    assert prepared.outcome["totals"]["open"] == 1
    assert 'class="errorlist"' in page.content.decode()


def test_a_table_without_a_title_says_so_at_once(editor_client):
    text, _url = uploaded(editor_client, "大事记,\n时间,地点说明\n2016,甲\n2017,乙\n", "大事记.csv")
    assert _("Choose which column is the %(title)s.") % {"title": _("title")} in text


def test_a_text_that_may_be_several_areas_is_divided_by_an_answer_and_the_answer_can_be_changed(
    editor_client,
):
    text, url = uploaded(
        editor_client, "试点名称,所属计划,试点地区\n甲试点,国家试点,余姚、象山\n", "试点.csv"
    )
    page = submitted(editor_client, text, url)
    answers = address("answers", PreparedImport.objects.get().pk)
    (name,) = {*re.findall(r'name="(answer-\w+)" value="several"', page.content.decode())}
    page = editor_client.post(answers, {name: "several"}, follow=True)
    text = page.content.decode()
    assert re.search(rf'name="{name}" value="several"[^>]* checked', text)
    assert "/confirm/" not in text
    parts = {*re.findall(r'name="(answer-\w+)" value="create"', text)}
    assert len(parts - {name}) == 2
    page = editor_client.post(answers, dict.fromkeys(parts, "create"), follow=True)
    confirm(editor_client, page)
    pilot = PilotDesignation.objects.get()
    assert (pilot.designee.title, [area.title for area in pilot.areas.all()]) == ("余姚", ["象山"])


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

"""The admins of entries: pages, translations, list columns and forms."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.admin_lists import rows
from tests.forms import address_of, fields_of, policy_form
from timeline.admin.citations import NEW_SOURCE_HEADING
from timeline.admin.entries import PolicyAdmin
from timeline.models import ImportBatch, Policy

pytestmark = pytest.mark.django_db

REGISTERED = [model for model in admin.site._registry if model._meta.app_label == "timeline"]


# The tests of permissions open the other pages as well.
@pytest.mark.parametrize(
    "model",
    [
        pytest.param(model, marks=() if model in make.ENTRY_MAKERS else pytest.mark.long)
        for model in REGISTERED
    ],
    ids=lambda model: model.__name__,
)
def test_every_screen_opens_with_its_records(editor_client, world, model):
    ImportBatch.objects.create(created_by=world.user, files=[{"name": "a.csv", "sha256": "0", "bytes": 1}])
    name = f"admin:timeline_{model._meta.model_name}"
    assert editor_client.get(reverse(f"{name}_changelist")).status_code == 200
    record = model._default_manager.first()
    # Follows the redirect from an entry to the admin of its kind.
    assert editor_client.get(reverse(f"{name}_change", args=[record.pk]), follow=True).status_code == 200
    may_add = admin.site._registry[model].has_add_permission
    request = editor_client.get("/").wsgi_request
    assert editor_client.get(reverse(f"{name}_add")).status_code == (200 if may_add(request) else 403)


def test_the_list_of_policies_costs_a_fixed_number_of_queries(editor_client, django_assert_max_num_queries):
    for number in range(12):
        make.make_policy(date=f"20{number + 10}", phase=make.make_phase())
    with django_assert_max_num_queries(15):
        editor_client.get(reverse("admin:timeline_policy_changelist"))


def test_an_editor_writes_a_policy_with_a_partial_date_and_a_citation(editor_client):
    source = make.make_source()
    response = editor_client.post(
        reverse("admin:timeline_policy_add"),
        policy_form(
            **{
                "date": "2013年1月",
                "document_number": "甬政发[2013]5号",
                "citations-TOTAL_FORMS": "1",
                "citations-0-source": source.pk,
                "citations-0-locator": "¶5",
                "citations-0-number": "1",
                "citations-0-weight": "0",
            }
        ),
    )
    assert response.status_code == 302, re.findall(r'class="errorlist.*?</ul>', response.content.decode())
    policy = Policy.objects.get(title=policy_form()["title"])
    assert (str(policy.date), str(policy.document_number), policy.slug) == (
        "2013-01",
        "甬政发〔2013〕5号",
        "guan-yu-shi-dian-de-yi-jian",
    )
    assert policy.citations.get().locator == "¶5"
    assert policy.status == "draft"


def test_an_impossible_date_is_refused_at_its_field_and_what_was_typed_stays(editor_client):
    response = editor_client.post(reverse("admin:timeline_policy_add"), policy_form(date="2016-02-30"))
    page = response.content.decode()
    assert response.status_code == 200
    assert "2016-02只有29天" in page
    assert 'value="2016-02-30"' in page
    assert not Policy.objects.filter(title=policy_form()["title"]).exists()


def test_the_admin_is_closed_to_the_anonymous(client):
    response = client.get(reverse("admin:timeline_policy_changelist"))
    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]


def test_the_admin_reads_in_chinese(editor_client):
    page = editor_client.get(reverse("admin:timeline_policy_add")).content.decode()
    for words in ("题名", "发文字号", "成文日期", "编者说明", "来源写到哪一级就填到哪一级"):
        assert words in page


@pytest.mark.parametrize("term", ["寧波", "宁波", "〔2010〕14", "[2010]14"])
def test_the_admin_finds_in_either_script_and_with_any_bracket(editor_client, term):
    make.make_policy(title="宁波市的决定", document_number="甬党〔2010〕14号")
    make.make_policy(title="别处的意见")
    page = editor_client.get(reverse("admin:timeline_policy_changelist"), {"q": term}).content.decode()
    assert "宁波市的决定" in page
    assert "别处的意见" not in page


def test_a_form_is_in_the_order_of_work_and_leaves_no_field_out(editor_client):
    page = editor_client.get(reverse("admin:timeline_policy_add")).content.decode()
    headings = re.findall(r'class="(?:fieldset|inline)-heading">\s*(.*?)\s*<', page)
    assert headings == [
        "引用", *[str(NEW_SOURCE_HEADING)] * 2, "时间", "归属", "内容", "其他信息", "文件关系", "英文内容", "网址",
    ]  # fmt: skip
    editable = {
        field.name for field in [*Policy._meta.fields, *Policy._meta.many_to_many] if field.editable
    } - {"id", "entry_ptr"}
    names = re.findall(r'name="([a-z_]+)"', page)
    assert editable <= set(names)
    assert names[names.index("title") + 1] == "document_type"
    assert names[names.index("editor_note") + 1] == "examined"


def test_what_was_searched_stands_by_the_due_date_of_a_goal(editor_client):
    page = editor_client.get(reverse("admin:timeline_goal_add")).content.decode()
    names = re.findall(r'name="([a-z_]+)"', page)
    assert names[names.index("date") :][:4] == ["date", "target", "searched_on", "search_note"]


def test_an_editor_writes_names_in_a_form_which_counts_their_characters(editor_client):
    add = reverse("admin:timeline_policy_add")
    other_names = "试点意见\r\npilots ;试点意见"
    page = editor_client.post(add, policy_form(short_title="一" * 13, aliases=other_names)).content.decode()
    (refusal,) = re.findall(r'<ul class="errorlist" id="id_short_title_error">\s*<li>(.*?)</li>', page)
    assert "12" in refusal
    assert "13" in refusal
    written = Policy.objects.filter(title=policy_form()["title"])
    assert not written.exists()
    response = editor_client.post(
        add, policy_form(short_title="\u200b" + "一" * 12, aliases=other_names, examined="on")
    )
    assert response.status_code == 302
    policy = written.get()
    assert (policy.short_title, policy.aliases, policy.examined) == ("一" * 12, "试点意见；pilots", True)


def test_what_a_relation_changes_is_written_in_its_row(editor_client):
    other = make.make_policy()
    parts = {"relations-TOTAL_FORMS": "1", "relations-0-type": "amends", "relations-0-to_policy": other.pk}
    said = {"relations-0-change": "删去第三条。", "relations-0-change_en": "Article 3 is gone."}
    assert (
        editor_client.post(reverse("admin:timeline_policy_add"), policy_form(**parts, **said)).status_code
        == 302
    )
    relation = other.inverse_relations.get()
    assert (relation.change, relation.change_en) == ("删去第三条。", "Article 3 is gone.")


def test_policies_are_scanned_by_number_type_and_a_date_in_words(editor_client):
    make.empty()
    phase = make.make_phase(title="起步阶段", period="2011/2015")
    make.make_policy(title="甲", document_number="甬政发〔2013〕5号", published_on="2013-01", phase=phase)
    make.make_policy(title="乙", published=True)
    first, second = rows(editor_client, "policy")
    for words in ("甬政发〔2013〕5号", "规划", "2013年1月", "发布日期", "起步阶段", "草稿"):
        assert words in first
    assert first.split()[-3] == "0"  # citations, then the day and time of the last change
    assert "已发布" in second
    assert second.split()[-4] == "1"  # citations, then day, time and who published it


def test_goals_are_scanned_by_when_they_are_due_and_what_is_known(editor_client):
    make.empty()
    goal = make.make_goal(title="甲", target="2015")
    make.make_assessment(goal, delivery="achieved")
    (row,) = rows(editor_client, "goal")
    assert "2015年" in row
    # Its newest assessment, in whichever words.
    assert "完成" in row


def test_the_last_change_names_who_made_it_where_the_list_knows(editor_client):
    policy = make.make_policy()
    screen = PolicyAdmin(type(policy), None)
    assert str(timezone.localdate()) in screen.last_change(policy)
    policy.changed_by_last_name, policy.changed_by_first_name = "王", "晓"
    assert "王晓" in screen.last_change(policy)


def test_a_goal_is_not_offered_goals_as_what_declares_it(editor_client):
    make.make_goal(title="智慧的目标")
    make.make_policy(title="智慧的政策")
    query = {"app_label": "timeline", "model_name": "goal", "field_name": "declared_by", "term": "智慧"}
    answer = editor_client.get(reverse("admin:autocomplete"), query).json()
    (result,) = answer["results"]
    assert result["text"].startswith("智慧的政策")


def opened_goal(client, goal):
    return fields_of(client.get(address_of("change", goal)).content.decode())


def save_goal(client, goal, form):
    return client.post(address_of("change", goal), form)


def test_an_assessment_and_its_citation_are_two_rows_of_the_form_of_a_goal(editor_client):
    goal, source = make.make_goal(), make.make_source()
    form = opened_goal(editor_client, goal) | {
        "assessments-TOTAL_FORMS": "1",
        "assessments-0-date": "2016年",
        "assessments-0-number": "1",
        "assessments-0-delivery": "partly",
        "assessments-0-evidence": "independent",
        "assessments-0-note": "还差一半",
    }
    page = save_goal(editor_client, goal, form).content.decode()
    # Refused, with what was typed.
    assert "2016 / 1" in page
    assert 'href="#assessments-group"' in page
    assert "还差一半" in page
    assert not goal.assessments.exists()
    form |= {
        "assessment_citations-TOTAL_FORMS": "1",
        "assessment_citations-0-assessment_date": "2016",
        "assessment_citations-0-assessment_number": "1",
        "assessment_citations-0-source": str(source.pk),
        "assessment_citations-0-locator": "¶3",
        "assessment_citations-0-number": "1",
        "assessment_citations-0-weight": "0",
    }
    save_goal(editor_client, goal, form)
    assert [one.source for one in goal.assessments.get().citations.all()] == [source]


def test_another_date_of_an_assessment_is_that_of_its_citations_too(editor_client):
    goal = make.make_goal()
    make.make_assessment(goal, date="2016")
    form = opened_goal(editor_client, goal) | {"assessments-0-date": "2017"}
    page = save_goal(editor_client, goal, form).content.decode()
    assert 'href="#assessments-group"' in page
    assert 'href="#assessment_citations-group"' in page
    save_goal(editor_client, goal, form | {"assessment_citations-0-assessment_date": "2017"})
    assert [str(one.assessment_date) for one in goal.assessment_citations.all()] == ["2017"]
    assert str(goal.assessments.get().date) == "2017"


def test_an_assessment_is_deleted_with_its_citations_in_one_form(editor_client):
    goal = make.make_goal()
    make.make_assessment(goal, date="2016")
    form = opened_goal(editor_client, goal) | {
        "assessments-0-DELETE": "on",
        "assessment_citations-0-DELETE": "on",
    }
    save_goal(editor_client, goal, form)
    assert not goal.assessments.exists()
    assert not goal.assessment_citations.exists()


def test_the_form_of_what_cites_no_source_has_a_row_for_it(editor_client):
    entry = make.make_milestone()
    assert (
        fields_of(editor_client.get(address_of("change", entry)).content.decode())["citations-TOTAL_FORMS"]
        == "1"
    )
    make.make_citation(entry)
    form = fields_of(editor_client.get(address_of("change", entry)).content.decode())
    assert (form["citations-TOTAL_FORMS"], form["citations-INITIAL_FORMS"]) == ("1", "1")

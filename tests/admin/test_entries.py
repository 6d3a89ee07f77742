"""The admins of entries: pages, translations, list columns and forms."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.admin_lists import rows
from tests.forms import policy_form
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
    with django_assert_max_num_queries(14):
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
        "时间", "归属", "内容", "其他信息", "引用", "文件关系", "英文内容", "网址", "发布情况",
    ]  # fmt: skip
    editable = {
        field.name for field in [*Policy._meta.fields, *Policy._meta.many_to_many] if field.editable
    } - {"id", "entry_ptr"}
    assert editable <= set(re.findall(r'name="([a-z_]+)"', page))


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
    assert "期限已过，评估为“完成”" in row


def test_the_last_change_names_who_made_it_where_the_list_knows(editor_client):
    policy = make.make_policy()
    screen = PolicyAdmin(type(policy), None)
    assert str(timezone.localdate()) in screen.last_change(policy)
    policy.last_changed_by = "王编辑"
    assert "王编辑" in screen.last_change(policy)


def test_a_goal_is_not_offered_goals_as_what_declares_it(editor_client):
    make.make_goal(title="智慧的目标")
    make.make_policy(title="智慧的政策")
    query = {"app_label": "timeline", "model_name": "goal", "field_name": "declared_by", "term": "智慧"}
    answer = editor_client.get(reverse("admin:autocomplete"), query).json()
    assert [result["text"] for result in answer["results"]] == ["智慧的政策"]

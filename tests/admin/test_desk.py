"""What the desk does for editors: lists narrowed and counted, dates and Markdown said back, what waits on its front page."""

import datetime
import re

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.world import add_entries, make_world
from timeline import history
from timeline.admin.entries import PolicyAdmin
from timeline.admin.widgets import PartialDateInput, reading_of
from timeline.models import Chronicle, Entry, Milestone, Policy
from timeline.templatetags import desk_tags

pytestmark = pytest.mark.django_db

KINDS = ["policy", "pilotdesignation", "milestone", "goal"]
NOUNS = [*KINDS, "entry", "phase", "topic", "organization", "area", "source", "chronicle"]


@pytest.fixture
def desk(client):
    client.force_login(make.make_editor())
    return client


def rows(client, noun, **query) -> list[str]:
    """The rows of a list, as text."""
    page = client.get(reverse(f"admin:timeline_{noun}_changelist"), query).content.decode()
    body = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    found = re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL) if body else []
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in found]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2013-01", "2013年1月（精确到月）"),
        ("2013年1月", "2013年1月（精确到月）"),
        ("2016.9.26", "2016年9月26日（精确到日）"),
        ("2013", "2013年（精确到年）"),
        ("2016年第一季度", "2016年第一季度（精确到季度）"),
        ("2016年上半年", "2016年上半年（精确到半年）"),
        ("2012~", "2012年（精确到年，约数）"),
        ("2014?", "2014年（精确到年，存疑）"),
        ("2011/2015", "2011—2015年（时间段，精确到年）"),
        ("2013-01/2014", "2013年1月—2014年（时间段）"),
        ("2021/..", "2021年至今（时间段，精确到年）"),
        ("“十二五”", "2011—2015年（时间段，精确到年）"),
        ("", ""),
    ],
)
def test_a_date_is_said_back_as_it_was_understood(text, words):
    assert reading_of(text) == (True, words)


def test_what_is_no_date_is_said_with_what_would_be_right():
    is_date, words = reading_of("2016-02-30")
    assert not is_date
    assert "2016-02只有29天" in words


def test_the_form_shows_under_a_date_what_it_means(desk):
    policy = make.make_policy(date="2013-01")
    page = desk.get(reverse("admin:timeline_policy_change", args=[policy.pk])).content.decode()
    assert "2013年1月（精确到月）" in page


def test_a_date_that_is_refused_is_not_also_said_back():
    assert "（" not in PartialDateInput().render("date", "2016-02-30", {"id": "id_date"})


def test_the_script_asks_the_same_parser(desk):
    address = reverse("admin:timeline_partial_date")
    assert desk.get(address, {"text": "2013年1月"}).json() == {"date": True, "words": "2013年1月（精确到月）"}
    assert desk.get(address, {"text": "去年"}).json()["date"] is False
    assert desk.get(address).json() == {"date": True, "words": ""}
    assert desk.post(address).status_code == 405


def test_markdown_is_previewed_through_the_sanitizer(desk):
    address = reverse("admin:timeline_markdown")
    shown = desk.post(address, {"text": "# 目标\n\n**2015年**<script>alert(1)</script>"}).content.decode()
    assert "<h3>目标</h3>" in shown
    assert "<strong>2015年</strong>" in shown
    assert "<script" not in shown
    assert desk.get(address).status_code == 405


def test_the_preview_takes_no_form_of_another_site():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make.make_editor())
    assert strict.post(reverse("admin:timeline_markdown"), {"text": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["timeline_partial_date", "timeline_markdown"])
@pytest.mark.parametrize("who", ["anonymous", "visitor"])
def test_only_staff_get_answers(client, name, who):
    if who == "visitor":
        client.force_login(make.make_user())
    address = reverse(f"admin:{name}")
    for response in (client.get(address, {"text": "2013"}), client.post(address, {"text": "2013"})):
        assert response.status_code == 302
        assert "/admin/login/" in response["Location"]


def test_body_and_introductions_have_a_preview_and_a_summary_has_none(desk):
    policy = desk.get(reverse("admin:timeline_policy_add")).content.decode()
    assert re.findall(r'data-markdown=.*?name="([a-z_]+)"', policy, re.DOTALL) == ["body", "body_en"]
    topic = desk.get(reverse("admin:timeline_topic_add")).content.decode()
    assert "data-markdown" in topic


def test_a_form_is_in_the_order_of_work_and_leaves_no_field_out(desk):
    page = desk.get(reverse("admin:timeline_policy_add")).content.decode()
    headings = re.findall(r'class="(?:fieldset|inline)-heading">\s*(.*?)\s*<', page)
    assert headings == [
        "时间", "归属", "内容", "其他信息", "引用", "文件关系", "英文内容", "网址", "发布情况",
    ]  # fmt: skip
    editable = {
        field.name for field in [*Policy._meta.fields, *Policy._meta.many_to_many] if field.editable
    } - {"id", "entry_ptr"}
    assert editable <= set(re.findall(r'name="([a-z_]+)"', page))


def test_policies_are_scanned_by_number_type_and_a_date_in_words(desk):
    phase = make.make_phase(title="起步阶段", period="2011/2015")
    make.make_policy(title="甲", document_number="甬政发〔2013〕5号", published_on="2013-01", phase=phase)
    make.make_policy(title="乙", published=True)
    first, second = rows(desk, "policy")
    for words in ("甬政发〔2013〕5号", "规划", "2013年1月", "发布日期", "起步阶段", "草稿"):
        assert words in first
    assert first.split()[-3] == "0"  # citations, then the day and time of the last change
    assert "已发布" in second
    assert second.split()[-4] == "1"  # citations, then day, time and who published it


def test_goals_are_scanned_by_when_they_are_due_and_what_is_known(desk):
    goal = make.make_goal(title="甲", target="2015")
    make.make_assessment(goal, delivery="achieved")
    (row,) = rows(desk, "goal")
    assert "2015年" in row
    assert "期限已过，评估为“完成”" in row


def test_the_last_change_names_who_made_it_where_the_list_knows(desk):
    policy = make.make_policy()
    screen = PolicyAdmin(type(policy), None)
    assert str(timezone.localdate()) in screen.last_change(policy)
    policy.last_changed_by = "王编辑"
    assert "王编辑" in screen.last_change(policy)


@pytest.fixture
def at_every_stage():
    editor = make.make_user()
    make.make_milestone(title="草稿甲", date="2013-05", title_en="A")
    make.make_milestone(title="待审乙", date="2014").submit(by=editor)
    make.make_policy(title="公开丙", published=True, title_en="C")
    scheduled = make.make_goal(title="定时丁", title_en="D", summary="只有中文")
    make.make_citation(scheduled)
    scheduled.publish(by=editor, now=timezone.now() + datetime.timedelta(days=1))
    withdrawn = make.make_policy(title="撤回戊", published=True, title_en="E")
    withdrawn.withdraw(by=editor, reason="重复")


def narrowed(desk, **query):
    return {title for title in ["草稿甲", "待审乙", "公开丙", "定时丁", "撤回戊"] if any(title in row for row in rows(desk, "entry", **query))}  # fmt: skip


def test_entries_are_narrowed_by_stage(desk, at_every_stage):
    assert narrowed(desk, stage="draft") == {"草稿甲"}
    assert narrowed(desk, stage="review") == {"待审乙"}
    assert narrowed(desk, stage="scheduled") == {"定时丁"}
    assert narrowed(desk, stage="published") == {"公开丙"}
    assert narrowed(desk, stage="withdrawn") == {"撤回戊"}


def test_entries_are_narrowed_by_gap_year_and_kind(desk, at_every_stage):
    assert narrowed(desk, gap="date") == {"公开丙", "定时丁", "撤回戊"}
    assert narrowed(desk, gap="citation") == {"草稿甲", "待审乙"}
    assert narrowed(desk, gap="english") == {"待审乙", "定时丁"}
    assert narrowed(desk, year="2013") == {"草稿甲"}
    assert narrowed(desk, kind="goal") == {"定时丁"}


def test_a_filter_of_the_list_that_is_none_narrows_nothing(desk, at_every_stage):
    assert (
        len(narrowed(desk, year="1999"))
        == len(narrowed(desk, stage="nowhere"))
        == len(narrowed(desk, gap="nothing"))
        == 5
    )


def test_the_filter_offers_the_years_that_exist_newest_first(desk):
    make.make_milestone(date="2013-05")
    make.make_milestone(date="2018")
    make.make_milestone()
    page = desk.get(reverse("admin:timeline_milestone_changelist")).content.decode()
    assert re.findall(r'href="\?year=(\d+)"', page) == ["2018", "2013"]


def test_the_list_of_all_entries_leads_to_the_screen_of_each_kind(desk):
    entries = add_entries(make_world(), "一")
    page = desk.get(reverse("admin:timeline_entry_changelist")).content.decode()
    for entry in entries:
        address = reverse(f"admin:timeline_{entry._meta.model_name}_change", args=[entry.pk])
        assert f'href="{address}"' in page
        response = desk.get(reverse("admin:timeline_entry_change", args=[entry.pk]), {"_popup": "1"})
        assert response["Location"] == f"{address}?_popup=1"


def test_a_goal_is_not_offered_goals_as_what_declares_it(desk):
    make.make_goal(title="智慧的目标")
    make.make_policy(title="智慧的政策")
    query = {"app_label": "timeline", "model_name": "goal", "field_name": "declared_by", "term": "智慧"}
    answer = desk.get(reverse("admin:autocomplete"), query).json()
    assert [result["text"] for result in answer["results"]] == ["智慧的政策"]


def test_reference_lists_count_the_entries_that_refer_to_each(desk):
    world = make_world()
    add_entries(world, "一")
    add_entries(world, "二", status="draft")
    counted = {
        "phase": (world.phase, Entry.objects.filter(phase=world.phase).count()),
        "topic": (world.topic, Entry.objects.filter(topics=world.topic).count()),
        # Three policies, milestones and designations each; the area is both designee and further area of three.
        "organization": (world.organization, 9),
        "area": (world.area, 3),
        "source": (world.source, Entry.objects.filter(citations__source=world.source).distinct().count()),
    }
    for noun, (record, number) in counted.items():
        (row,) = [row for row in rows(desk, noun) if row.startswith(f"{record.title} ")]
        assert row.split()[-1] == str(number), noun


def test_every_list_costs_a_fixed_number_of_queries(desk, django_assert_max_num_queries):
    world = make_world()
    for number in range(4):
        add_entries(world, f"第{number}")
    for noun in NOUNS:
        with django_assert_max_num_queries(16):
            assert desk.get(reverse(f"admin:timeline_{noun}_changelist")).status_code == 200, noun


def test_the_front_page_says_what_waits_and_leads_there(desk):
    make.make_milestone(title="甲的草稿", date="2013")
    make.make_milestone(title="待审的乙").submit(by=make.make_user())
    public = make.make_milestone(title="公开的丙", date="2013", title_en="C", summary_en="C", published=True)
    history.keep_working_copy(public, {"title": "修订的丙"}, by=make.make_user())
    page = desk.get(reverse("admin:index")).content.decode()
    found = re.findall(r'<a href="([^"]+)"><strong>(\d+)</strong> (\S+)</a>', page)
    assert [(label, count) for _address, count, label in found] == [
        ("草稿", "1"), ("已退回", "0"), ("审核中", "1"), ("修订稿", "1"), ("定时发布", "0"), ("无日期", "1"), ("无来源", "2"), ("无英文", "2"),
    ]  # fmt: skip
    for address, count, label in found:
        listed = desk.get(address).context["cl"].result_count
        assert listed == int(count), label
    entry = Milestone.objects.get(title="甲的草稿")
    assert f'<a href="{reverse("admin:timeline_entry_change", args=[entry.pk])}">甲的草稿</a>' in page


def test_the_piles_do_not_overlap_and_hold_what_their_lists_show(desk):
    editor = make.make_user()
    make.make_milestone(title="草稿甲")
    returned = make.make_milestone(title="退回乙")
    history.use(returned, "submit", by=editor)
    history.use(returned, "send_back", by=editor, reason="缺少出处")
    revised = make.make_milestone(title="修订丙", published=True)
    former = make.make_milestone(title="修订过的丁", published=True)
    for words in ("第一稿", "第二稿"):
        for entry in (revised, former):
            history.keep_working_copy(entry, history.table_for(entry).whole_row_of(entry) | {"title": words}, by=editor)  # fmt: skip
    history.publish_working_copy(former, by=editor)
    page = desk.get(reverse("admin:index")).content.decode()
    found = re.findall(r'<a href="([^"]+)"><strong>(\d+)</strong> (\S+)</a>', page)
    for address, count, label in found:
        assert desk.get(address).context["cl"].result_count == int(count), label
    counts = {label: int(count) for _address, count, label in found}
    assert (counts["草稿"], counts["已退回"], counts["修订稿"]) == (1, 1, 1)
    assert len(rows(desk, "entry", stage="draft")) == 1
    assert "已退回" in rows(desk, "entry", stage="returned")[0]


def test_what_waits_costs_four_queries(django_assert_num_queries):
    add_entries(make_world(), "一", status="review")
    request = RequestFactory().get("/")
    request.user = make.make_editor()
    with django_assert_num_queries(4):
        Template("{% load desk_tags %}{% waiting %}").render(Context({"request": request}))


def test_what_waits_is_for_those_who_may_see_it(client):
    make.make_milestone(title="甲的草稿")
    client.force_login(make.make_user(is_staff=True))
    page = client.get(reverse("admin:index")).content.decode()
    assert "待办事项" not in page
    assert "甲的草稿" not in page


def test_the_desk_bears_the_name_of_its_chronicle(client, desk):
    make.make_chronicle(title="甬城编年")
    for name in ("index", "timeline_policy_changelist", "timeline_policy_add", "password_change"):
        page = desk.get(reverse(f"admin:{name}")).content.decode()
        assert "甬城编年 · 编辑后台</title>" in page, name
    Chronicle.objects.all().delete()
    assert desk.get(reverse("admin:index")).status_code == 200


def test_the_desk_lists_its_rooms_in_the_order_of_work(desk):
    page = desk.get(reverse("admin:index")).content.decode()
    rooms = re.findall(r'<tr class="model-(\w+)', page)
    assert rooms[:5] == [name.lower() for name in desk_tags.ORDER_OF_WORK[:5]]


def test_no_page_of_the_desk_has_inline_code(desk):
    entries = add_entries(make_world(), "一", status="draft")
    addresses = [reverse("admin:index"), reverse("admin:password_change")]
    addresses += [reverse(f"admin:timeline_{noun}_changelist") for noun in NOUNS]
    addresses += [reverse(f"admin:timeline_{kind}_add") for kind in KINDS]
    for entry in entries:
        name = f"admin:timeline_{entry._meta.model_name}"
        addresses += [reverse(f"{name}_{page}", args=[entry.pk]) for page in ("change", "delete", "history")]
    for address in addresses:
        page = desk.get(address).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|javascript:", page), (
            address
        )
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), (address, {i for i in ids if ids.count(i) > 1})

"""The page of all goals: by due year, each with its date, what declares it, its due date and its state."""

import re

import pytest
from django.urls import reverse

from tests import factories as make
from tests.pages import order_of, page

pytestmark = pytest.mark.django_db


def test_the_goals_page_says_when_by_what_due_and_what_is_known(client):
    policy = make.make_policy(title="十年决定", date="2010", published=True)
    make.make_goal(title="建成", declared_by=policy, target="2020", published=True)
    make.make_goal(title="展望", published=True)
    text = page(client, reverse("timeline:goal-list"))
    for fact in (
        "2010年",
        "十年决定",
        "建成",
        "2020年",
        "期限已过，未见评估",
        "展望",
        "未写明期限",
        "来源未写明",
    ):
        assert fact in text


def test_a_goal_shows_beside_its_due_date_why_it_is_so(client):
    make.make_goal(target="2020", editor_note="由2010年推算", published=True)
    assert order_of(page(client, "/goals/"), "2020年", "由2010年推算")


def row_of(text, title):
    """Return the row of the table that begins with this title."""
    return next(row for row in re.findall(r"<tr.*?</tr>", text) if f">{title}</a></th>" in row)


def test_goals_stand_by_the_year_in_which_they_are_due_and_within_it_by_when_they_were_set(client):
    make.make_phase(title="甲阶段", period="2011/2015")
    make.make_phase(title="没有目标的阶段", period="2015/2021")
    for title, date, target in (
        ("无期限", "2010", None), ("后定", "2014", "2020"), ("先定", "2013", "2020-06"), ("先到期", "2014", "2015"),
        ("长期", "2012", "2016/.."),
    ):  # fmt: skip
        make.make_goal(title=title, date=date, target=target, published=True)
    text = page(client, "/goals/")
    table = text.partition("<table")[2]
    assert order_of(
        table,
        "2015年</th>",
        "先到期",
        "2020年</th>",
        "先定",
        "后定",
        "长期",
        "未写明期限</th>",
        "无期限",
    )
    jumps = re.findall(r'<a href="#([^"]+)">([^<]+) <span class="jumps__size">(\d+)条</span>', text)
    assert [(anchor, size) for anchor, _name, size in jumps] == [
        ("due-2015", "1"), ("due-2020", "2"), ("due-9999", "1"), ("due-undated", "1")
    ]  # fmt: skip
    for anchor, _name, _size in jumps:
        assert f'<tbody id="{anchor}"' in text
    assert "甲阶段" in text
    assert "没有目标的阶段" not in text


def test_every_state_of_a_goal_has_a_form_and_words(client):
    make.make_goal(title="来日", date="2010", target="2999", published=True)
    make.make_goal(title="已过", date="2010", target="2015", published=True)
    make.make_goal(title="无期", date="2010", published=True)
    make.make_assessment(make.make_goal(title="已评", date="2010", target="2015", published=True))
    text = page(client, "/goals/")
    for title, state, words in (
        ("来日", "not_yet_due", "未到期"),
        ("已过", "unassessed", "期限已过，未见评估"),
        ("无期", "not_stated", "未写明期限"),
        ("已评", "assessed", "期限已过，评估为“完成”"),
    ):
        row = row_of(text, title)
        assert f'data-state="{state}"' in row
        assert words in row
    assert 'class="way"' in row_of(text, "已过")
    assert 'class="way"' not in row_of(text, "无期")
    assert 'class="dots"' in row_of(text, "无期")
    assert 'class="diamond"' in row_of(text, "已评")


def test_a_goal_with_neither_time_has_no_bar_and_one_with_a_due_date_alone_has_no_way(client):
    make.make_goal(title="都无", published=True)
    make.make_goal(title="只有期限", target="2015", published=True)
    text = page(client, "/goals/")
    assert "<line" not in row_of(text, "都无").partition("goals__bar")[2].partition("</svg>")[0]
    assert "日期未载" in row_of(text, "都无")
    assert 'class="bar bar--due"' in row_of(text, "只有期限")
    assert 'class="way"' not in row_of(text, "只有期限")
    assert 'class="dots"' in row_of(text, "只有期限")


def test_an_assessment_stands_beside_its_goal_with_its_source_even_before_the_goal_is_due(client):
    goal = make.make_goal(title="长远", date="2010", target="2999", published=True)
    source = make.make_source(title="中期评估")
    make.make_assessment(goal, date="2016", delivery="partly", source=source, locator="第3页", note="一半")
    row = row_of(page(client, "/goals/"), "长远")
    for fact in ("未到期", "2016年", "部分完成", "独立佐证", source.get_absolute_url(), "第3页", "一半"):
        assert fact in row


def test_what_declares_a_goal_is_named_only_while_it_is_public(client):
    public = make.make_policy(title="公开的决定", published=True)
    withdrawn = make.make_policy(title="撤回的决定", published=True)
    make.make_goal(title="一", declared_by=public, published=True)
    make.make_goal(title="二", declared_by=withdrawn, published=True)
    withdrawn.withdraw(by=make.make_user(), comment="有误")
    text = page(client, "/goals/")
    assert public.get_absolute_url() in row_of(text, "一")
    assert "提出它的条目未公开" in row_of(text, "二")
    assert "撤回的决定" not in text


def test_a_page_of_goals_without_goals_has_no_table_and_no_legend(client):
    text = page(client, "/goals/")
    assert "<table" not in text
    assert "<svg" not in text

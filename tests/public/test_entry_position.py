"""The position of an entry in time: the entries before and after it, and the picture of its position."""

import pytest

from tests import factories as make
from tests.pages import order_of, page

pytestmark = pytest.mark.django_db


def main_of(text):
    return text.partition("<main")[2]


def test_what_stands_before_and_after_is_linked_in_time_and_in_each_topic(client):
    roads, data = make.make_topic(title="道路", position=1), make.make_topic(title="数据", position=2)
    make.make_milestone(slug="first", date="2010", topics=[roads], published=True)
    make.make_milestone(slug="hidden", date="2012-06", topics=[roads, data])
    make.make_milestone(slug="between", date="2012", published=True)
    here = make.make_policy(date="2013", topics=[roads, data], published=True)
    make.make_milestone(slug="undated", topics=[roads, data], published=True)
    make.make_milestone(slug="last", date="2015", topics=[data], published=True)
    text = main_of(page(client, here))
    assert order_of(text, "milestones/between/", "milestones/last/", "道路</a></h3>", "milestones/first/")
    assert order_of(text, "道路</a></h3>", "数据</a></h3>", "milestones/last/")
    assert 'href="/milestones/between/" rel="prev"' in text
    assert 'href="/milestones/last/" rel="next"' in text
    assert "milestones/hidden/" not in text
    assert "milestones/undated/" not in text


def test_nothing_stands_before_or_after_what_has_no_date(client):
    topic = make.make_topic()
    make.make_milestone(date="2010", topics=[topic], published=True)
    text = main_of(page(client, make.make_milestone(topics=[topic], published=True)))
    assert "<nav" not in text


def test_the_place_among_all_is_drawn_and_said(client):
    phase = make.make_phase(title="甲阶段", period="2011/2015")
    make.make_milestone(date="2010", published=True)
    make.make_milestone(date="2016")
    entry = make.make_milestone(date="2013-01", published=True)
    text = main_of(page(client, entry))
    assert 'role="img" aria-labelledby="standing-words"' in text
    assert text.count('class="standing__tick"') == 2
    assert order_of(
        text, "stretch-of-time--own", "甲阶段", 'class="standing__here"', 'id="standing-words"', "2013年1月"
    )
    undated = main_of(page(client, make.make_milestone(phase=phase, published=True)))
    assert "stretch-of-time--own" in undated
    assert 'class="standing__here"' not in undated
    assert "<svg" not in main_of(page(client, make.make_milestone(published=True)))


def test_a_goal_is_drawn_with_its_due_date(client):
    goal = make.make_goal(
        target="2020", declared_by=make.make_policy(date="2010", published=True), published=True
    )
    assert order_of(page(client, goal), 'class="standing__here"', 'class="standing__due"')

"""The position of an entry in time: the entries before and after it, and the picture of its position."""

import datetime

import pytest

from tests import factories as make
from tests.pages import order_of, page
from timeline.public.entry_position import neighbours, years_of_chronicle

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
    assert "neighbours-title" not in text


def test_the_strip_names_the_phases_and_marks_nothing_but_the_entry(client):
    make.make_phase(title="甲阶段", period="2011/2015")
    make.make_milestone(date="2010", published=True)
    make.make_milestone(date="2020")
    text = main_of(page(client, make.make_milestone(date="2013-01", published=True)))
    strip = text.partition('<figure class="strip">')[2].partition("</figure>")[0]
    assert 'role="img" aria-label="本条 2013年1月"' in strip
    # From the first year of what is public to the last year of the phases.
    assert order_of(
        strip, ">2010</text>", ">2013</text>", ">2015</text>", "甲阶段", 'class="strip__month"', "本条"
    )
    assert strip.count("<circle") == 1
    assert ">2020<" not in strip
    assert "<a " not in strip


def test_what_has_neither_a_date_nor_a_due_date_has_no_strip(client):
    phase = make.make_phase()
    text = main_of(page(client, make.make_milestone(phase=phase, published=True)))
    assert "<svg" not in text
    assert phase.get_absolute_url() in text


def test_a_goal_is_drawn_with_its_due_date_in_words(client):
    goal = make.make_goal(
        target="2020", declared_by=make.make_policy(date="2010", published=True), published=True
    )
    strip = page(client, goal).partition('<figure class="strip">')[2].partition("</figure>")[0]
    assert order_of(
        strip, "aria-label=", "2010年", "2020年", "未见评估", 'class="strip__due"', "未见评估", "本条"
    )


def test_the_ring_at_a_due_date_tells_the_newest_assessment(client):
    goal = make.make_goal(date="2010", target="2020", published=True)
    assert '<use href="#ring-open"/>' in page(client, goal)
    make.make_assessment(goal, date="2021", delivery="partly")
    text = page(client, goal)
    assert '<use href="#ring-partly"/>' in text
    assert 'id="ring-partly"' in text
    assert "ring-" not in page(client, make.make_goal(date="2010", published=True))


def strip_of(client, record):
    return (
        page(client, f"/en{record.get_absolute_url()}")
        .partition('<figure class="strip">')[2]
        .partition("</figure>")[0]
    )


def test_an_entry_that_declares_a_goal_leads_to_its_due_date(client):
    policy = make.make_policy(date="2010", published=True)
    assert "strip__due" not in strip_of(client, policy)
    make.make_goal(target="2030", declared_by=policy)
    make.make_goal(declared_by=policy, published=True)
    assert "strip__due" not in strip_of(client, policy)
    goal = make.make_goal(target="2015", declared_by=policy, published=True)
    make.make_assessment(goal, date="2016", delivery="partly")
    strip = strip_of(client, policy)
    assert "This entry 2010 · goal due 2015 · assessed 2016: partly achieved" in strip
    assert '<use href="#ring-partly"/>' in strip
    assert order_of(strip, ">goal due 2015 · assessed 2016: partly achieved<", ">This entry<")


def test_of_several_goals_the_strip_leads_to_those_due_last_and_says_what_is_true_of_all(client):
    policy = make.make_policy(date="2010", published=True)
    goals = [
        make.make_goal(target=target, declared_by=policy, published=True)
        for target in ("2012", "2015", "2015")
    ]
    assert "last goal due 2015 · no assessment known" in strip_of(client, policy)
    make.make_assessment(goals[1], date="2016", delivery="achieved")
    strip = strip_of(client, policy)
    assert ">last goal due 2015<" in strip
    assert '<use href="#ring-other"/>' in strip


def test_the_years_of_the_chronicle_are_those_of_what_is_public():
    assert years_of_chronicle() == ()
    make.make_milestone(date="2012/2014", published=True)
    make.make_milestone(date="2010-05", published=True)
    make.make_milestone(date="2013/..", published=True)
    make.make_milestone(date="2005")
    assert years_of_chronicle() == ((datetime.date(2010, 5, 1), datetime.date(2014, 12, 31)),)


def test_neighbours_take_as_many_queries_as_for_one_topic(django_assert_num_queries):
    topics = [make.make_topic() for _number in range(5)]
    for year in (2010, 2012):
        make.make_milestone(date=str(year), topics=topics, published=True)
    entry = make.make_milestone(date="2011", topics=topics, published=True)
    with django_assert_num_queries(2):
        found = neighbours(entry)
    assert len(found) == 6
    assert all(pair.previous and pair.next for pair in found)
    undated = make.make_milestone(published=True)
    with django_assert_num_queries(1):
        neighbours(undated)

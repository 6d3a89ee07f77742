"""The entries related to one: the first under each heading, and in a preview those at hand."""

import pytest

from tests import factories as make
from tests.pages import page
from timeline.models import Entry, Goal, Policy
from timeline.public.related_entries import RelatedEntry, Relation
from timeline.public.views.entries import linked_goals

pytestmark = pytest.mark.django_db


def test_the_first_entries_stand_under_a_heading_and_the_others_are_counted(django_assert_num_queries):
    for year in range(2010, 2015):
        make.make_milestone(title=str(year), date=str(year), published=True)
    relation = Relation("years", "年份", Entry.objects.published().chronological())
    with django_assert_num_queries(1):
        found = relation.first(3)
    assert [related.entry.title for related in found.related] == ["2010", "2011", "2012"]
    assert found.left_out == 2


def test_what_is_at_hand_stands_in_its_place_in_time():
    make.make_milestone(title="早", date="2010", published=True)
    make.make_milestone(title="晚", date="2014", published=True)
    unsaved = RelatedEntry(make.make_milestone(title="未存", date="2012"))
    relation = Relation("all", "全部", Entry.objects.published().chronological(), at_hand=[unsaved])
    assert [related.entry.title for related in relation.first(9).related] == ["早", "未存", "晚"]
    found = relation.first(2)
    assert ([related.entry.title for related in found.related], found.left_out) == (["早", "未存"], 1)


def test_a_page_names_20_entries_under_each_heading_and_leads_to_the_others(client):
    policy = make.make_policy(date="2010", published=True)
    for number in range(21):
        make.make_goal(title=f"目标{number:02}", declared_by=policy, published=True)
    other = make.make_policy(published=True)
    make.make_relation(policy, "implements", other)
    text = page(client, policy)
    related = text.partition("关联条目</h2>")[2].partition("<h2")[0]
    assert related.count("/goals/goal-") == 20
    assert f'<a href="{policy.get_absolute_url()}related/goals/">另有1项' in text
    assert f"{policy.get_absolute_url()}related/policies/" not in text


def test_a_link_says_what_tells_a_policy_or_a_goal_apart():
    make.make_policy(level="municipal", document_number="甬党〔2010〕14号")
    make.make_goal(target="2020")
    policy, goal = Policy.objects.get(), Goal.objects.get()
    assert RelatedEntry(policy).notes == ["市级", "甬党〔2010〕14号"]
    assert RelatedEntry(policy).displays_date
    (state,) = RelatedEntry(goal).notes
    assert state == "2020年到期 · 未见评估"
    assert not RelatedEntry(goal).displays_date
    assert RelatedEntry(make.make_milestone()).notes == []


def test_links_to_goals_take_the_same_queries_however_many_are_due(django_assert_num_queries):
    policy = make.make_policy(published=True)
    for _number in range(4):
        make.make_assessment(make.make_goal(target="2020", declared_by=policy, published=True))
    with django_assert_num_queries(2):
        notes = [
            note
            for goal in linked_goals(policy.goals_declared.published())
            for note in RelatedEntry(goal).notes
        ]
    assert len(notes) == 4

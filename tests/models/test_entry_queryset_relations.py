"""What cards name of other entries: public ones, a few of each, in a fixed number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.query_plans import searches_by_status
from timeline.models import Entry
from timeline.models.entry_queryset import MAX_RELATIONS_OF_CARD, MAX_TOPICS_OF_CARD
from timeline.models.shortlists import left_out

pytestmark = pytest.mark.django_db


def test_of_many_goals_the_first_due_are_loaded(django_assert_num_queries):
    policy = make.make_policy(published=True)
    for target in ("", "2030", "2020", "2025"):
        make.make_goal(declared_by=policy, target=target, published=True)
    make.make_goal(declared_by=policy, target="2019")
    loaded = Entry.objects.published().with_relations().get(pk=policy.pk)
    with django_assert_num_queries(0):
        goals = list(loaded.goals_declared.all())
    assert [str(goal.target) for goal in goals] == ["2020", "2025", "2030"]
    assert {goal.total for goal in goals} == {4}
    assert len(goals) == MAX_RELATIONS_OF_CARD


def test_what_is_not_public_is_not_loaded():
    policy, hidden = make.make_policy(published=True), make.make_policy()
    make.make_relation(policy, "based_on", hidden)
    goal, milestone = make.make_goal(published=True), make.make_milestone(published=True)
    milestone.policies.add(hidden)
    make.update_unchecked(type(goal).objects.filter(pk=goal.pk), declared_by=hidden)
    entries = Entry.objects.published().with_relations().in_bulk()
    assert list(entries[policy.pk].policy.relations.all()) == []
    assert list(entries[milestone.pk].milestone.policies.all()) == []
    assert entries[goal.pk].goal.declared_by is None


def test_the_relations_of_many_entries_take_as_many_queries_as_of_few():
    def add():
        policy = make.make_policy(date="2012", published=True)
        make.make_relation(policy, "based_on", make.make_policy(date="2010", published=True))
        make.make_assessment(make.make_goal(declared_by=policy, target="2013", published=True))
        make.make_milestone(date="2012", published=True).policies.add(policy)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            list(public.for_cards().with_relations())
        return len(captured)

    public = Entry.objects.published()
    add()
    few = queries()
    add()
    assert queries() == few


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="The planner of PostgreSQL has statistics")
def test_no_query_begins_with_all_public_entries():
    policy = make.make_policy(date="2012", published=True)
    make.make_relation(policy, "based_on", make.make_policy(date="2010", published=True))
    make.make_goal(declared_by=policy, target="2013", published=True)
    make.make_milestone(date="2012", published=True).policies.add(policy)
    keys = list(Entry.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as captured:
        Entry.objects.published().for_cards().with_relations().in_bulk(keys)
    for query in captured:
        assert searches_by_status(query["sql"]) == [], query["sql"]


def test_of_many_policies_of_milestones_the_first_by_date_are_loaded(django_assert_num_queries):
    policies = [make.make_policy(date=str(year), published=True) for year in range(2015, 2009, -1)]
    many, few = (make.make_milestone(published=True) for _number in range(2))
    many.policies.set([*policies, make.make_policy(date="2009")])
    few.policies.set(policies[:2])
    loaded = Entry.objects.published().with_relations().in_bulk([many.pk, few.pk])
    with django_assert_num_queries(0):
        found = [list(loaded[each.pk].milestone.policies.all()) for each in (many, few)]
    assert [[entry.pk for entry in of_one] for of_one in found] == [
        [policy.pk for policy in reversed(policies[3:])],
        [policy.pk for policy in reversed(policies[:2])],
    ]
    assert [left_out(of_one) for of_one in found] == [3, 0]


def test_of_many_topics_the_first_are_loaded(django_assert_num_queries):
    topics = [make.make_topic(position=position) for position in range(MAX_TOPICS_OF_CARD + 2)]
    many, few = (
        make.make_policy(topics=topics, published=True),
        make.make_goal(topics=topics[3:5], published=True),
    )
    loaded = Entry.objects.published().for_cards().in_bulk([many.pk, few.pk])
    with django_assert_num_queries(0):
        found = [list(loaded[each.pk].topics.all()) for each in (many, few)]
    assert found == [topics[:MAX_TOPICS_OF_CARD], topics[3:5]]
    assert [left_out(of_one) for of_one in found] == [2, 0]

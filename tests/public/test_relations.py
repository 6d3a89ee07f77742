"""Relations between public entries: of policies, milestones and goals, never with what is not public."""

import pytest
from django.utils import translation

from tests import factories as make
from timeline.models.evidence import RelationType
from timeline.public.relations import (
    CONCERNS,
    SETS,
    WORDS,
    StatedRelation,
    public_relations,
    related_pairs,
    relations_among,
)

pytestmark = pytest.mark.django_db


def related(date="2012"):
    """A policy that amends another, a milestone about it and a goal that it sets."""
    former = make.make_policy(title="旧办法", date="2010", published=True)
    policy = make.make_policy(title="新办法", date=date, published=True)
    make.make_relation(policy, "amends", former)
    milestone = make.make_milestone(title="出台", date="2011", policies=[policy], published=True)
    goal = make.make_goal(title="目标", declared_by=policy, target="2015", published=True)
    return former, policy, milestone, goal


def test_policies_milestones_and_goals_state_relations():
    former, policy, milestone, goal = related()
    keys = [entry.pk for entry in (former, policy, milestone, goal)]
    assert {*relations_among(keys, 9)} == {
        StatedRelation(policy.pk, "amends", former.pk),
        StatedRelation(milestone.pk, CONCERNS, policy.pk),
        StatedRelation(policy.pk, SETS, goal.pk),
    }
    assert relations_among([policy.pk, goal.pk], 9) == [StatedRelation(policy.pk, SETS, goal.pk)]
    assert len(relations_among(keys, 2)) == 2
    assert relations_among([], 9) == []


def test_relations_of_what_is_not_public_are_left_out():
    _former, policy, *_others = entries = related()
    policy.withdraw(by=make.make_user(), comment="重复")
    assert relations_among([entry.pk for entry in entries], 9) == []
    assert [*public_relations()] == []


def test_all_relations_come_in_the_order_of_the_entries_that_state_them():
    related(date="")
    pairs = related_pairs(public_relations())
    assert [(pair.entry.title, pair.other.title) for pair in pairs] == [
        ("出台", "新办法"),
        ("新办法", "旧办法"),
        ("新办法", "目标"),
    ]


def test_every_type_of_relation_has_words_for_both_sides():
    assert {*WORDS} == {*RelationType, CONCERNS, SETS}
    with translation.override("en"):
        assert str(WORDS["amends"].stated) == "amends"
        assert str(WORDS["amends"].received) == "amended by a later document"
        assert len({str(text) for words in WORDS.values() for text in words}) == 3 * len(WORDS)


def test_pairs_are_loaded_in_one_query_whatever_their_number(django_assert_num_queries):
    related()
    related()
    rows = [*public_relations()]
    with django_assert_num_queries(1):
        assert len(related_pairs(rows)) == 6

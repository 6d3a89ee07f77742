"""The entries of a list are loaded together, and only if one of them is read; what their cards say."""

import re

import pytest

from tests import factories as make
from tests.pages import order_of, page
from timeline.models import Entry, Goal, Source
from timeline.public.cards import listed_entries, positions_of
from timeline.public.chronology import by_year

pytestmark = pytest.mark.django_db


def test_the_entries_of_a_list_are_loaded_together_when_one_is_read(django_assert_num_queries):
    first = make.make_policy(date="2011", title="甲", published=True)
    last = make.make_goal(date="2013", title="乙", published=True)
    public = Entry.objects.published().chronological()
    with django_assert_num_queries(1):
        listed = listed_entries(positions_of(public), public)
        assert [(year.number, [entry.pk for entry in year.entries]) for year in by_year(listed)] == [
            (2011, [first.pk]),
            (2013, [last.pk]),
        ]
    with django_assert_num_queries(1):
        assert [entry.loaded.title for entry in listed] == ["甲", "乙"]


def test_an_entry_that_was_withdrawn_since_its_position_was_kept_is_left_out():
    policy = make.make_policy(date="2011", published=True)
    positions = positions_of(Entry.objects.published())
    policy.withdraw(by=make.make_editor(), comment="误登")
    (listed,) = listed_entries(positions, Entry.objects.published())
    assert listed.loaded is None


def card(client, entry, prefix=""):
    """The card of an entry on the front page, as text with its links."""
    text = page(client, f"{prefix}/")
    card = text.partition(f'id="entry-{entry.slug}"')[2].partition("</article>")[0]
    return re.sub(r"</?(?!a\b|/a\b)[a-z0-9]+[^>]*>", "", card)


def test_a_policy_names_the_goals_that_it_sets_and_a_goal_what_set_it(client):
    policy = make.make_policy(slug="plan", title="规划", short_title="短规划", date="2010", published=True)
    make.make_goal(slug="city", title="建成城市", declared_by=policy, target="2020", published=True)
    make.make_goal(slug="hidden", title="未公开", declared_by=policy)
    goal = make.make_goal(
        slug="port", title="建成港口", short_title="港口", declared_by=policy, published=True
    )
    assert (
        '提出目标：<a href="/goals/city/">建成城市</a>（2020年到期 · 未见评估）、<a href="/goals/port/">港口</a>'
        in card(client, policy)
    )
    assert "未公开" not in card(client, policy)
    assert '提出依据：<a href="/policies/plan/">短规划</a>' in card(client, goal)
    assert "<dt>提出依据</dt>" in page(client, goal)


def test_a_card_names_three_goals_and_says_how_many_more_there_are(client):
    policy = make.make_policy(slug="plan", date="2010", published=True)
    for number in range(5):
        make.make_goal(title=f"目标{number}", declared_by=policy, target=str(2020 + number), published=True)
    found = card(client, policy)
    assert [number for number in range(5) if f"目标{number}" in found] == [0, 1, 2]
    assert '<a href="/policies/plan/">另有2项</a>' in found


def test_a_policy_names_what_it_relates_to_and_a_milestone_its_policies(client):
    plan, basis = (
        make.make_policy(title=title, date="2012", published=True) for title in ("规划", "依据文件")
    )
    hidden = make.make_policy(title="未公开")
    make.make_relation(plan, "based_on", basis)
    make.make_relation(plan, "implements", hidden)
    launch = make.make_milestone(date="2013", published=True)
    launch.policies.set([plan, hidden])
    assert f'依据：<a href="{basis.get_absolute_url()}">依据文件</a>' in card(client, plan)
    assert f'相关政策：<a href="{plan.get_absolute_url()}">规划</a>' in card(client, launch)
    assert f'Policies concerned: <a href="/en{plan.get_absolute_url()}"' in card(client, launch, "/en")
    assert "Policies concerned" in page(client, f"/en{launch.get_absolute_url()}")
    assert "未公开" not in card(client, plan) + card(client, launch)


def test_a_card_names_three_policies_and_eight_topics_and_says_how_many_more_there_are(client):
    topics = [make.make_topic(title=f"专题{number}", position=number) for number in range(10)]
    launch = make.make_milestone(slug="launch", date="2013", topics=topics, published=True)
    launch.policies.set(
        [make.make_policy(title=f"政策{year}", date=str(year), published=True) for year in range(2010, 2016)]
    )
    found = card(client, launch)
    assert [year for year in range(2010, 2016) if f"政策{year}" in found] == [2010, 2011, 2012]
    assert [number for number in range(10) if f"专题{number}" in found] == [*range(8)]
    more = [f'<a href="/milestones/launch/">另有{number}项</a>' for number in (3, 2)]
    assert order_of(found, "政策2012", more[0], "专题7", more[1])


def test_a_goal_does_not_name_a_declaring_entry_that_is_not_public(client):
    goal = make.make_goal(date="2012", published=True)
    make.update_unchecked(Goal.objects.filter(pk=goal.pk), declared_by=make.make_policy(title="规划"))
    found = card(client, goal)
    assert "提出依据" not in found
    assert "规划" not in found


def test_a_goal_says_when_it_was_set_and_due_and_what_is_known(client):
    due = make.make_goal(date="2010", target="2015", published=True)
    open_end = make.make_goal(date="2011-03", published=True)
    undated = make.make_goal(published=True)
    assert "2010年提出 2015年到期 · 未见评估" in " ".join(card(client, due).split())
    assert "2011年3月提出 未写期限" in " ".join(card(client, open_end).split())
    assert "日期未载 未写期限" in " ".join(card(client, undated).split())
    make.make_assessment(due)
    assert "2015年到期 · 2020年评估：完成" in " ".join(card(client, due).split())


def test_a_card_names_its_first_source_and_the_number_of_citations(client):
    policy = make.make_policy(slug="plan", date="2012", published=True)
    source = Source.objects.get(citations__entry=policy)
    source.title = "甲报"
    source.save()
    assert f'来源：<a href="/sources/{source.slug}/">甲报</a> 第1段' in card(client, policy)
    assert "处</a>" not in card(client, policy)
    make.make_citation(policy, source=source, locator="¶1", number=2, quotation="又一句")
    assert "处</a>" not in card(client, policy)
    for number in range(9):
        make.make_citation(policy, source=make.make_source(slug=f"z{number}"))
    found = card(client, policy)
    assert '<a href="/policies/plan/#sources">等10处</a>' in found
    assert found.count('href="/sources/') == 1


def test_a_card_of_several_sources_says_so(client):
    policy = make.make_policy(slug="plan", date="2012", published=True)
    make.make_citation(policy, source=Source.objects.get(citations__entry=policy), locator="¶9")
    assert "Source: <a" in card(client, policy, "/en")
    make.make_citation(policy)
    assert "Sources: <a" in card(client, policy, "/en")

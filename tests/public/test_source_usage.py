"""What cites a source, grouped by place and without drafts, and how much cites each source."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.pages import order_of, page
from tests.query_plans import searches_by_status
from tests.statuses import HIDDEN, bring_to
from timeline.models import Source
from timeline.public.source_usage import (
    CitedPlace,
    cited_places,
    differing_count,
    most_cited_first,
    rank_and_key,
    source_counts,
    usage_counts,
    usage_keys,
)
from timeline.workflow import Status

pytestmark = pytest.mark.django_db


def test_the_anchors_of_places_are_words_and_no_two_are_alike():
    anchors = {
        CitedPlace(locator).anchor
        for locator in ("", "¶1", "第3页", "a b", "a-b", "a.b", "whole", '"', "a.20.b")
    }
    assert len(anchors) == 9
    assert not [anchor for anchor in anchors if re.search(r"[\s\"<>&#%]", anchor)]


@pytest.mark.parametrize("status", HIDDEN)
def test_what_is_not_public_neither_cites_a_source_nor_is_counted(status):
    source, user = make.make_source(), make.make_user()
    topic, goal = make.make_topic(published=False), make.make_goal(published=status == Status.WITHDRAWN)
    topic.citations.create(source=source, date="2012")
    bring_to([topic], status, by=user)
    make.make_assessment(goal, source=source)
    if goal.is_public:
        goal.withdraw(by=user, comment="重复")
    assert [*usage_keys(source)] == usage_counts(source) == []
    (counted,) = source_counts(most_cited_first(Source.objects.filter(pk=source.pk)))
    assert (counted.entries, counted.others, differing_count(source)) == (0, 0, 0)


def test_phases_topics_and_assessments_rest_on_a_source_too():
    source = make.make_source()
    phase, topic = make.make_phase(period="2011/2015"), make.make_topic()
    phase.citations.create(source=source, locator="¶1", date="2012")
    topic.citations.create(source=source, locator="¶1")
    goal = make.make_goal(published=True)
    make.make_assessment(goal, source=source, locator="¶1")
    make.make_assessment(make.make_goal(), source=source, locator="¶1")
    (place,) = cited_places(source, rank_and_key(usage_keys(source)))
    assert [(each.kind, each.subject, each.differs) for each in place.usages] == [
        ("阶段", phase, True),
        ("专题", topic, False),
        ("评估", goal, False),
    ]


def dated_elsewhere(source):
    """By entry, whether its date is marked as that of another source, on the page of this one."""
    places = cited_places(source, rank_and_key(usage_keys(source)))
    return {usage.subject.slug: usage.is_dated_elsewhere for place in places for usage in place.usages}


def test_a_date_is_from_another_source_only_where_a_citation_of_it_carries_the_date():
    article, daily = make.make_source(slug="article"), make.make_source(slug="daily")
    for slug, own, cited in (
        ("carried-there", None, "2013-08-05"),
        ("carried-nowhere", None, None),
        ("other-date-there", None, "2014"),
        ("less-exact-here", "2013", "2013-08-05"),
        ("carried-by-both", "2013-08-05", "2013-08-05"),
    ):
        entry = make.make_milestone(slug=slug, date="2013-08-05", published=True)
        make.make_citation(entry, source=article, locator="¶4", date=own)
        make.make_citation(entry, source=daily, date=cited)
    undated = make.make_milestone(slug="undated", published=True)
    make.make_citation(undated, source=article, locator="¶4")
    assert dated_elsewhere(article) == {
        "carried-there": True,
        "carried-nowhere": False,
        "other-date-there": False,
        "less-exact-here": True,
        "carried-by-both": False,
        "undated": False,
    }
    assert not any(dated_elsewhere(daily).values())


def test_a_record_that_cites_a_place_twice_is_listed_once_unless_with_two_dates():
    source, entry = make.make_source(), make.make_milestone(date="2013", published=True)
    other = make.make_milestone(date="2013", published=True)
    for cited, number, date in ((entry, 1, None), (entry, 2, "2013"), (other, 1, "2012"), (other, 2, "2014")):
        make.make_citation(cited, source=source, locator="¶1", number=number, date=date)
    (place,) = cited_places(source, rank_and_key(usage_keys(source)))
    listed = [(usage.subject.pk, len(usage.citations), str(usage.source_date)) for usage in place.usages]
    assert sorted(listed) == sorted([(entry.pk, 2, "2013"), (other.pk, 1, "2012"), (other.pk, 1, "2014")])


def test_a_date_is_not_from_another_source_where_this_one_gives_it_elsewhere_or_is_quoted_with_the_year_or_day():
    article, daily = make.make_source(slug="article"), make.make_source(slug="daily")
    for slug, columns in (
        ("at-another-place", {"date": "2012"}),
        ("quoted", {"quotation": "2012年，制定了纲要"}),
    ):
        entry = make.make_policy(slug=slug, date="2012", published=True)
        make.make_citation(entry, source=article, locator="¶3")
        make.make_citation(entry, source=article, locator="¶4", **columns)
        make.make_citation(entry, source=daily, date="2012")
    for slug, day in (("same-day", "4月7日"), ("other-day", "4月17日"), ("within-another", "14月7日")):
        entry = make.make_policy(slug=slug, date="2015-04-07", published=True)
        make.make_citation(entry, source=article, locator="¶5", quotation=f"今年{day}，公布了名单")
        make.make_citation(entry, source=daily, date="2015-04-07")
    assert dated_elsewhere(article) == {
        "at-another-place": False,
        "quoted": False,
        "same-day": False,
        "other-day": True,
        "within-another": True,
    }


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="The planner of PostgreSQL has statistics")
def test_no_query_begins_with_all_public_entries():
    source, goal = make.make_source(), make.make_goal(published=True)
    make.make_assessment(goal, source=source)
    make.make_citation(goal, source=source)
    with CaptureQueriesContext(connection) as captured:
        assert cited_places(source, rank_and_key(usage_keys(source)))
        assert usage_counts(source)
        assert not differing_count(source)
    for query in captured:
        assert searches_by_status(query["sql"]) == [], query["sql"]


def test_each_place_that_an_assessment_cites_is_listed_and_it_counts_once():
    source, goal = make.make_source(), make.make_goal(published=True, target="2015")
    assessment = make.make_assessment(goal, date="2016", source=source, locator="¶2")
    make.make_assessment_citation(assessment, source=source, locator="¶1", quotation="原话", date="2014")
    first, second = cited_places(source, rank_and_key(usage_keys(source)))
    assert [place.locator for place in (first, second)] == ["¶1", "¶2"]
    (usage,) = first.usages
    assert (usage.assessment, usage.citations[0].quotation, str(usage.source_date)) == (
        assessment,
        "原话",
        "2014",
    )
    assert not usage.differs
    assert usage_counts(source) == [("评估", 1)]
    (counted,) = source_counts(most_cited_first(Source.objects.filter(pk=source.pk)))
    assert counted.others == 1


def test_the_source_on_which_most_rests_stands_first_and_drafts_weigh_nothing(client):
    light, heavy = make.make_source(slug="a", title="轻"), make.make_source(slug="b", title="重")
    for locator in ("¶1", "¶2"):
        make.make_citation(make.make_policy(published=True), source=heavy, locator=locator)
        make.make_citation(make.make_policy(), source=light, locator=locator)
    twice = make.make_policy(published=True)
    for locator in ("¶1", "¶2"):
        make.make_citation(twice, source=heavy, locator=locator)
    weights = {
        weight.source: (weight.entries, weight.others)
        for weight in source_counts(most_cited_first(Source.objects.all()))
    }
    assert weights[heavy] == (3, 0)
    assert weights[light] == (0, 0)
    assert order_of(page(client, "/sources/"), "重", "轻")


def test_what_the_database_counts_is_what_the_places_show():
    source = make.make_source()
    phase = make.make_phase(period="2011/2015")
    for locator, date in (("¶1", "2012"), ("¶2", "2011/2015"), ("¶3", "2010/2016"), ("¶4", None)):
        phase.citations.create(source=source, locator=locator, date=date)
    for own in ("2013", "2013-05", None):
        entry = make.make_milestone(date=own, published=True)
        for place, date in enumerate(("2013", "2013-05-04", "2012/..", "2010/2011", None)):
            make.make_citation(entry, source=source, locator=f"第{place}段", date=date)
    make.make_citation(make.make_milestone(date="2014"), source=source, date="2013")
    places = cited_places(source, rank_and_key(usage_keys(source)))
    usages = [usage for place in places for usage in place.usages]
    assert differing_count(source) == sum(usage.differs for usage in usages) == 9
    assert usage_counts(source) == [("阶段", 1), ("大事", 3)]
    assert [place.locator for place in places] == [
        *(f"¶{n}" for n in (1, 2, 3, 4)),
        *(f"第{n}段" for n in range(5)),
    ]


def test_places_are_in_natural_order_and_within_one_what_cites_it_in_that_of_the_timeline():
    source = make.make_source()
    goal = make.make_goal(title="目标", published=True)
    late = make.make_policy(date="2014", published=True)
    early = make.make_milestone(date="2013", published=True)
    undated = make.make_milestone(published=True)
    for locator in ("第10段", "第2段"):
        for entry in (undated, late, early):
            make.make_citation(entry, source=source, locator=locator)
    make.make_assessment(goal, source=source, locator="第2段")
    places = cited_places(source, rank_and_key(usage_keys(source)))
    assert [(place.locator, [usage.subject.pk for usage in place.usages]) for place in places] == [
        ("第2段", [early.pk, late.pk, undated.pk, goal.pk]),
        ("第10段", [early.pk, late.pk, undated.pk]),
    ]


def test_a_date_is_not_from_another_source_where_only_the_words_differ():
    source = make.make_source()
    entry = make.make_milestone(slug="a", date="2015年底", published=True)
    make.make_citation(entry, source=source, date="2015", quotation="2015年底建成")
    assert dated_elsewhere(source) == {"a": False}

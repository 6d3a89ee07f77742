"""What cites a source, grouped by place and without drafts, and how much cites each source."""

import re

import pytest

from tests import factories as make
from tests.pages import order_of, page
from timeline.models import Source
from timeline.public.source_usage import (
    CitedPlace,
    cited_places,
    differing_count,
    most_cited_first,
    source_counts,
    usage_counts,
    usage_keys,
)

pytestmark = pytest.mark.django_db


def test_the_anchors_of_places_are_words_and_no_two_are_alike():
    anchors = {
        CitedPlace(locator).anchor
        for locator in ("", "¶1", "第3页", "a b", "a-b", "a.b", "whole", '"', "a.20.b")
    }
    assert len(anchors) == 9
    assert not [anchor for anchor in anchors if re.search(r"[\s\"<>&#%]", anchor)]


def test_phases_topics_and_assessments_rest_on_a_source_too():
    source = make.make_source()
    phase, topic = make.make_phase(period="2011/2015"), make.make_topic()
    phase.citations.create(source=source, locator="¶1", date="2012")
    topic.citations.create(source=source, locator="¶1")
    goal = make.make_goal(published=True)
    make.make_assessment(goal, source=source, locator="¶1")
    make.make_assessment(make.make_goal(), source=source, locator="¶1")
    (place,) = cited_places(usage_keys(source))
    assert [(each.kind, each.subject, each.differs) for each in place.usages] == [
        ("阶段", phase, True),
        ("专题", topic, False),
        ("评估", goal, False),
    ]


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
    places = cited_places(usage_keys(source))
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
    places = cited_places(usage_keys(source))
    assert [(place.locator, [usage.subject.pk for usage in place.usages]) for place in places] == [
        ("第2段", [early.pk, late.pk, undated.pk, goal.pk]),
        ("第10段", [early.pk, late.pk, undated.pk]),
    ]

"""What cites a source, grouped by place and without drafts, and how much cites each source."""

import re

import pytest

from tests import factories as make
from tests.pages import order_of, page
from timeline.models import Source
from timeline.public.source_usage import CitedPlace, cited_places, source_counts

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
    (place,) = cited_places(source)
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
        weight.source: (weight.entries, weight.others) for weight in source_counts(list(Source.objects.all()))
    }
    assert weights[heavy] == (3, 0)
    assert weights[light] == (0, 0)
    assert order_of(page(client, "/sources/"), "重", "轻")

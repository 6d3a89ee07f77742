"""The pages above a page."""

import pytest
from django.utils import translation

from tests import factories as make
from timeline.models import Goal, Phase, Source, Topic
from timeline.public.metadata.trails import Breadcrumb, list_trail, record_trail

pytestmark = pytest.mark.django_db


def test_an_entry_whose_kind_has_no_page_is_below_the_front_page():
    policy = make.make_policy(slug="plan", title="规划")
    assert record_trail(policy) == [Breadcrumb("规划", "/policies/plan/")]
    assert record_trail(make.make_goal(slug="goal", title="目标"))[0] == Breadcrumb("目标", "/goals/")


def test_records_are_below_the_page_that_lists_them():
    assert list_trail(Goal) == [Breadcrumb("目标", "/goals/")]
    assert list_trail(Source) == [Breadcrumb("来源", "/sources/")]
    assert list_trail(Topic) == [Breadcrumb("专题", "/topics/")]
    assert list_trail(Phase) == []


def test_names_and_addresses_are_those_of_the_language():
    topic = make.make_topic(slug="cloud", title="云", title_en="Cloud")
    with translation.override("en"):
        assert record_trail(topic) == [
            Breadcrumb("Topics", "/en/topics/"),
            Breadcrumb("Cloud", "/en/topics/cloud/"),
        ]
    assert list_trail(Topic)[0].name == "专题"

"""Lists of entries narrowed down: by stage, by year, by what is missing."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.lists import rows

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def at_every_stage(kept_records):
    editor = make.make_user()
    make.make_milestone(title="草稿甲", date="2013-05", title_en="A")
    make.make_milestone(title="待审乙", date="2014").submit(by=editor)
    make.make_policy(title="公开丙", published=True, title_en="C")
    scheduled = make.make_goal(title="定时丁", title_en="D", summary="只有中文")
    make.make_citation(scheduled)
    scheduled.publish(by=editor, now=timezone.now() + datetime.timedelta(days=1))
    withdrawn = make.make_policy(title="撤回戊", published=True, title_en="E")
    withdrawn.withdraw(by=editor, reason="重复")


def narrowed(desk, **query):
    return {title for title in ["草稿甲", "待审乙", "公开丙", "定时丁", "撤回戊"] if any(title in row for row in rows(desk, "entry", **query))}  # fmt: skip


def test_entries_are_narrowed_by_stage(desk, at_every_stage):
    assert narrowed(desk, stage="draft") == {"草稿甲"}
    assert narrowed(desk, stage="review") == {"待审乙"}
    assert narrowed(desk, stage="scheduled") == {"定时丁"}
    assert narrowed(desk, stage="published") == {"公开丙"}
    assert narrowed(desk, stage="withdrawn") == {"撤回戊"}


def test_entries_are_narrowed_by_gap_year_and_kind(desk, at_every_stage):
    assert narrowed(desk, gap="date") == {"公开丙", "定时丁", "撤回戊"}
    assert narrowed(desk, gap="citation") == {"草稿甲", "待审乙"}
    assert narrowed(desk, gap="english") == {"待审乙", "定时丁"}
    assert narrowed(desk, year="2013") == {"草稿甲"}
    assert narrowed(desk, kind="goal") == {"定时丁"}


def test_a_filter_of_the_list_that_is_none_narrows_nothing(desk, at_every_stage):
    assert (
        len(narrowed(desk, year="1999"))
        == len(narrowed(desk, stage="nowhere"))
        == len(narrowed(desk, gap="nothing"))
        == 5
    )


def test_the_filter_offers_the_years_that_exist_newest_first(desk):
    make.empty()
    make.make_milestone(date="2013-05")
    make.make_milestone(date="2018")
    make.make_milestone()
    page = desk.get(reverse("admin:timeline_milestone_changelist")).content.decode()
    assert re.findall(r'href="\?year=(\d+)"', page) == ["2018", "2013"]

"""The list filters of entries: stage, year, gaps and kind."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories as make
from tests.admin_lists import rows

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def at_every_stage(module_records):
    editor = make.make_user()
    make.make_milestone(title="草稿甲", date="2013-05", title_en="A")
    make.make_milestone(title="待审乙", date="2014").submit(by=editor)
    make.make_policy(title="公开丙", published=True, title_en="C")
    scheduled = make.make_goal(title="定时丁", title_en="D", summary="只有中文")
    make.make_citation(scheduled)
    scheduled.publish(by=editor, public_from=timezone.now() + datetime.timedelta(days=1))
    withdrawn = make.make_policy(title="撤回戊", published=True, title_en="E")
    withdrawn.withdraw(by=editor, comment="重复")


def narrowed(editor_client, **query):
    return {title for title in ["草稿甲", "待审乙", "公开丙", "定时丁", "撤回戊"] if any(title in row for row in rows(editor_client, "entry", **query))}  # fmt: skip


def test_entries_are_narrowed_by_stage(editor_client, at_every_stage):
    assert narrowed(editor_client, stage="draft") == {"草稿甲"}
    assert narrowed(editor_client, stage="review") == {"待审乙"}
    assert narrowed(editor_client, stage="scheduled") == {"定时丁"}
    assert narrowed(editor_client, stage="published") == {"公开丙"}
    assert narrowed(editor_client, stage="withdrawn") == {"撤回戊"}


def test_entries_are_narrowed_by_gap_year_and_kind(editor_client, at_every_stage):
    assert narrowed(editor_client, gap="date") == {"公开丙", "定时丁", "撤回戊"}
    assert narrowed(editor_client, gap="citation") == {"草稿甲", "待审乙"}
    assert narrowed(editor_client, gap="english") == {"待审乙", "定时丁"}
    assert narrowed(editor_client, year="2013") == {"草稿甲"}
    assert narrowed(editor_client, kind="goal") == {"定时丁"}


def test_a_filter_of_the_list_that_is_none_narrows_nothing(editor_client, at_every_stage):
    assert (
        len(narrowed(editor_client, year="1999"))
        == len(narrowed(editor_client, stage="nowhere"))
        == len(narrowed(editor_client, gap="nothing"))
        == 5
    )


def test_the_filter_offers_the_years_that_exist_newest_first(editor_client):
    make.empty()
    make.make_milestone(date="2013-05")
    make.make_milestone(date="2018")
    make.make_milestone()
    page = editor_client.get(reverse("admin:timeline_milestone_changelist")).content.decode()
    assert re.findall(r'href="\?year=(\d+)"', page) == ["2018", "2013"]

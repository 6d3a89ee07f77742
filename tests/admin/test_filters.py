"""The list filters of entries: stage, year, gaps and kind."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

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


def offered_topics(editor_client, **query):
    """The titles of the topics that the filter offers, in its order."""
    page = editor_client.get(reverse("admin:timeline_entry_changelist"), query).content.decode()
    return re.findall(r'topics__id__exact=[^"]*">(专题[^<]+)<', page)


def test_of_many_topics_those_are_offered_that_the_listed_entries_name_most(editor_client):
    make.empty()
    topics = [make.make_topic(title=f"专题{number:02}", position=number) for number in range(45)]
    make.make_milestone(title="草稿", topics=topics[43:])
    make.make_milestone(title="又一", topics=[topics[44]])
    make.make_policy(title="公开", published=True, topics=[topics[42]])
    titles = offered_topics(editor_client)
    assert titles == ["专题44", "专题42", "专题43"]
    assert offered_topics(editor_client, stage="published") == ["专题42"]
    narrowed_to = {"topics__id__exact": topics[3].pk}
    assert offered_topics(editor_client, **narrowed_to) == ["专题03", *titles]


def test_of_many_topics_the_others_are_reached_by_their_list(editor_client):
    make.empty()
    topics = [make.make_topic(title=f"专题{number:02}", position=number) for number in range(45)]
    entry = make.make_milestone(title="启动", topics=[topics[44]])
    page = editor_client.get(reverse("admin:timeline_entry_changelist")).content.decode()
    address = reverse("admin:timeline_topic_changelist")
    (words,) = re.findall(f'<li>\\s*<a href="{address}">([^<]+)</a>', page)
    assert words == _("All %(number)s, with the entries of each →") % {"number": 45}
    back = f"{reverse('admin:timeline_entry_changelist')}?topics__id__exact={topics[44].pk}"
    assert back in editor_client.get(address).content.decode()
    assert str(entry) in editor_client.get(back).content.decode()


def test_few_topics_are_offered_in_their_own_order(editor_client):
    make.empty()
    for number in (2, 1):
        make.make_topic(title=f"专题{number}", position=number)
    assert offered_topics(editor_client) == ["专题1", "专题2"]


def test_without_pages_in_english_nothing_is_told_to_lack_english(editor_client):
    chronicle = make.make_chronicle()
    make.make_policy()
    address = reverse("admin:timeline_policy_changelist")
    assert "gap=english" in editor_client.get(address).text
    chronicle.english_pages = False
    chronicle.save()
    assert "gap=english" not in editor_client.get(address).text

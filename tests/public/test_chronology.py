"""The timeline: phases and years in order, and entries without a phase or a date with the reason."""

import pytest

from tests import factories as make
from tests.pages import order_of, page

pytestmark = pytest.mark.django_db


def test_the_timeline_runs_through_phases_and_years(client):
    make.make_phase(title="甲阶段", period="2011/2015")
    make.make_phase(title="乙阶段", period="2015/2021")
    make.make_milestone(title="二〇一六", date="2016", published=True)
    make.make_policy(title="二〇一三", date="2013-01", published=True)
    make.make_milestone(title="二〇一〇", date="2010", published=True)
    text = page(client, "/").partition("<h2")[2]
    assert order_of(text, "第一阶段之前", "二〇一〇", "甲阶段", "二〇一三", "乙阶段", "二〇一六")


def test_an_entry_of_2010_says_that_it_lies_before_the_first_phase(client):
    make.make_phase(period="2011/2015")
    entry = make.make_policy(date="2010", published=True)
    assert "第一阶段之前" in page(client, entry)


def test_undated_entries_stand_in_their_phase_or_by_themselves_and_say_why(client):
    phase = make.make_phase(title="甲阶段", period="2011/2015")
    make.make_milestone(title="有阶段", phase=phase, published=True)
    make.make_policy(title="无阶段", editor_note="只在别处提及", published=True)
    text = page(client, "/").partition("<h2")[2]
    assert order_of(text, "甲阶段", "日期未载", "有阶段", "日期未载", "无阶段", "只在别处提及")

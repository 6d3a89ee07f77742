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


def test_undated_entries_stand_last_by_phase_and_say_why(client):
    phase = make.make_phase(title="甲阶段", period="2011/2015")
    make.make_milestone(title="有阶段", phase=phase, published=True)
    make.make_policy(title="无阶段", editor_note="只在别处提及", published=True)
    make.make_milestone(title="有日期", date="2012", published=True)
    text = page(client, "/").partition("<h2")[2]
    assert order_of(
        text,
        "甲阶段",
        "有日期",
        "日期未载",
        "不作推测",
        "甲阶段",
        "有阶段",
        "阶段之外",
        "无阶段",
        "只在别处提及",
    )
    for anchor in ("stretch-undated", f"undated-phase-{phase.slug}", "undated-stretch-undated"):
        assert f'id="{anchor}"' in text


def test_a_phase_has_its_years_and_what_the_record_dates_to_them(client):
    make.make_phase(title="甲阶段", period="2011/2015", gist="专项资金", gist_en="Special fund")
    make.make_phase(title="乙阶段", period="2016/2020")
    make.make_policy(date="2012", published=True)
    text = page(client, "/")
    assert order_of(
        text, "甲阶段</a></h2>", "2011—2015年</p>", "同期：专项资金</p>", "乙阶段</a></h2>", "2016—2020年</p>"
    )
    assert text.count("同期：") == 1
    assert "At the same time: Special fund" in page(client, "/en/")


def test_the_years_before_the_first_phase_have_the_name_that_the_chronicle_gives_them(client):
    chronicle = make.make_chronicle()
    make.make_phase(period="2011/2015")
    make.make_policy(date="2009", published=True)
    make.make_policy(date="2010", published=True)
    assert order_of(page(client, "/"), 'id="stretch-before-title">第一阶段之前</h2>', "2009—2010年</p>")
    chronicle.opening, chronicle.opening_en = "启动", "Launch"
    chronicle.save()
    assert 'id="stretch-before-title">启动</h2>' in page(client, "/")
    assert 'id="stretch-before-title">Launch</h2>' in page(client, "/en/")

"""The opening: the years of the record, its kinds, and the sentence on its goals in every mixture."""

import re

import pytest
from django.utils.translation import override

from tests import factories as make
from tests.pages import page
from timeline.models import Entry, Kind
from timeline.public.opening import goals_sentence, kinds_text, years_text

pytestmark = pytest.mark.django_db

STATES = ("not_stated", "not_yet_due", "unassessed", "assessed", "assessed_before")


def sentence(*counts, language="zh-hans"):
    """The sentence without its link, for the numbers of goals in each state."""
    with override(language):
        return re.sub(r"<[^>]+>", "", goals_sentence(dict(zip(STATES, counts, strict=True))))


@pytest.mark.parametrize(
    ("counts", "chinese", "english"),
    [
        ((13, 0, 0, 0, 0), "", ""),
        ((0, 0, 0, 0, 0), "", ""),
        ((13, 0, 4, 0, 0), "4个有期限的目标均已到期，未见评估。", "All 4 goals with a due date are past it; no assessment is known."),
        ((0, 0, 1, 0, 0), "1个有期限的目标已到期，未见评估。", "1 goal with a due date is past it; no assessment is known."),
        ((0, 0, 0, 1, 0), "1个有期限的目标已到期，有评估。", "1 goal with a due date is past it; it has been assessed."),
        ((0, 0, 0, 2, 0), "2个有期限的目标均已到期，均有评估。", "All 2 goals with a due date are past it; all have been assessed."),
        ((0, 0, 3, 1, 0), "4个有期限的目标均已到期，1个有评估、3个未见评估。",
         "All 4 goals with a due date are past it; 1 assessed, 3 without a known assessment."),
        ((0, 0, 0, 0, 1), "1个有期限的目标已到期，只有期限前的评估。",
         "1 goal with a due date is past it; it was assessed only before."),
        ((0, 0, 0, 0, 2), "2个有期限的目标均已到期，都只有期限前的评估。",
         "All 2 goals with a due date are past it; all were assessed only before."),
        ((0, 0, 0, 1, 1), "2个有期限的目标均已到期，1个有评估、1个只有期限前的评估。",
         "All 2 goals with a due date are past it; 1 assessed, 1 assessed only before it."),
        ((0, 0, 1, 1, 1), "3个有期限的目标均已到期，1个有评估、1个只有期限前的评估、1个未见评估。",
         "All 3 goals with a due date are past it; 1 assessed, 1 assessed only before it, 1 without a known assessment."),
        ((0, 1, 0, 0, 0), "1个有期限的目标尚未到期。", "1 goal with a due date is not due yet."),
        ((0, 3, 0, 0, 0), "3个有期限的目标均未到期。", "None of 3 goals with a due date is due yet."),
        ((0, 3, 1, 0, 0), "4个有期限的目标中，1个已到期，未见评估。", "Of 4 goals with a due date, 1 is past it; no assessment is known."),
        ((0, 2, 1, 1, 0), "4个有期限的目标中，2个已到期，1个有评估、1个未见评估。",
         "Of 4 goals with a due date, 2 are past it; 1 assessed, 1 without a known assessment."),
        ((0, 2, 0, 2, 0), "4个有期限的目标中，2个已到期，均有评估。", "Of 4 goals with a due date, 2 are past it; all have been assessed."),
    ],
)  # fmt: skip
def test_the_sentence_on_goals_has_the_right_words_in_every_mixture(counts, chinese, english):
    assert sentence(*counts) == chinese
    assert sentence(*counts, language="en") == english


def test_the_sentence_is_made_from_the_public_goals_and_leads_to_their_page(client):
    make.make_goal(target="2015", date="2012", published=True)
    make.make_goal(target="2015", date="2012")
    make.make_goal(date="2012", published=True)
    assert '<a class="counted" href="/goals/">1个有期限的目标</a>已到期，未见评估。' in page(client, "/")
    english = (
        '<a class="counted" href="/en/goals/">1 goal with a due date</a> is past it; no assessment is known.'
    )
    assert english in page(client, "/en/")


@pytest.mark.parametrize(
    ("dates", "years"),
    [
        ([], ""),
        ([""], ""),
        (["2012"], "2012"),
        (["2010", "2023-05"], "2010—2023"),
        (["2010", "2011/2015"], "2010—2015"),
        (["2010", "2021/.."], "2010—2021"),
        (["2010/2014", "2012"], "2010—2014"),
    ],
)
def test_the_years_run_from_the_first_to_the_last_that_is_known(dates, years):
    for date in dates:
        make.make_milestone(date=date, published=True)
    make.make_milestone(date="1999")
    assert years_text(Entry.objects.published()) == years


@pytest.mark.parametrize(
    ("sizes", "chinese", "english"),
    [
        ({}, "", ""),
        ({Kind.POLICY: 1}, "政策", "policy"),
        ({Kind.POLICY: 2}, "政策", "policies"),
        ({Kind.POLICY: 2, Kind.GOAL: 1}, "政策与目标", "policies and goals"),
        (
            dict.fromkeys(Kind, 1),
            "政策、试点、大事与目标",
            "policies, pilot designations, milestones and goals",
        ),
    ],
)
def test_the_kinds_of_the_record_are_one_phrase(sizes, chinese, english):
    assert kinds_text(sizes) == chinese
    with override("en"):
        assert kinds_text(sizes) == english


def test_the_opening_says_how_much_there_is_and_by_whom_phases_are_divided(client):
    make.make_chronicle(title="编年", tagline="记录一座城市")
    make.make_policy(date="2012", published=True)
    text = page(client, "/")
    assert '编年 <span class="opening__years">2012</span></h1>' in text
    assert '<a href="#list">1条政策</a>，逐条注明<a href="/sources/">出处</a>' in text
    assert "opening__basis" not in text
    phase = make.make_phase()
    text = page(client, "/en/")
    assert "Phases that cite no source are those of the editors; entries are assigned by date" in text
    phase.citations.create(source=make.make_source())
    assert "；阶段据来源划分，条目按日期或由编者归入" in page(client, "/")


def test_without_a_story_the_tagline_stands_there(client):
    chronicle = make.make_chronicle(tagline="记录一座城市")
    make.make_policy(published=True)
    opening = page(client, "/").partition('<section class="opening">')[2].partition("</section>")[0]
    assert "记录一座城市" in opening
    chronicle.story = "2010年决定建城。"
    chronicle.save()
    opening = page(client, "/").partition('<section class="opening">')[2].partition("</section>")[0]
    assert "2010年决定建城。" in opening
    assert "记录一座城市" not in opening


def test_a_filtered_page_begins_with_the_name_and_its_picture_is_folded(client):
    make.make_chronicle(title="编年", story="2010年决定建城。")
    make.make_policy(date="2012", published=True)
    text = page(client, "/?kind=policy")
    assert '编年 <span class="opening__years">2012</span></h1>' in text
    assert "2010年决定建城。" not in text
    assert '<details class="glance">' in text
    assert '<details class="glance">' not in page(client, "/")

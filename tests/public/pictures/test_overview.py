"""The picture of the front page and of a part: its bounds, its links, and both renderings."""

import gzip
import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.made import MadeChronicle
from tests.pages import Page, page
from timeline.filters.entries import EntryFilter
from timeline.models import Entry, Kind, Phase
from timeline.public.counts import count_entries
from timeline.public.pictures.overview import MAX_LINKS, draw_overview
from timeline.public.pictures.texts import ListLinks

pytestmark = pytest.mark.django_db

LINKS = ListLinks("/", lambda year: "/goals/", [], {})


def draw():
    entries, phases = Entry.objects.published(), list(Phase.objects.all())
    return draw_overview(entries, phases, count_entries(entries, phases), LINKS)


def across(text):
    return text.partition('<figure class="picture picture--across"')[2].partition("</figure>")[0]


def test_only_what_is_public_is_in_the_picture(client):
    make.make_milestone(short_title="已发布", date="2013", published=True)
    make.make_milestone(short_title="草稿的", date="2013")
    picture = across(page(client, "/"))
    assert "已发布" in picture
    assert "草稿的" not in picture


def test_both_renderings_name_the_best_of_a_year_and_the_story_in_bold(client):
    make.make_chronicle(story="[起步](/milestones/start/)。")
    make.make_milestone(slug="start", short_title="起步了", date="2012", published=True)
    text = page(client, "/")
    assert text.count(">起步了</text>") == 2
    assert text.count('class="name name--first') == 2


def test_what_is_known_of_a_goal_is_in_the_language_of_the_page_beside_a_name_that_is_not(client):
    # One with its words after the ring, one with both in one text.
    make.make_goal(title="成网", date="2010", target="2014", published=True)
    make.make_goal(title="成城市数字网络", date="2013", target="2014", published=True)
    make.make_goal(title="建港", title_en="A port", date="2010", target="2016", published=True)
    make.make_milestone(date="2022", published=True)
    found = Page(across(page(client, "/en/"))).pieces
    assert {(language, tag) for language, tag, text in found if text == "due 2014 · no assessment known"} == {
        ("en", "text"),
        ("en", "tspan"),
    }
    assert [language for language, _tag, text in found if text in ("成网", "成城市数字网络")] == [
        "zh-Hans",
        "zh-Hans",
    ]
    assert across(page(client, "/en/")).count('lang="en"') == 2
    assert 'lang="' not in across(page(client, "/"))


def test_the_name_of_the_years_before_the_first_phase_is_only_in_the_language_of_the_page(client):
    make.make_phase(period="2016/2020")
    for date in ("2010", "2020"):
        make.make_milestone(date=date, published=True)
    chronicle = make.make_chronicle(opening="启动")
    assert ">启动</text>" in across(page(client, "/"))
    assert ">启动</text>" not in across(page(client, "/en/"))
    chronicle.opening_en = "The start"
    chronicle.save()
    assert ">The start</text>" in across(page(client, "/en/"))


def test_an_axis_of_entries_begins_and_ends_with_them():
    make.make_phase(period="2001/2030")
    make.make_milestone(date="2011", published=True)
    make.make_milestone(date="2013/2015", published=True)
    picture = draw()
    assert [label.text for label in picture.labels] == ["2011", "2012", "2013", "2014", "2015"]
    assert (picture.bands[0].x, picture.bands[0].width) == ("0%", "83.33%")


@pytest.mark.parametrize("date", ["1950", "2090"])
def test_entries_published_since_the_counts_outside_their_years_harm_nothing(date):
    make.make_milestone(date="2012", published=True)
    make.make_goal(date="2010", target="2015", published=True)
    counts = count_entries(Entry.objects.published(), [])
    make.make_milestone(date=date, published=True)
    make.make_goal(date=date, target=date, published=True)
    picture = draw_overview(Entry.objects.published(), [], counts, LINKS)
    assert [label.text for label in picture.labels] == ["2010", "2011", "2012"]


def test_without_a_dated_entry_there_is_no_picture():
    assert draw() is None
    make.make_milestone(published=True)
    assert draw() is None


def test_the_key_explains_only_signs_that_are_drawn(client):
    make.make_milestone(date="2013-05-01", published=True)
    assert draw().signs == {"day"}
    policy = make.make_policy(date="2013", published=True)
    make.make_goal(declared_by=policy, target="2015", published=True)
    make.make_milestone(date="2013-06", published=True)
    assert draw().signs == {"day", "month", "year", "goal"}
    # Three rows have room for three policies of a year.
    for _number in range(3):
        make.make_policy(date="2013", published=True)
    assert draw().signs == {"day", "month", "year", "stroke", "goal"}


def test_the_picture_of_a_phase_shows_all_its_years_open_ends_aside(client):
    closed, opened = make.make_phase(period="2011/2015"), make.make_phase(period="2015/..", slug="open")
    make.make_milestone(date="2013", phase=closed, published=True)
    make.make_milestone(date="2017", phase=opened, published=True)

    def years(phase):
        return re.findall(r'class="year-number"[^>]*>(\d+)<', across(page(client, phase)))

    assert years(closed) == ["2011", "2012", "2013", "2014", "2015"]
    assert years(opened) == ["2015", "2016", "2017"]


def key_of(text, rendering):
    picture = text.partition(f'<figure class="picture picture--{rendering}"')[2].partition("</figure>")[0]
    return re.sub(r"<[^>]+>|\s+", " ", picture.partition('<ul class="key"')[2])


def test_a_phase_whose_band_bears_no_name_is_in_the_key(client):
    make.make_phase(
        title="基础网络", title_en="Networks and cloud", short_title_en="Networks", period="2011/2015"
    )
    make.make_milestone(date="2011", published=True)
    make.make_milestone(date="2015", published=True)
    english, chinese = page(client, "/en/"), page(client, "/")
    assert "Networks 2011–2015" in key_of(english, "down")
    assert "Networks" not in key_of(english, "across")
    assert "基础网络" not in key_of(chinese, "down") + key_of(chinese, "across")


def test_a_row_down_counts_what_its_names_leave_in_narrow_and_in_wide_windows(client):
    for _number in range(3):
        make.make_milestone(date="2012", published=True)
    for _number in range(2):
        make.make_milestone(date="2018", published=True)
    down = page(client, "/en/").partition('<figure class="picture picture--down"')[2]
    mores = re.findall(r'<a class=" ?([\w -]+)"[^>]* aria-label="([^"]*)">＋(\d)<', down)
    assert mores == [
        ("first-only", "2012: 2 more, to the list", "2"),
        ("second", "2012: 1 more, to the list", "1"),
        ("first-only", "2018: 1 more, to the list", "1"),
    ]


def test_relations_between_names_and_goals_are_arcs_with_words_at_both_ends(client):
    plan = make.make_policy(date="2012", published=True)
    goal = make.make_goal(declared_by=plan, target="2015", published=True)
    report = make.make_milestone(date="2014", policies=[plan], published=True)
    arcs = draw().arcs
    assert {*arcs.own} == {plan.pk, goal.pk, report.pk}
    assert [arc.shape for arc in arcs.arcs] == ["bow", "down"]
    # From the points of the policy's year to those of the goal.
    assert (arcs.arcs[0].x, arcs.arcs[0].y) == ("0%", "3.31rem")
    text = across(page(client, "/en/"))
    assert {*re.findall(r">(sets|set by this|concerns|related milestone)<", text)} == {
        "sets",
        "set by this",
        "concerns",
        "related milestone",
    }
    assert text.count('<g class="own" aria-hidden="true">') == 3
    assert '<input type="checkbox" id="ties">' in text
    assert 'href="/en/relations/"' in text


def test_the_relation_of_a_draft_is_no_arc(client):
    plan = make.make_policy(date="2012", published=True)
    make.make_relation(make.make_policy(date="2013"), "amends", plan)
    make.make_goal(declared_by=plan, target="2015")
    make.make_milestone(date="2014", policies=[plan])
    assert draw().arcs.arcs == []
    text = page(client, "/")
    assert 'id="ties"' not in text
    assert 'class="own"' not in text


def test_the_arcs_of_a_topic_are_between_its_entries(client):
    topic = make.make_topic()
    plan = make.make_policy(date="2012", topics=[topic], published=True)
    make.make_goal(declared_by=plan, target="2015", topics=[topic], published=True)
    make.make_milestone(date="2014", policies=[plan], published=True)
    assert across(page(client, topic)).count('class="own"') == 2


def test_years_lead_to_the_list_on_its_page_whatever_the_conditions(client, monkeypatch):
    monkeypatch.setattr("timeline.public.paging.MAX_PAGE_ENTRIES", 2)
    for year in (2010, 2010, 2012, 2012):
        make.make_policy(date=str(year), published=True)
    for address in ("/", "/?page=2012", "/?kind=policy", "/?q=第"):
        text = page(client, address)
        years = re.findall(r'href="([^"]+)"[^>]*><text class="year-number"', across(text))
        assert years == ["/#year-stretch-outside-2010", "/?page=2012#year-stretch-outside-2012"]
    for link in years:
        query, _sign, anchor = link.partition("#")
        assert f'id="{anchor}"' in page(client, query)


def test_the_picture_stays_whole_under_a_filter_and_is_folded_away(client):
    make.make_policy(date="2012", published=True)
    make.make_milestone(date="2013", published=True)
    whole, filtered = page(client, "/en/"), page(client, "/en/?kind=policy")
    assert across(whole) == across(filtered)
    assert '<details class="glance">' not in whole
    assert '<details class="glance">' in filtered


def test_the_picture_of_a_topic_links_within_the_topic(client):
    topic = make.make_topic(slug="t")
    make.make_milestone(date="2013", topics=[topic], published=True)
    make.make_milestone(date="2014", published=True)
    picture = across(page(client, topic))
    assert 'href="/?topic=t&amp;from=2013&amp;to=2013#list"' in picture
    assert "2014" not in picture


def test_down_all_lengths_follow_the_text(client):
    make.make_milestone(date="2013", phase=make.make_phase(), published=True)
    text = page(client, "/")
    picture = text.partition('<figure class="picture')[2].partition('<ul class="key"')[0]
    lengths = re.findall(r' (?:y|y1|y2|cy|height)="([^"]+)"', picture)
    assert len(lengths) > 10
    assert all(re.fullmatch(r"-?\d*\.?\d+rem", length) for length in lengths), lengths


def entangle(size):
    """Policies of 2010 to 2023, of which the newest implement the oldest, with so many relations in all."""
    policies = [
        make.make_policy(date=str(year), short_title=f"政策{year}号", published=True)
        for year in range(2010, 2024)
    ]
    pairs = [(newer, older) for newer in reversed(policies) for older in policies if newer.pk > older.pk]
    for newer, older in pairs[:size]:
        make.make_relation(newer, "implements", older)


def test_60_arcs_with_all_their_words_have_at_most_4_kb_compressed(client):
    entangle(60)
    text = page(client, "/")
    assert len(draw().arcs.arcs) == 60
    arcs = r'<g class="(?:own|ties-all)".*?</g>'
    parts = re.findall(arcs, text, re.DOTALL)
    assert len(parts) > 10
    without = re.sub(arcs, "", text, flags=re.DOTALL)
    assert len(gzip.compress(text.encode())) - len(gzip.compress(without.encode())) <= 4096


def test_more_arcs_are_only_those_of_each_entry(client):
    entangle(90)
    text = across(page(client, "/"))
    assert 'id="ties"' not in text
    assert 'href="/relations/"' in text
    assert text.count('<use href="#arc-80"/>') == 2
    assert "#arc-81" not in text


@pytest.fixture(scope="module")
def many(module_records):
    """1,000 made entries."""
    MadeChronicle().add(1000)


def test_it_is_drawn_in_a_fixed_number_of_queries(many):
    with CaptureQueriesContext(connection) as captured:
        picture = draw()
    # Phases and counts, the best entries, of goals their number, rings, those drawn and their assessments, and all relations.
    assert len(captured) == 8
    assert picture is not None


def test_it_has_at_most_100_links_and_counts_what_it_does_not_draw(client, many):
    text = page(client, "/")
    assert 40 < across(text).count("<a ") <= MAX_LINKS
    picture = draw()
    counted = sum(more.size for track in picture.tracks for more in track.mores)
    drawn = sum(name.entry.same_day for track in picture.tracks for name in track.names)
    drawn += sum(len(track.strokes) for track in picture.tracks)
    assert (
        counted + drawn == Entry.objects.exclude(kind=Kind.GOAL).filter(sort_earliest__isnull=False).count()
    )
    assert (
        len(picture.goals.goals) + picture.goals.left
        == Entry.objects.filter(goal__due_by__isnull=False).count()
    )


def test_numbers_lead_to_what_they_count(client, many):
    links = re.findall(
        r'href="/([^"#]*)#list" aria-label="[^"]*"><text class="soft-text"[^>]*>＋(\d+)', page(client, "/")
    )
    assert len(links) > 5
    for query, count in links:
        chosen = EntryFilter(QueryDict(query.replace("&amp;", "&")[1:]), Entry.objects.published())
        assert chosen.qs.count() >= int(count)

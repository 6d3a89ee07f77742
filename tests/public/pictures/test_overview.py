"""The picture of many entries: the start of its axis, its legend, and the links of its counts."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as make
from tests.filtering import found
from tests.pages import page
from timeline.models import Entry
from timeline.public.pictures.overview import MAX_GOALS, draw_overview
from timeline.public.pictures.tracks import MAX_ROWS, MAX_UNDATED

pytestmark = pytest.mark.django_db


def test_the_legend_stands_before_the_picture_and_names_what_is_in_it_and_no_more(client):
    topic = make.make_topic()
    make.make_milestone(date="2013-05-01", topics=[topic], published=True)
    legend, _end, drawing = page(client, topic).partition("</figcaption>")
    assert client.get(topic.get_absolute_url()).context["picture"]().legend_items == {"day"}
    assert legend.count("<li><svg") == 1
    assert 'class="overview__picture"' not in legend
    assert 'class="overview__picture"' in drawing
    make.make_phase(period="2011/2015")
    make.make_milestone(topics=[topic], published=True)
    make.make_goal(date="2011", target="2012", topics=[topic], published=True)
    picture = client.get(topic.get_absolute_url()).context["picture"]()
    assert picture.legend_items == {"day", "period", "due", "unassessed", "undated", "unphased"}
    legend = page(client, topic).partition("</figcaption>")[0]
    assert legend.count("<li data-tone") == 2
    assert "未列入阶段" in legend
    assert "不符合筛选条件" not in legend
    assert "不符合筛选条件" in page(client, "/?kind=goal").partition("</figcaption>")[0]


def test_what_has_no_date_is_drawn_as_nothing_else_is(client):
    topic = make.make_topic()
    make.make_milestone(date="2013", topics=[topic], published=True)
    make.make_milestone(title="未载的", topics=[topic], published=True)
    dated, undated = page(client, topic).partition("</figcaption>")[2].split('class="mark"')[1:]
    assert ('class="bar' in dated, 'class="nowhere"' in dated) == (True, False)
    assert ('class="bar' in undated, 'class="nowhere"' in undated) == (False, True)


def test_the_picture_of_a_topic_begins_with_its_entries_and_that_of_all_with_the_first_phase(client):
    make.make_phase(period="2011/2015")
    later = make.make_phase(period="2015/2021")
    topic = make.make_topic()
    make.make_milestone(date="2018", topics=[topic], phase=later, published=True)
    assert client.get(topic.get_absolute_url()).context["picture"]().scale.first == 2015
    assert client.get("/").context["picture"]().scale.first == 2011


def test_down_a_picture_lengths_follow_the_text(client):
    topic = make.make_topic()
    make.make_milestone(date="2013", phase=make.make_phase(), topics=[topic], published=True)
    drawing = page(client, topic).partition("</figcaption>")[2].partition("</figure>")[0]
    down = re.findall(r' (?:y|y1|y2|cy|height)="([^"]+)"', drawing)
    assert len(down) > 10
    assert all(re.fullmatch(r"0em|-?\d*\.?\d+em|100%", length) for length in down), down


# More marks than fit side by side.
MARKS = 36


def make_all_public():
    public = {"status": "published", "published_at": timezone.now(), "published_by": make.make_user()}
    make.update_unchecked(Entry.objects.all(), **public)


def test_what_a_picture_of_a_topic_only_counts_is_asked_for_within_the_topic(client):
    topic = make.make_topic(slug="t")
    for _ in range(MARKS):
        make.make_milestone(date="2013-05-06", topics=[topic])
    make_all_public()
    text = page(client, topic)
    assert re.search(
        r'class="cluster" href="/\?kind=milestone&amp;topic=t&amp;from=\d+&amp;to=\d+#list"', text
    )


def test_marks_that_are_only_counted_lead_to_what_they_stand_for(client):
    make.empty()
    for _count in range(MARKS):
        make.make_goal()
        make.make_milestone()
        make.make_policy(date="2012-01-01")
    make_all_public()
    text = page(client, "/")
    links = [link.replace("&amp;", "&") for link in re.findall(r'class="cluster" href="([^"]+)"', text)]
    assert "/?undated=1#list" in links
    assert "/?kind=policy&from=2012&to=2012#list" in links
    assert len(found("undated=1")) == 2 * MARKS
    assert len(found("kind=policy&from=2012&to=2012")) == MARKS


def test_of_many_goals_those_due_nearest_to_today_are_drawn_and_the_others_counted(client):
    late = [make.make_goal(target=str(2950 + number), published=True) for number in range(MAX_GOALS + 4)]
    text = page(client, "/")
    track = text.partition('aria-label="目标"')[2].partition("</figure>")[0]
    for number, goal in enumerate(late):
        assert (f'href="{goal.get_absolute_url()}"' in track) == (number < MAX_GOALS)
    assert re.search(r'class="cluster" href="/\?kind=goal#list" aria-label="目标[^"]*4', track)


def test_a_filter_counts_what_it_leaves_and_marks_what_it_leaves_out(client):
    first, last = make.make_topic(slug="first"), make.make_topic(slug="last")
    for number in range(MARKS):
        topics = [first] * (number < 3) + [last] * (number >= MARKS - 3)
        make.make_milestone(slug=f"m{number:02}", date="2013-05-06", topics=topics)
    make_all_public()

    def cluster(address):
        return re.findall(
            r'<g role="listitem"( class="left-out")?>\s*<a class="cluster" href="([^"]+)".*?>\+(\d+)<',
            page(client, address).replace("&amp;", "&"),
        )

    link = "/?kind=milestone&from=2013&to=2013#list"
    assert cluster("/") == [("", link, str(MARKS - MAX_ROWS))]
    # The first ones of a day are drawn.
    assert cluster("/?topic=first&from=2010") == [(' class="left-out"', link, str(MARKS - MAX_ROWS))]
    assert cluster("/?topic=last&from=2010") == [
        ("", "/?kind=milestone&topic=last&from=2013&to=2013#list", "3")
    ]


def test_a_picture_is_drawn_by_a_query_for_counts_and_one_for_each_track(client):
    for _ in range(MARKS):
        make.make_milestone(date="2013-05-06")
        make.make_milestone()
    make_all_public()
    with CaptureQueriesContext(connection) as captured:
        picture = draw_overview(Entry.objects.published(), [])
    assert len(captured) == 3
    dated, undated = picture.tracks
    assert (len(dated.marks), len(undated.marks)) == (MAX_ROWS, MAX_UNDATED)
    assert [cluster.count for track in picture.tracks for cluster in track.clusters] == [
        MARKS - MAX_ROWS,
        MARKS - MAX_UNDATED,
    ]
